// Package sandboxadmin talks to the administration of a running sandbox: the requests behind waybill sandbox fault.
//
// It trusts the certificate authority that the store made for itself, and speaks a protocol of its own over TLS, so
// that it gets through while the store is broken on purpose.
package sandboxadmin
