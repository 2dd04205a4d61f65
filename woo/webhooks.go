package woo

// Webhooks is the webhooks that the store sends.
type Webhooks struct {
	Collection[Webhook, WebhookOptions]
}

// Webhooks gives access to webhooks.
func (c *Client) Webhooks() Webhooks {
	return Webhooks{newCollection[Webhook, WebhookOptions](c, "webhooks")}
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
