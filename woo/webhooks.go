package woo

import (
	"context"
	"encoding/json"
	"iter"
)

// Webhooks is the service for the webhooks that the store sends.
type Webhooks struct{ resource[Webhook] }

// Webhooks gives access to webhooks. It sends no request.
func (c *Client) Webhooks() Webhooks { return Webhooks{resourceAt[Webhook](c, RouteWebhooks, 0)} }

// List reads one page of webhooks. Next to an error with KindStrayOutput the page is returned too.
func (w Webhooks) List(ctx context.Context, opts WebhookOptions) (*Page[Webhook], error) {
	return w.list(ctx, opts)
}

// Pages reads page after page of webhooks, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (w Webhooks) Pages(ctx context.Context, opts WebhookOptions) iter.Seq2[*Page[Webhook], error] {
	return w.pages(ctx, opts)
}

// All reads all webhooks that opts selects, page after page. The first error ends the walk.
func (w Webhooks) All(ctx context.Context, opts WebhookOptions) iter.Seq2[Webhook, error] {
	return w.all(ctx, opts)
}

// Count asks how many webhooks opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (w Webhooks) Count(ctx context.Context, opts WebhookOptions) (int, error) {
	return w.count(ctx, opts)
}

// Get reads one webhook.
func (w Webhooks) Get(ctx context.Context, id int64) (*Webhook, error) { return w.get(ctx, itoa(id)) }

// Create makes a webhook of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (w Webhooks) Create(ctx context.Context, webhook Webhook) (*Webhook, error) {
	return w.create(ctx, webhook)
}

// Update sends the fields of change that are set. For a webhook that was read use Change: the whole webhook sent back
// would overwrite what others changed meanwhile.
func (w Webhooks) Update(ctx context.Context, id int64, change Webhook) (*Webhook, error) {
	return w.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the webhook as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (w Webhooks) Change(ctx context.Context, id int64, from *Webhook, edit func(*Webhook)) (*Webhook, error) {
	return w.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (w Webhooks) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Webhook, error) {
	return w.updateRaw(ctx, itoa(id), body)
}

// Delete removes the webhook for good and returns it as it was.
func (w Webhooks) Delete(ctx context.Context, id int64) (*Webhook, error) {
	return w.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of webhooks in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each webhook.
func (w Webhooks) Batch(ctx context.Context, batch Batch[Webhook]) (*BatchResult[Webhook], error) {
	return w.batch(ctx, batch)
}

// WebhookOptions selects webhooks. After and Before are on the store's clock.
type WebhookOptions struct {
	ListOptions
	After  LocalTime `query:"after"`
	Before LocalTime `query:"before"`
	Status string    `query:"status"` // all, active, paused or disabled
}

// Webhook tells another system about changes. WooCommerce disables one after several failed deliveries in a row and
// never enables it again (docs/woocommerce/webhooks.md#webhook-disabled).
type Webhook struct {
	Record
	ID              int64     `json:"id"`
	Name            string    `json:"name"`
	Status          string    `json:"status"`
	Topic           string    `json:"topic"` // "order.updated"
	Resource        string    `json:"resource"`
	Event           string    `json:"event"`
	Hooks           []string  `json:"hooks"`
	DeliveryURL     string    `json:"delivery_url"`
	Secret          string    `json:"secret"` // only sent; the store never gives it back
	DateCreated     LocalTime `json:"date_created"`
	DateCreatedGMT  GMTTime   `json:"date_created_gmt"`
	DateModified    LocalTime `json:"date_modified"`
	DateModifiedGMT GMTTime   `json:"date_modified_gmt"`
}

func (w *Webhook) UnmarshalJSON(b []byte) error { return readRecord(b, w) }
func (w Webhook) MarshalJSON() ([]byte, error)  { return writeRecord(&w) }
