package catalogue

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func webhookChecks() []Check {
	scopes := []evidence.Scope{evidence.WebhooksScope}
	// Each webhook on a line of its own, and of those the ones to the receiver.
	hears := prove("{keyed} '{home}/wp-json/wc/v3/webhooks?per_page=100&_fields=topic,delivery_url' | tr '}' '\\n' "+
		"| tr -d '\\\\' | grep -F '{delivery}' | grep -o 'order.updated'", "nothing", "“order.updated”")
	hook := func(id string, severity Severity, title, see, tell, cause string, find func(*Case) *hit,
		fixes ...Fix) Check {
		return Check{ID: id, Area: AreaWebhooks, Severity: severity, Stage: StageLetIn, Scopes: scopes, Title: title,
			See: see, Tell: tell, Cause: cause, Fixes: fixes, find: find}
	}
	return []Check{
		hook("webhook-disabled", Problem, "The store has switched the webhook off",
			"The webhook's status is disabled (or paused).",
			"It was active before; the log “webhooks-delivery” shows the failures.",
			"After the receiver failed more than five times in a row WooCommerce disables a webhook, and never "+
				"enables it again.",
			findWebhookDisabled,
			menu("First see that the receiver answers 200. Then: WooCommerce > Settings > Advanced > Webhooks > "+
				"“{webhook}” > Status: Active."),
			wpcli("wp wc webhook update {id} --status=active --user=1"),
			waybill("Waybill polls as well, so nothing is lost meanwhile; changes arrive later."),
			prove("{keyed} '{home}/wp-json/wc/v3/webhooks/{id}?_fields=status'", "“disabled” or “paused”", "“active”"),
		),
		hook("webhook-missing", Problem, "The store has no webhook for this receiver",
			"No webhook's delivery URL is the receiver's.", "It is there under another address: see the list.",
			"It was never made, or deleted, or made for another address.",
			findWebhookMissing,
			menu("WooCommerce > Settings > Advanced > Webhooks > Add webhook. Status: Active; Topic: Order updated "+
				"(and Order created, Order deleted); Delivery URL: {delivery}; API version: "+
				"WP REST API Integration v3."),
			wpcli("wp wc webhook create --name='Waybill' --topic=order.updated --delivery_url='{delivery}' "+
				"--status=active --user=1"),
			hears,
		),
		hook("webhook-redirect-swallowed", Problem,
			"The webhook's address is redirected, and the store counts that as delivered",
			"No events arrive, the status is active and there are no failures.", "The delivery URL answers 301 or 302.",
			"WooCommerce does not follow redirects and takes them for success.",
			findWebhookRedirect,
			menu("WooCommerce > Settings > Advanced > Webhooks > “{webhook}” > Delivery URL: the address it is "+
				"redirected to, {to}"),
			wpcli("wp wc webhook update {id} --delivery_url='{to}' --user=1"),
			prove("{keyed} '{home}/wp-json/wc/v3/webhooks/{id}?_fields=delivery_url' | tr -d '\\\\'", "“{delivery}”",
				"“{to}”"),
		),
		hook("webhook-unsafe-url", Problem, "WordPress refuses to deliver to this address",
			"Nothing is delivered; the log says “A valid URL was not provided.”",
			"The address is private, or its port is not 80, 443 or 8080.",
			"WordPress sends webhooks only to public addresses and these three ports.",
			findUnsafeURL,
			client("Give the receiver a public address on port 443: {delivery} is not one."),
			menu("WooCommerce > Settings > Advanced > Webhooks > “{webhook}” > Delivery URL: that address."),
			prove("{keyed} '{home}/wp-json/wc/v3/webhooks/{id}?_fields=delivery_url' | tr -d '\\\\'", "“{delivery}”",
				"no “{delivery}”"),
		),
		hook("webhook-queue-stuck", Problem, "The store's queue of background jobs stands still, and webhooks with it",
			"Events come minutes or hours late, or never; the webhook is active and shows no failures.",
			"Other background work waits too: orders that changed a quarter of an hour ago are not yet in the "+
				"store's analytics. A job that waits for a minute is no sign: a cron job may be about to call the "+
				"queue.",
			"WordPress runs its queue only when somebody visits, or a cron job calls it. Here that is switched off "+
				"(DISABLE_WP_CRON) and nothing takes its place.",
			findStuckQueue,
			host("A cron job every minute: */1 * * * * curl -sS '{home}/wp-cron.php?doing_wp_cron' >/dev/null"),
			wpcli("wp action-scheduler run   # once, by hand; wp cron event run --due-now"),
			menu("WooCommerce > Status > Scheduled Actions > Pending: what waits. When entries older than some "+
				"minutes are there, the queue stands."),
			prove("{keyed} '{home}/wp-json/wc-analytics/reports/import/status?_fields=is_importing'",
				"“true” (each time, for minutes)", "“false” (within minutes)"),
		),
		hook("webhook-draft-created", Note, "The webhook hears of new orders only, and some of them come later",
			"order.created is missing for orders of the block checkout, or arrives when their status changes.",
			"Only the topic order.created is subscribed.",
			"Drafts are not reported; a draft that becomes an order is an update.",
			findCreatedOnly,
			menu("WooCommerce > Settings > Advanced > Webhooks > Add webhook: the same delivery URL with the topic "+
				"Order updated."),
			hears,
		),
		hook("webhook-egress-blocked", Problem, "The store cannot send requests to the outside",
			"The log shows cURL error 6, 7, 28, 35 or 60; the system status says that a remote post failed.",
			"Deliveries to other receivers fail as well.",
			"The host blocks outgoing connections, or its certificate bundle is out of date; or "+
				"WP_HTTP_BLOCK_EXTERNAL is set.",
			findEgress,
			host("“PHP on {host} cannot open HTTPS connections to the outside. Please allow them, and see that the "+
				"CA bundle is current.”"),
			php("// wp-config.php, when WP_HTTP_BLOCK_EXTERNAL is set there. In place of the line "+
				"WP_ACCESSIBLE_HOSTS that is there,\n"+
				"// with its hosts added. The store's own test goes to www.paypal.com:\n"+
				"define( 'WP_ACCESSIBLE_HOSTS', '*.wordpress.org,www.paypal.com,{receiver}' );"),
			prove("{keyed} '{home}/wp-json/wc/v3/system_status?_fields=environment' | grep -o "+
				"'\"remote_post_successful\":[a-z]*'",
				"“false” or nothing (when the store waits too long for an answer)", "“true”"),
		),
	}
}

