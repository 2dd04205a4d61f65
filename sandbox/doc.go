// Package sandbox is a WooCommerce store in memory: an http.Handler that
// answers the REST API v3 as WordPress 6.8 with WooCommerce 10.0 does, for
// tests, demonstrations and continuous integration.
//
// It guarantees what recordings of a real store show: statuses, codes, fields,
// headers, totals and rounding, the permissions of every role and storage
// mode. Message texts are not part of that; stores translate them. [Replay]
// measures it.
//
// It must not know package woo or anything of Waybill beyond the permission
// model in package capability.
//
// A store in three lines of a test:
//
//	shop := sandbox.Start(t)
//	client := shop.Client() // trusts the store's certificate
//	request, _ := http.NewRequest("GET", shop.URL+"/wp-json/wc/v3/orders", nil)
//	request.SetBasicAuth(shop.Key, shop.Secret)
//
// A fresh store is the one of the recordings after a reset: no products, no
// orders, WooCommerce's default settings, and a user with a key for each role
// (see [Store.Credentials]).
//
// # Adding a resource
//
// Records, their rules and their routes live in sandbox/internal/shop;
// sandbox/internal/rest has the registration and says in its package comment
// how to use it. Users, roles and keys are in sandbox/internal/identity,
// addresses outside of the API in sandbox/internal/front.
//
// Measure a resource with
//
//	waybill sandbox replay recordings/exchanges.jsonl --section products
//
// What a recording does inside the store (set an option, run the webhook
// queue) is an entry of serverOperations. testdata/ holds a part of the
// recordings and the list of known differences, which a test keeps true.
package sandbox
