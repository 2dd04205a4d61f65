// Package webhook is WooCommerce's webhooks: which events of the store reach which webhook, the queue between (Action
// Scheduler), the requests that leave, their signature, and what a receiver's answers do to a webhook.
//
// It guarantees the rules of WooCommerce 10.0 as recorded (sections webhooks and deliveries, webhooks.jsonl): an event
// is queued once while a delivery of the same record waits; the payload is built when it is sent, as the user who made
// the webhook; redirects 301 and 302 count as delivered; the seventh failure in a row disables a webhook
// (docs/woocommerce/webhooks.md#webhook-disabled).
//
// The lock of the store guards its state. It must not know how records look: it gets payloads from the REST server, and
// events from the store's hooks.
//
//	hooks := webhook.New(webhook.Config{Shop: shop, REST: server, Client: client, Base: base})
//	hooks.Register(server)
//	hooks.Run(ctx) // deliver what waits; or Start and Stop for a store that is alive
package webhook