func hookVars(w evidence.Webhook) map[string]string {
	return map[string]string{"id": fmt.Sprint(w.ID), "webhook": w.Name, "delivery": evidence.WithoutArgs(w.URL)}
}

// findWebhookDisabled finds webhooks that the store itself has disabled after failures; a paused one was paused by a
// person.
func findWebhookDisabled(f *Case) *hit {
	var h *hit
	for _, w := range f.ours() {
		if w.Status != "disabled" && w.Status != "paused" || f.replaced(w) {
			continue
		}
		one := &hit{confidence: verdict.Sure,
			why:   fmt.Sprintf("webhook %d “%s” is %s", w.ID, evidence.Clip(w.Name, 40), w.Status),
			shown: []string{w.Line()}, vars: hookVars(w)}
		if w.Status == "paused" && f.Target.DeliveryURL == "" {
			one.severity = Warning // nobody said whose webhook it is, and somebody may want it so
			if !f.Target.WantsHooks() {
				one.severity = Note
			}
		}
		if h == nil || one.severity == "" && h.severity != "" {
			h = one
		}
	}
	return h
}

// replaced says whether another webhook tells the same receiver of the same, so that this one is not missed.
func (f *Case) replaced(w evidence.Webhook) bool {
	return slices.ContainsFunc(f.ours(), func(o evidence.Webhook) bool {
		return o.Status == "active" && o.Topic == w.Topic && sameReceiver(o.URL, w.URL)
	})
}

func findWebhookMissing(f *Case) *hit {
	list, ok := f.webhooks()
	if !ok || f.Target.DeliveryURL == "" {
		return nil
	}
	if ours := f.ours(); len(ours) > 0 {
		return f.deafToOrders(ours)
	}
	h := &hit{confidence: verdict.Sure,
		why:  fmt.Sprintf("none of the store's %d webhooks delivers to %s", len(list), f.Target.DeliveryURL),
		vars: map[string]string{"delivery": f.Target.DeliveryURL}}
	for _, w := range list {
		if len(h.shown) < 5 {
			h.shown = append(h.shown, w.Line())
		}
	}
	return h
}

// deafToOrders finds a receiver that is told of other things than the wanted orders. Custom topics (action.…) may tell
// of anything.
func (f *Case) deafToOrders(ours []evidence.Webhook) *hit {
	if !f.Target.Wants(evidence.OrdersRead, evidence.OrdersWrite) ||
		slices.ContainsFunc(ours, func(w evidence.Webhook) bool {
			return !strings.HasPrefix(w.Topic, "product.") && !strings.HasPrefix(w.Topic, "customer.") &&
				!strings.HasPrefix(w.Topic, "coupon.")
		}) {
		return nil
	}
	h := &hit{severity: Warning, confidence: verdict.Sure,
		why:  "the receiver is told of " + ours[0].Topic + " and not of orders",
		vars: map[string]string{"delivery": f.Target.DeliveryURL}}
	for _, w := range ours {
		h.shown = append(h.shown, w.Line())
	}
	return h
}

