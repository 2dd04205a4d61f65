package evidence

import (
	"fmt"
	"slices"
)

// Webhook is one webhook of the store.
type Webhook struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Status   string `json:"status"`
	Topic    string `json:"topic"`
	URL      string `json:"delivery_url"`
	Created  string `json:"date_created_gmt"`
	Modified string `json:"date_modified_gmt"`
}

// WantsHooks reports that the integration is to be told of changes.
func (t TargetFacts) WantsHooks() bool { return t.Wants(WebhooksScope) || t.DeliveryURL != "" }

// HooksAtWork reports that the store has webhooks that deliver, or did until it switched them off. Those that somebody
// paused do neither.
func HooksAtWork(list *Exchange) bool {
	var hooks []Webhook
	if list != nil && list.Status == 200 {
		ReadJSON(list, &hooks)
	}
	return slices.ContainsFunc(hooks, func(w Webhook) bool { return w.Status != "paused" })
}

// Line is the webhook as a line of evidence.
func (w Webhook) Line() string {
	return fmt.Sprintf("webhook %d “%s”, %s, %s → %s", w.ID, Clip(w.Name, 40), w.Topic, w.Status, WithoutArgs(w.URL))
}
