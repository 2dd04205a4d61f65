// Package sandbox is a WooCommerce store in memory: an http.Handler that answers the REST API v3 as a chosen version of
// WooCommerce does, from 8.4 to 11.0, for tests, demonstrations and continuous integration.
//
// It guarantees what recordings of a real store show: statuses, codes, fields, headers, totals and rounding, the
// permissions of every role and storage mode. Message texts are not guaranteed, because stores translate them. [Replay]
// measures the guarantee.
//
// It must not know package woo or anything of Waybill beyond the permission model in package capability.
//
// A store in three lines of a test:
//
//	shop := sandbox.Start(t)
//	client := shop.Client() // trusts the store's certificate
//	request, _ := http.NewRequest("GET", shop.URL+"/wp-json/wc/v3/orders", nil)
//	request.SetBasicAuth(shop.Key, shop.Secret)
//
// A fresh store is the one of the recordings after a reset: no products, no orders, WooCommerce's default settings, and
// a user with a key for each role (see [Store.Credentials]).
//
// # Webhooks and keys by approval
//
// Webhooks made through the API are pinged, queued and delivered as on a real store: they are signed, rendered for the
// user who made them, sent once, and disabled by the seventh failure in a row. A [Server] delivers by itself. With
// [WithManualWebhooks] a test delivers by [Store.RunWebhooks]. Receivers on this machine have to be allowed with
// [WithReceivers], as on a real store. [Store.AddWebhookFault] loses, repeats, delays and reorders deliveries.
//
// /wc-auth/v1/authorize is there, with its pages, for applications that ask for a key; the logins and passwords are
// those of the fresh store ("sm" and "pw-sm").
//
// # Adding a resource
//
// Records, their rules and their routes live in sandbox/internal/shop; sandbox/internal/rest has the registration and
// says in its package comment how to use it. Users, roles and keys are in sandbox/internal/identity, addresses outside
// of the API in sandbox/internal/front. Changes of records are announced by WordPress's action names (Event in
// sandbox/internal/shop). The webhooks in sandbox/internal/webhook listen to these.
//
// Measure a resource with
//
//	waybill sandbox replay recordings/exchanges.jsonl --section products
//
// What a recording does inside the store (set an option, run the webhook queue) is an entry of serverOperations.
// testdata/ holds a part of the recordings and the list of known differences, which a test keeps true.
package sandbox