func findWebhookRedirect(f *Case) *hit {
	to, ok := evidence.IsRedirect(f.Get(evidence.ReceiverHead))
	if !ok {
		return nil
	}
	vars := map[string]string{"to": evidence.WithoutArgs(to), "delivery": f.Target.DeliveryURL}
	for _, w := range f.ours() {
		for name, value := range hookVars(w) {
			vars[name] = value
		}
	}
	return &hit{confidence: verdict.Sure, why: "the receiver redirects to " + evidence.WithoutArgs(to),
		shown: []string{evidence.Describe(f.Get(evidence.ReceiverHead))}, vars: vars}
}

// findUnsafeURL applies WordPress' own rule (wp-includes/http.php, wp_http_validate_url): the store's own host and port
// are always allowed; else the address must be public and the port 80, 443 or 8080.
func findUnsafeURL(f *Case) *hit {
	if !f.Target.WantsHooks() {
		return nil // other integrations may have opened the way to their own receivers
	}
	for _, w := range f.ours() {
		u, err := url.Parse(strings.TrimSpace(w.URL))
		if err != nil {
			continue
		}
		if why := f.unsafe(u); why != "" {
			return &hit{confidence: verdict.Likely,
				why:   fmt.Sprintf("webhook %d delivers to %s: %s", w.ID, evidence.WithoutArgs(w.URL), why),
				shown: []string{w.Line()}, vars: hookVars(w)}
		}
	}
	return nil
}

func (f *Case) unsafe(u *url.URL) string {
	home, _ := url.Parse(f.Target.Base)
	if index := f.Index(); index != nil && index.Home != "" {
		if h, err := url.Parse(index.Home); err == nil {
			home = h
		}
	}
	sameHost := home != nil && strings.EqualFold(home.Hostname(), u.Hostname())
	if u.User != nil {
		return "it holds a user and password"
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !sameHost && isInner(ip) {
		return "the address is a private one"
	}
	if name := strings.ToLower(u.Hostname()); !sameHost &&
		(name == "localhost" || strings.HasSuffix(name, ".localhost")) {
		return "the address is that of the machine itself"
	}
	port := u.Port()
	if port == "" || port == "80" || port == "443" || port == "8080" || sameHost && port == home.Port() {
		return ""
	}
	return "port " + port + " is none of 80, 443 and 8080"
}

// isInner says whether an address is in one of the IPv4 networks that WordPress refuses.
func isInner(ip netip.Addr) bool {
	for _, block := range []string{"127.0.0.0/8", "10.0.0.0/8", "0.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if netip.MustParsePrefix(block).Contains(ip) {
			return true
		}
	}
	return false
}

// findEgress finds that the store says it cannot reach the outside, or that its own requests got no answer in time.
func findEgress(f *Case) *hit {
	x := f.Get(evidence.EgressTest)
	environment := evidence.ReadStatus(x).Environment
	h := &hit{confidence: verdict.Likely}
	switch {
	case environment.RemotePost != nil && !*environment.RemotePost:
		var code any
		_ = json.Unmarshal(environment.RemotePostCode, &code) // false, a status or a message
		h.why = "the store's own test request to the outside fails"
		h.shown = []string{"system status: remote_post_successful is false, response " +
			strings.TrimSpace(fmt.Sprint(code))}
	case x != nil && x.Fault != nil && x.Fault.Class == "timeout" && f.Status.OK:
		h.why = fmt.Sprintf("the store's own test request to the outside gets no answer within %.0f seconds",
			evidence.EgressPatience.Seconds())
		h.shown = []string{evidence.Describe(x),
			"the same without the test: " + evidence.Describe(f.Get(evidence.SiteStatus))}
	default:
		return nil
	}
	if receiver, err := url.Parse(f.Target.DeliveryURL); err == nil && receiver.Hostname() != "" {
		h.vars = map[string]string{"receiver": receiver.Hostname()}
	}
	if f.Evidence.Local.Loopback && f.deliversHere() {
		// A store on this very machine need not reach the outside to reach a receiver here.
		h.severity = Warning
		if !f.Target.WantsHooks() {
			h.severity = Note
		}
	}
	return h
}

// deliversHere says whether no receiver is known that lies outside of this machine and its network.
func (f *Case) deliversHere() bool {
	addresses := []string{f.Target.DeliveryURL}
	for _, w := range f.ours() {
		addresses = append(addresses, w.URL)
	}
	return !slices.ContainsFunc(addresses, func(address string) bool {
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil || u.Hostname() == "" {
			return false
		}
		name := strings.ToLower(u.Hostname())
		ip, err := netip.ParseAddr(name)
		return err == nil && !isInner(ip) || err != nil && name != "localhost" && !strings.HasSuffix(name, ".localhost")
	})
}

func findCreatedOnly(f *Case) *hit {
	created, updated := false, false
	for _, w := range f.ours() {
		created = created || w.Topic == "order.created"
		updated = updated || w.Topic == "order.updated"
	}
	if !created || updated || f.Target.DeliveryURL == "" {
		return nil
	}
	return &hit{confidence: verdict.Sure, why: "the receiver is told of order.created and not of order.updated"}
}
