// Package front is the front controller of the sandbox: what the web server and WordPress make of an address before any
// API code runs. It decides which requests are for the REST API, in which of its three address forms, what the legacy
// API answers, and which HTML page anything else gets.
//
// It guarantees the routing measured on a real store for every permalink structure (docs/woocommerce/routing.md). It
// must not know resources, users or records; it hands REST requests to package rest and pages to the handlers
// registered with it.
//
//	f := front.New(front.Config{REST: server})
//	f.Page("/wp-login.php", login)
//	http.ListenAndServe("127.0.0.1:8080", f)
package front
