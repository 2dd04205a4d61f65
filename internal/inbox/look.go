package inbox

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// topics are the topics of our webhooks, the most wanted first. Deleting a record for good fires none of them
// (docs/woocommerce/webhooks.md#webhook-loss).
var topics = []string{
	"order.updated", "order.created", "order.deleted", "order.restored",
	"product.updated", "product.created", "product.deleted", "product.restored",
	"customer.updated", "customer.created", "customer.deleted",
	"coupon.updated", "coupon.created", "coupon.deleted", "coupon.restored",
}

// namePrefix begins the names of our webhooks. It shows a person on the store that they are Waybill's.
const namePrefix = "Waybill: "

// webhook is a webhook as a store shows it, which is without its secret.
type webhook struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Status      string `json:"status"`
	Topic       string `json:"topic"`
	DeliveryURL string `json:"delivery_url"`
}

// change is an update of a webhook; empty members stay as they are.
type change struct {
	Name        string `json:"name,omitempty"`
	Topic       string `json:"topic,omitempty"`
	DeliveryURL string `json:"delivery_url,omitempty"`
	Secret      string `json:"secret,omitempty"`
}

// look is one look at the webhooks of a store.
type look struct {
	*Keeper
	st      storage.Store
	shop    woo.Doer
	hook    storage.Hook
	secrets secrets
	now     time.Time
	// paused says that a person has paused a webhook. disabled says that the store had switched one off.
	paused, disabled bool
}

// mend repairs the webhooks of a store, and saves their state.
func (l *look) mend(ctx context.Context) error {
	there, err := l.list(ctx)
	if err != nil {
		return err
	}
	secret := ""
	if !l.hook.SecretSent || l.hook.RefusedAt.After(l.hook.CheckedAt) {
		// A delivery with a wrong signature may mean that the secret was changed on the store, which no store shows.
		secret = l.secrets.Current
	}
	ours, others := l.sort(there)
	for _, w := range others {
		if err := remove(ctx, l.shop, w.ID); err != nil {
			return err
		}
		l.hook.Repairs++
	}
	l.hook.Webhooks = nil
	first := l.hook.CheckedAt.IsZero()
	for i, topic := range l.topics() {
		w, found := ours[topic]
		if found && l.spent(w) {
			// A new one has all its failures before it, and makes the store send its test request; this one has neither
			// (docs/woocommerce/webhooks.md#webhook-enabled-again).
			if err = remove(ctx, l.shop, w.ID); err != nil {
				return err
			}
			found = false
		}
		if found {
			err = l.repair(ctx, w, topic, secret)
		} else {
			w, err = l.create(ctx, topic)
			if !first && err == nil {
				l.hook.Repairs++
			}
		}
		if err != nil {
			return err
		}
		l.hook.Webhooks = append(l.hook.Webhooks, storage.HookWebhook{ID: w.ID, Topic: topic})
		if reached, err := l.reached(ctx); err != nil || !reached {
			// Each further one would cost the shop a test request that waits for nothing.
			for _, left := range l.topics()[i+1:] {
				if w, found := ours[left]; found {
					l.hook.Webhooks = append(l.hook.Webhooks, storage.HookWebhook{ID: w.ID, Topic: left})
				}
			}
			l.hook.State, l.hook.Why = storage.HookUnreachable, unreachableWhy(l.opts.PublicURL)
			return err
		}
	}
	if !l.hook.SecretSent {
		l.hook.SecretSent, l.hook.RotatedAt = true, l.now
	}
	l.hook.State, l.hook.Why = storage.HookActive, ""
	if l.paused {
		l.hook.State = storage.HookPaused
		l.hook.Why = "somebody paused a webhook of Waybill's on the store; it stays so"
	}
	return nil
}

func unreachableWhy(address string) string {
	return "nothing of the store has come to " + address + ": its host may not let it call out, the address may not " +
		"lead here, or it is one that WordPress does not call (private, or another port than 80, 443 and 8080)"
}

// topics returns the topics of records that the key may read.
func (l *look) topics() []string {
	return slices.DeleteFunc(slices.Clone(topics), func(topic string) bool {
		word, _, _ := strings.Cut(topic, ".")
		return slices.Contains(l.st.Facts.Seen.Refused, resources[word])
	})
}

