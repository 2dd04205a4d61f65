// Package legacy serves the older versions of WooCommerce's API, wc/v1 and wc/v2, and wc-analytics, from the handlers
// of wc/v3: routes, methods and arguments as a real store lists them, records in their older form.
//
// It guarantees the differences that recordings show (section discovery, leg-*): members that later versions added are
// left out, wc/v1 does not see orders that live in order tables. It must not know how records are kept.
//
//	legacy.Register(server, store)
package legacy
