package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // WordPress's wp_hash
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// deliveryTimeout is how long WooCommerce waits for a receiver (docs/checks/webhook-receiver-slow.md).
const deliveryTimeout = time.Minute

// maxFailures is how many failures in a row leave a webhook active. The sixth is still counted, and the seventh
// disables the webhook (recordings: dlv-fail-*).
const maxFailures = 5

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// userAgent is what the store calls itself. The store must not be locked.
func (h *Hooks) userAgent() string {
	var wordPress string
	h.config.Shop.View(func(st *shop.Store) { wordPress = st.Environment().WordPress })
	return "WooCommerce/" + h.config.Shop.Version() + " Hookshot (WordPress/" + wordPress + ")"
}

// perform delivers one action, as often as faults ask for. A webhook that was paused after the action was queued is
// still delivered; a deleted one is not (recordings: dlv-run-50-dlv-queued-pause, dlv-run-51-dlv-queued-delete).
func (h *Hooks) perform(ctx context.Context, a *action) (lived bool) {
	for sent, times := 0, 1; sent < times && ctx.Err() == nil; sent++ {
		w, body, now, found := h.prepare(a)
		if !found {
			return true
		}
		if w.Version == LegacyVersion && topic(w.Topic).event() != "deleted" {
			return false
		}
		if sent == 0 {
			if times = h.faults.deliveries(w.Topic); times == 0 {
				return true
			}
		}
		h.send(ctx, w, body, now)
	}
	return true
}

// prepare builds the request of an action. found is false when its webhook is gone.
func (h *Hooks) prepare(a *action) (w Webhook, body []byte, now time.Time, found bool) {
	h.config.Shop.RLock()
	defer h.config.Shop.RUnlock()
	stored, found := h.state.find(a.webhookID)
	if !found {
		return w, nil, now, false
	}
	return *stored, h.payload(*stored, a.arg), h.config.Shop.Now(), true
}

// payload builds the body as the user of the webhook sees the record. For a record that is gone or closed to him it is
// the error that a GET would give (recordings: dlv-run-32-dlv-late-delete, dlv-run-33-dlv-demoted-order). The store is
// locked.
func (h *Hooks) payload(w Webhook, arg int64) []byte {
	t := topic(w.Topic)
	switch {
	case t.event() == "deleted":
		return rest.AppendJSON(nil, rest.NewObject("id", arg))
	case t.resource() == "action":
		return rest.AppendJSON(nil, rest.NewObject("action", t.event(), "arg", arg))
	case topicHooks[w.Topic] == nil:
		return []byte("[]")
	}
	caller, ok := h.config.Shop.Customers.Users.Get(w.UserID)
	if !ok {
		caller = &identity.User{}
	}
	_, body := h.config.REST.Do(&rest.Request{
		Method: http.MethodGet, Path: "/wc/v" + strconv.Itoa(w.Version) + "/" + t.resource() + "s/" + itoa(arg),
		Base: h.config.Base(), Caller: caller, Now: h.config.Shop.Now(),
	})
	return body
}

// send makes one delivery and counts its outcome. The store is not locked.
func (h *Hooks) send(ctx context.Context, w Webhook, body []byte, now time.Time) {
	t := topic(w.Topic)
	base := h.config.Base()
	delivery := Delivery{
		ID: deliveryID(w.ID, now), WebhookID: w.ID, Topic: w.Topic, URL: w.URL, At: now, Body: body,
	}
	response, err := h.request(ctx, w.Topic, outbound.Request{
		URL: w.URL, UserAgent: h.userAgent(), Body: body, Home: base, Timeout: deliveryTimeout,
		Header: []outbound.Header{
			{Name: "Content-Type", Value: "application/json"},
			{Name: "X-WC-Webhook-Source", Value: base + "/"},
			{Name: "X-WC-Webhook-Topic", Value: w.Topic},
			{Name: "X-WC-Webhook-Resource", Value: t.resource()},
			{Name: "X-WC-Webhook-Event", Value: t.event()},
			{Name: "X-WC-Webhook-Signature", Value: Signature(w.Secret, body)},
			{Name: "X-WC-Webhook-ID", Value: itoa(w.ID)},
			{Name: "X-WC-Webhook-Delivery-ID", Value: delivery.ID},
		},
	})
	if err != nil {
		if ctx.Err() != nil {
			return // the sandbox stops; the receiver is not to blame
		}
		delivery.Error = err.Error()
	} else {
		delivery.Status = response.Status
	}
	h.log.add(delivery)

	var ping *Webhook
	h.locked(func() { ping = h.count(w.ID, delivery.Status) })
	if ping != nil {
		status := h.sendPing(ctx, *ping)
		h.locked(func() { h.ponged(ping.ID, status) })
	}
}

// errBlocked is cURL's error on a host that lets no request out.
var errBlocked = errors.New("cURL error 7: Failed to connect: Connection refused")

// request makes a request, unless a fault blocks it.
func (h *Hooks) request(ctx context.Context, topic string, q outbound.Request) (*outbound.Response, error) {
	if _, blocked := h.faults.take(Blocked, topic); blocked {
		return nil, errBlocked
	}
	return h.config.Client.Send(ctx, q)
}

// count notes the outcome of a delivery. 2xx, 301 and 302 are successes: a receiver that redirects gets nothing, and
// nobody notices (docs/checks/webhook-redirect-swallowed.md). count returns the webhook when saving it makes a ping
// necessary. The store is locked.
func (h *Hooks) count(id int64, status int) *Webhook {
	w, ok := h.state.find(id)
	if !ok {
		return nil
	}
	switch {
	case status >= 200 && status < 303:
		w.Failures = 0
	case w.Failures > maxFailures:
		w.Status = Disabled
	default:
		w.Failures++
	}
	if !h.save(w, false) {
		return nil
	}
	again := *w
	return &again
}

// decodeSecret is wp_specialchars_decode with both quotes.
var decodeSecret = strings.NewReplacer(
	"&lt;", "<", "&#060;", "<", "&#x003c;", "<", "&#x003C;", "<", "&gt;", ">", "&#062;", ">", "&#x003e;", ">",
	"&#x003E;", ">",
	"&amp;", "&", "&#038;", "&", "&#x0026;", "&",
	"&quot;", `"`, "&#034;", `"`, "&#x0022;", `"`, "&#034;", `"`, "&#039;", "'", "&#x0027;", "'", "&#x27;", "'",
	"&#0039;", "'",
)

// Signature signs a body: base64 of the HMAC-SHA256 over the raw bytes. The HTML entities of the secret are decoded
// first (docs/checks/webhook-signature.md, recordings: dlv-run-52-dlv-unicode-secret).
func Signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(decodeSecret.Replace(secret)))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// deliveryID is made of the webhook and the second. Two deliveries of a webhook within one second have the same id
// (webhooks.jsonl 52 and 54).
func deliveryID(webhookID int64, at time.Time) string {
	mac := hmac.New(md5.New, []byte("the salt of a store that protects nothing"))
	mac.Write([]byte(itoa(webhookID) + itoa(at.Unix())))
	return hex.EncodeToString(mac.Sum(nil))
}