// list reads all webhooks of the store.
func (l *look) list(ctx context.Context) (all []webhook, err error) {
	const perPage = 100
	for page := 1; ; page++ {
		query := url.Values{"per_page": {strconv.Itoa(perPage)}, "page": {strconv.Itoa(page)}, "orderby": {"id"},
			"order": {"asc"}}
		res, err := l.shop.Do(ctx, woo.Request{Path: string(woo.RouteWebhooks), Query: query})
		if err != nil {
			return nil, err
		}
		var some []webhook
		if err := json.Unmarshal(res.Body, &some); err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < perPage {
			return all, nil
		}
	}
}

// sort parts our webhooks into the one that is kept for each topic and those to remove: a second one of a topic, one of
// a topic that is not wanted, one that calls the address of another store here. What others made is in neither.
func (l *look) sort(there []webhook) (ours map[string]webhook, others []webhook) {
	ours = map[string]webhook{}
	topicOf := map[int64]string{}
	for _, w := range l.hook.Webhooks {
		topicOf[w.ID] = w.Topic
	}
	wanted := l.topics()
	// Those that we know by their ids come first, so that of two the newcomer goes.
	slices.SortStableFunc(there, func(a, b webhook) int {
		return cmp.Compare(rank(topicOf[a.ID] != ""), rank(topicOf[b.ID] != ""))
	})
	for _, w := range there {
		topic, mine := topicOf[w.ID], w.DeliveryURL == l.Address(l.hook)
		if topic != "" && !mine && !strings.HasPrefix(w.Name, namePrefix) {
			topic = "" // the number is another's now: the store was put back to an earlier state
		}
		if topic == "" && mine {
			topic = w.Topic
		}
		_, second := ours[topic]
		switch {
		case topic != "" && slices.Contains(wanted, topic) && !second:
			ours[topic] = w
		case topic != "", strings.HasPrefix(w.DeliveryURL, l.opts.PublicURL+Prefix):
			others = append(others, w)
		}
	}
	return ours, others
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// spent says whether a webhook is of no use any more: the store has given up on it, or has never reached Waybill
// through it.
func (l *look) spent(w webhook) bool {
	if w.Status == "disabled" && !l.disabled {
		l.disabled = true
		// Only what has come since the last look says that the store reaches us at all.
		l.hook.Reached = l.hook.DeliveredAt.After(l.hook.CheckedAt)
	}
	return w.Status == "disabled" || w.Status == "active" && !l.hook.Reached
}

// repair repairs one webhook.
func (l *look) repair(ctx context.Context, w webhook, topic, secret string) error {
	var c change
	if w.DeliveryURL != l.Address(l.hook) {
		c.DeliveryURL = l.Address(l.hook)
	}
	if w.Topic != topic {
		c.Topic = topic
	}
	l.paused = l.paused || w.Status == "paused"
	if c != (change{}) {
		l.hook.Repairs++
	}
	c.Secret = secret
	if c == (change{}) {
		return nil
	}
	_, err := l.shop.Do(ctx, woo.Request{Method: http.MethodPut, Path: pathOf(w.ID), Body: c})
	return err
}

// create makes one webhook. It is sent once: when its answer is lost, the next look at the store shows whether it was
// made.
func (l *look) create(ctx context.Context, topic string) (w webhook, err error) {
	res, err := l.shop.Do(ctx, woo.Request{Method: http.MethodPost, Path: string(woo.RouteWebhooks), Body: change{
		Name: namePrefix + topic, Topic: topic, DeliveryURL: l.Address(l.hook), Secret: l.secrets.Current}})
	if err != nil {
		return w, err
	}
	return w, json.Unmarshal(res.Body, &w)
}

// reached says whether the store has ever reached Waybill. Its test request arrives while a webhook is being made.
func (l *look) reached(ctx context.Context) (bool, error) {
	if l.hook.Reached {
		return true, nil
	}
	h, err := l.db.Hook(ctx, l.st.ID)
	if err != nil {
		return false, err
	}
	l.hook.Reached = h.Pings > l.hook.Pings || h.DeliveredAt.After(l.hook.DeliveredAt)
	return l.hook.Reached, nil
}

func pathOf(id int64) string { return string(woo.RouteWebhooks) + "/" + strconv.FormatInt(id, 10) }

// remove deletes one webhook. A missing webhook is no error.
func remove(ctx context.Context, shop woo.Doer, id int64) error {
	_, err := shop.Do(ctx, woo.Request{Method: http.MethodDelete, Path: pathOf(id),
		Query: url.Values{"force": {"true"}}})
	if e, ok := woo.AsError(err); ok && (e.EffectiveStatus() == http.StatusNotFound ||
		e.Code == "woocommerce_rest_shop_webhook_invalid_id") {
		return nil
	}
	return err
}
