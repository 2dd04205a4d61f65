package catalogue

import (
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// ours are the webhooks for the receiver that should exist; without a receiver to look for, all of them.
func (f *Case) ours() []evidence.Webhook {
	list, _ := f.webhooks()
	if f.Target.DeliveryURL == "" {
		return list
	}
	var found []evidence.Webhook
	for _, w := range list {
		if sameReceiver(w.URL, f.Target.DeliveryURL) {
			found = append(found, w)
		}
	}
	return found
}

func sameReceiver(a, b string) bool {
	ua, errA := url.Parse(strings.TrimSpace(a))
	ub, errB := url.Parse(strings.TrimSpace(b))
	return errA == nil && errB == nil && strings.EqualFold(ua.Host, ub.Host) &&
		strings.TrimRight(ua.Path, "/") == strings.TrimRight(ub.Path, "/")
}

// webhooks are all of the store's; ok is false when they could not be read.
func (f *Case) webhooks() (list []evidence.Webhook, ok bool) {
	x := f.Get(evidence.ListWebhooks)
	if x == nil || x.Status != 200 || x.Body.Count < 0 {
		return nil, false
	}
	evidence.ReadJSON(x, &list)
	return list, true
}
