// Package redoing is waybill reconcile and waybill fetch: a shop compared with somebody's list, and records read from
// it now. What that means, internal/reconcile and internal/redo say; this turns flags into a call of service, and
// prints.
package redoing
