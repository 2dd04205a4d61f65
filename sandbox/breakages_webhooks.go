package sandbox

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
)

// webhookBreakages hinder deliveries. A bad receiver (redirects, slowness, refusals) or a bad webhook (an unsafe
// address) needs no breakage: the store treats both as a real one does.
func webhookBreakages() []Breakage {
	return []Breakage{
		{ID: "webhook-disabled", What: "all webhooks were disabled after failures",
			set: onWebhooks(func(w *webhook.Webhook) {
				w.Status, w.Failures = webhook.Disabled, 6
			})},
		{ID: "webhook-legacy-version", What: "webhooks send records of the legacy API, which is gone",
			set: onWebhooks(func(w *webhook.Webhook) {
				w.Version = webhook.LegacyVersion
			})},
		{ID: "webhook-owner-caps", What: "the user of the webhooks became a subscriber", set: demoteOwners},
		// WooCommerce counts orders for its analytics in the same queue, so the analytics say that they have work left.
		{ID: "webhook-queue-stuck", What: "the queue of webhooks is worked off an hour late", Faults: []Fault{{
			Match: Match{Path: `/wc-analytics/reports/import/status`}, Answer: jsonAnswerOf(200,
				`{"is_importing":true,"customers_count":0,"customers_total":0,"orders_count":0,"orders_total":1,"imported_from":""}`)}, {
			Match: Match{Path: `/wc-analytics/reports/orders`}, Answer: jsonAnswerOf(200, `[]`)}},
			set: withDeliveries(WebhookFault{Kind: WebhookLate, Delay: time.Hour})},
		{ID: "webhook-random-loss", What: "one delivery in five is lost", set: withDeliveries(
			WebhookFault{Kind: WebhookLost, Probability: 0.2})},
		// WooCommerce tries a request to the outside when a client asks for the environment as a whole.
		{ID: "webhook-egress-blocked", What: "the host lets no request out", Faults: []Fault{{
			Match: Match{Path: `/wc/v3/system_status`, Query: `(?:^|&)_fields=environment(?:&|$)`},
			Answer: jsonAnswerOf(200,
				`{"environment":{"remote_post_successful":false,"remote_post_response":"cURL error 28: Connection timed out","remote_get_successful":false}}`)}},
			set: withDeliveries(WebhookFault{Kind: WebhookBlocked})},
	}
}

// someWebhook makes a webhook in a store that has none: otherwise nothing would be broken. undo removes it. The store
// is locked.
func someWebhook(s *Store) (undo func()) {
	undo = func() {}
	if len(s.webhooks.All()) == 0 {
		made := s.webhooks.Add(webhook.Webhook{Name: "Orders for the warehouse", Status: webhook.Active,
			UserID: 1, Topic: "order.updated", URL: "https://warehouse.example/orders"})
		undo = func() { s.webhooks.Remove(made.ID) }
	}
	return undo
}

// onWebhooks changes all webhooks. Its undo restores the webhooks that are still there.
func onWebhooks(change func(*webhook.Webhook)) func(*Store) func() {
	return func(s *Store) func() {
		before := map[int64]webhook.Webhook{}
		gone := func() {}
		s.shop.Update(func(*shop.Store) {
			gone = someWebhook(s)
			s.webhooks.Each(func(w *webhook.Webhook) {
				before[w.ID] = *w
				change(w)
			})
		})
		return func() {
			s.shop.Update(func(*shop.Store) {
				s.webhooks.Each(func(w *webhook.Webhook) {
					if was, ok := before[w.ID]; ok {
						*w = was
					}
				})
				gone()
			})
		}
	}
}

func withDeliveries(f WebhookFault) func(*Store) func() {
	return func(s *Store) func() {
		end, err := s.webhooks.AddFault(f)
		if err != nil {
			panic(err) // cannot happen: the faults above are well formed
		}
		return end
	}
}

func demoteOwners(s *Store) func() {
	roles := map[*identity.User][]string{}
	gone := func() {}
	s.shop.Update(func(*shop.Store) {
		gone = someWebhook(s)
		s.webhooks.Each(func(w *webhook.Webhook) {
			if u, ok := s.directory.User(w.UserID); ok && roles[u] == nil {
				roles[u] = u.Roles
				s.directory.SetRoles(u, "subscriber")
			}
		})
	})
	return func() {
		s.shop.Update(func(*shop.Store) {
			for u, names := range roles {
				s.directory.SetRoles(u, names...)
			}
			gone()
		})
	}
}
