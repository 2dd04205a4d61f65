package webhook

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Config is what webhooks need from the store.
type Config struct {
	Shop   *shop.Store
	REST   *rest.Server
	Client *outbound.Client
	// Base is the home address of the store, without a trailing slash.
	Base func() string
	// Seed decides which deliveries a fault with a probability meets.
	Seed uint64
}

// Hooks are the webhooks of a store.
type Hooks struct {
	config Config
	state  *State // guarded by the store's lock

	running sync.Mutex // one run of the queue at a time
	faults  faults
	log     deliveryLog
	runner  runner
}

// New returns the webhooks of a store, which has none yet. It listens to the store's events.
func New(config Config) *Hooks {
	h := &Hooks{config: config, state: &State{}}
	h.faults.random = rand.New(rand.NewPCG(config.Seed, 0x686f6f6b73)) //nolint:gosec // repeatable on purpose
	h.runner.wake = make(chan struct{}, 1)
	config.Shop.Listen(func(_ *shop.Store, e core.Event) { h.hear(e) })
	return h
}

// Reset forgets all webhooks and all that waits. The store is locked.
func (h *Hooks) Reset() {
	h.state = &State{}
	h.log.clear()
}

// Contents is the state for a snapshot. The store is locked.
func (h *Hooks) Contents() *State { return h.state }

// SetContents brings back the state of a snapshot and takes it over. The store is locked.
func (h *Hooks) SetContents(s *State) { h.state = s }

// All returns copies of all webhooks by id. The store is locked.
func (h *Hooks) All() []Webhook {
	all := make([]Webhook, len(h.state.webhooks))
	for i, w := range h.state.webhooks {
		all[i] = *w
	}
	return all
}

// Each calls f with every webhook; f may change it. The store is locked.
func (h *Hooks) Each(f func(*Webhook)) {
	for _, w := range h.state.webhooks {
		f(w)
	}
}

// Add makes a webhook as wp-admin does, without a permission check. The store is locked.
func (h *Hooks) Add(w Webhook) *Webhook {
	w.Version, w.Created = 3, h.config.Shop.Now()
	h.state.insert(&w)
	return &w
}

// Remove deletes a webhook. The store is locked.
func (h *Hooks) Remove(id int64) { h.state.remove(id) }

// hear queues a delivery for each active webhook that an event concerns, the youngest webhook first (recordings:
// dlv-run-26-dlv-coupon-trash). The store is locked, and the event's request may still be at work.
func (h *Hooks) hear(e core.Event) {
	queued := false
	for _, w := range slices.Backward(h.state.webhooks) {
		if w.Status == Active && slices.Contains(topic(w.Topic).hooks(), e.Hook) && h.concerns(w, e) {
			queued = h.state.enqueue(w.ID, e.ID, h.config.Shop.Now()) || queued
		}
	}
	if queued {
		h.runner.signal()
	}
}

// concerns tells whether a webhook reports the record of an event. Some actions are shared between resources: the
// trashing of a coupon is also reported to product.deleted, because outside of the admin screens WooCommerce does not
// look at the type (recordings: dlv-run-26-dlv-coupon-trash, dlv-run-29-dlv-product-trash).
func (h *Hooks) concerns(w *Webhook, e core.Event) bool {
	if e.Hook == "delete_user" {
		user, ok := h.config.Shop.Customers.Users.Get(e.ID)
		return ok && user.Is("customer")
	}
	switch topic(w.Topic).resource() {
	case "order":
		order, ok := h.config.Shop.Orders.Orders.Get(e.ID)
		return ok && order.Status != "draft" && order.Status != "auto-draft"
	case "product", "coupon":
		return h.postStatus(e.ID) != "auto-draft"
	}
	return true
}

func (h *Hooks) postStatus(id int64) string {
	if product, ok := h.config.Shop.Catalogue.Products.Get(id); ok {
		return product.Status
	}
	if coupon, ok := h.config.Shop.Coupons.Coupons.Get(id); ok {
		return coupon.Status
	}
	return ""
}

// save notes that a webhook changed. ping says whether WooCommerce now pings it: an active webhook whose address
// changed, or that never answered a ping.
func (h *Hooks) save(w *Webhook, moved bool) (ping bool) {
	w.Modified = h.config.Shop.Now()
	return w.Status == Active && (moved || w.Pending)
}

// ponged notes that a ping was answered.
func (h *Hooks) ponged(id int64, status int) {
	if w, ok := h.state.find(id); ok && status == 200 {
		w.Pending = false
		w.Modified = h.config.Shop.Now()
	}
}

// pingTimeout is WordPress's timeout for requests that set none.
const pingTimeout = 5 * time.Second

// sendPing sends the ping of a webhook: a form without a signature. It returns the status of the answer, 0 for none.
// The store must not be locked.
func (h *Hooks) sendPing(ctx context.Context, w Webhook) int {
	response, err := h.request(ctx, w.Topic, outbound.Request{
		URL: w.URL, UserAgent: h.userAgent(), Body: []byte("webhook_id=" + itoa(w.ID)),
		Redirects: 5, Home: h.config.Base(), Timeout: pingTimeout,
	})
	if err != nil {
		return 0
	}
	return response.Status
}
