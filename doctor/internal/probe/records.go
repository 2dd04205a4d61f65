package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// queueProbe asks whether background jobs wait.
func (c *collection) queueProbe(id evidence.Probe) probe {
	const route = "wc-analytics/reports/import/status"
	return c.keyed(probe{
		id: id, purpose: "whether background jobs wait in the queue that also delivers webhooks",
		url: c.root.URL(route), route: route, fields: []string{"is_importing"},
	})
}

// queueProbes look closer at a queue in which jobs wait: which orders it has counted, and, where visits like these wake
// it, whether it has moved meanwhile.
func (c *collection) queueProbes() []probe {
	if !evidence.Importing(c.get(evidence.QueueState)) {
		return nil
	}
	const route = "wc-analytics/reports/orders"
	probes := []probe{c.keyed(probe{
		id: evidence.QueueCounted, purpose: "the newest orders that the queue has counted for the store's analytics",
		url: c.root.URL(route), route: route,
		args: url.Values{"per_page": {"100"}, "orderby": {"date"}, "order": {"desc"}, "after": {"2000-01-01T00:00:00"},
			"_fields": {"order_id,date_created_gmt"}}, fields: []string{"order_id", "date_created_gmt"},
	})}
	if cron := evidence.ReadStatus(c.get(evidence.SiteStatus)).Environment.Cron; cron != nil && *cron {
		probes = append(probes, c.queueProbe(evidence.QueueAgain))
	}
	return probes
}

// statusFields leave out what would make the store send requests of its own (remote_post_successful,
// remote_get_successful) or touch its disk; the first are asked for only when webhooks are wanted.
var statusFields = []string{
	"environment.home_url", "environment.site_url", "environment.version", "environment.wp_version",
	"environment.wp_multisite",
	"environment.wp_memory_limit", "environment.wp_debug_mode", "environment.wp_cron", "environment.language",
	"environment.external_object_cache",
	"environment.server_info", "environment.php_version", "environment.php_post_max_size",
	"environment.php_max_execution_time",
	"environment.default_timezone", "environment.store_id",
	"settings.HPOS_enabled", "settings.HPOS_sync_enabled", "settings.order_datastore", "settings.force_ssl",
	"security", "active_plugins", "dropins_mu_plugins", "post_type_counts", "database.database_tables",
}

// siteProbes ask for facts of the site, and for its webhooks' road to the outside.
func (c *collection) siteProbes(t evidence.TargetFacts) []probe {
	hooks := t.WantsHooks() || evidence.HooksAtWork(c.get(evidence.ListWebhooks))
	probes := []probe{c.keyed(probe{
		id: evidence.SiteStatus, purpose: "the store's system status", url: c.root.URL("wc/v3/system_status"),
		route: "wc/v3/system_status",
		args:  url.Values{"_fields": {strings.Join(statusFields, ",")}},
		fields: []string{"environment", "settings", "security", "active_plugins", "dropins_mu_plugins",
			"post_type_counts", "database.database_tables"},
	})}
	if hooks {
		probes = append(probes, c.queueProbe(evidence.QueueState), c.egressProbe())
	}
	if u, err := url.Parse(strings.TrimSpace(c.target.DeliveryURL)); err == nil && u.Host != "" {
		u.RawQuery, u.User = "", nil
		probes = append(probes,
			probe{id: evidence.ReceiverHead, purpose: "see whether the receiver redirects, without any data",
				method: http.MethodHead, url: u.String(), timeout: 5 * time.Second})
	}
	if t.Wants(evidence.CouponsRead, evidence.CouponsWrite) && c.denied(evidence.ListCoupons) {
		probes = append(probes, c.keyed(probe{
			id: evidence.SettingCoupons, purpose: "whether coupons are switched on",
			url:   c.root.URL("wc/v3/settings/general/woocommerce_enable_coupons"),
			route: "wc/v3/settings/general/woocommerce_enable_coupons", args: url.Values{"_fields": {"id,value"}},
			fields: []string{"id", "value"},
		}))
	}
	return probes
}

// egressProbe lets the store try a request to the outside. WooCommerce does so only when the environment is asked for
// as a whole (class-wc-rest-system-status-v2-controller.php, check_if_field_item_exists), and waits ten seconds for an
// answer.
func (c *collection) egressProbe() probe {
	return c.keyed(probe{
		id: evidence.EgressTest, purpose: "whether the store reaches the outside, by its own test",
		url: c.root.URL("wc/v3/system_status"), route: "wc/v3/system_status",
		args:    url.Values{"_fields": {"environment"}},
		fields:  []string{"environment.remote_post_successful", "environment.remote_post_response"},
		timeout: evidence.EgressPatience,
	})
}

// pageProbes read whole pages, as a sync does.
func (c *collection) pageProbes(t evidence.TargetFacts) []probe {
	page := func(id evidence.Probe, purpose, route string) probe {
		return c.keyed(probe{
			id: id, purpose: purpose, url: c.root.URL("wc/v3/" + route), route: "wc/v3/" + route,
			args: pageArgs(route, evidence.PageSize), fields: []string{"id"}, form: route, limit: 64 << 20,
		})
	}
	if c.lean() {
		return nil
	}
	var probes []probe
	if t.Wants(evidence.OrdersRead) && c.listWorked(evidence.ListOrders) {
		probes = append(probes, page(evidence.PageOrders, "a whole page of orders, as a sync reads it", "orders"))
	}
	if t.Wants(evidence.ProductsRead) && c.listWorked(evidence.ListProducts) {
		probes = append(probes, page(evidence.PageProducts, "a whole page of products, as a sync reads it", "products"))
	}
	if t.Wants(evidence.CustomersRead) && c.listWorked(evidence.ListCustomers) {
		probes = append(probes,
			page(evidence.PageCustomers, "a whole page of customers, as a sync reads it", "customers"))
	}
	return probes
}

// followUps look closer where the first answers were odd.
func (c *collection) followUps() []probe {
	var probes []probe
	if r := evidence.PrimaryOf(c.ev.Target); c.way == evidence.WayHeader {
		// Not earlier: a cache that keeps refusals would give this one to the reads that follow.
		pr := c.readProbe(evidence.CacheLeak, "the address of the first read without the key: a cache that does not "+
			"look at the key answers with what it kept", r, evidence.WayNone)
		pr.auth = evidence.AuthNone
		probes = append(probes, pr)
	}
	if f := evidence.ViewOf(c.ev); evidence.StaleBeside(f.Read(), f.Get(evidence.ReadAgain),
		f.Get(evidence.ReadFresh)) {
		r := evidence.PrimaryOf(c.ev.Target)
		probes = append(probes,
			c.readProbe(evidence.ReadLate,
				"the first read again, after one with an argument no cache has seen gave another answer", r, c.way))
	}
	probes = append(probes, c.keptProbes()...)
	probes = append(probes, c.namedProbes()...)
	if x := c.get(evidence.IndexBare); x != nil && !evidence.IsJSON(x) {
		for _, without := range []struct {
			id     evidence.Probe
			header string
		}{{evidence.IndexNoAgent, "User-Agent"}, {evidence.IndexNoAccept, "Accept"}} {
			probes = append(probes, probe{
				id: without.id, purpose: "the REST index without " + without.header, url: c.root.URL(""),
				args:   url.Values{"_fields": {"name"}},
				header: map[string]string{without.header: ""}, fields: []string{"name"},
			})
		}
	}
	if x := c.get(evidence.VerbPut); x != nil && !evidence.IsJSON(x) {
		pr := c.scopeProbe(evidence.VerbOverride, "PUT under the cover of POST", http.MethodPost,
			"wc/v3/"+evidence.ProbeRoute)
		pr.args = mergeArgs(pr.args, url.Values{"_method": {"PUT"}})
		if c.way == evidence.WayOAuth {
			pr = c.authorise(probe{id: pr.id, purpose: pr.purpose, method: http.MethodPost,
				url: c.root.URL("wc/v3/" + evidence.ProbeRoute), route: "wc/v3/" + evidence.ProbeRoute,
				args: url.Values{"_method": {"PUT"}}}, evidence.WayOAuth)
		}
		probes = append(probes, pr)
	}
	if x := c.get(evidence.BodyMarkup); x != nil && !evidence.IsJSON(x) {
		plain := c.keyed(probe{id: evidence.BodyPlain, purpose: "the same request with a plain text",
			method: http.MethodPost, url: c.root.URL("wc/v3/" + evidence.ProbeRoute),
			route: "wc/v3/" + evidence.ProbeRoute, body: `{"description":"Waybill doctor"}`})
		probes = append(probes, plain)
	}
	if c.suspicious() && !c.ownerKnown() {
		probes = append(probes,
			c.options(evidence.OracleAdmin,
				"a route outside of the REST permissions that asks for manage_options, which administrators have",
				"wc-admin/onboarding/products"),
			c.options(evidence.OracleManage, "a route outside of the REST permissions that asks for manage_woocommerce",
				"wc-admin/onboarding/tasks"))
		probes = append(probes, c.receiptProbe()...)
	}
	saysItself := evidence.ViewOf(c.ev).Owner.Has("manage_woocommerce") // who may read the system status reads it there
	if c.suspicious() && !saysItself {
		probes = append(probes,
			c.keyed(probe{id: evidence.NetworkRoute, purpose: "a route that only a multisite network has",
				url: c.root.URL("wc/v3/orders/network"), route: "wc/v3/orders/network",
				args: url.Values{"per_page": {"1"}, "_fields": {"id"}}, fields: []string{"id"}}))
	}
	if (c.suspicious() || c.withoutOrders()) && !saysItself {
		probes = append(probes, c.versionProbe()...)
	}
	return append(probes, c.statusesProbe()...)
}

// namedProbes ask for the names of errors where an empty list does not say that it is empty: WordPress takes away what
// was not asked for, so that of {"error":…} nothing is left.
func (c *collection) namedProbes() []probe {
	var probes []probe
	for _, x := range evidence.ViewOf(c.ev).With(evidence.Lists) {
		_, route, _ := strings.Cut(evidence.WithoutArgs(x.Request.URL), "/wc/v3/")
		if evidence.Uncounted(x) && len(probes) < maxNamed {
			args := mergeArgs(evidence.Resource{}.Args(), url.Values{"_": {nonce()}}) // which no cache has seen
			probes = append(probes, c.keyed(probe{
				id: evidence.Named.Of(x.ID), purpose: "a list that seems empty, asked for the names of errors",
				url: c.root.URL("wc/v3/" + route), route: "wc/v3/" + route, args: args,
				fields: []string{"id"}}))
		}
	}
	return probes
}

// maxNamed bounds how many lists are asked so.
const maxNamed = 3

// withoutOrders says whether no order shows what the key may do with one. It must then be concluded from the version.
func (c *collection) withoutOrders() bool {
	list := c.get(evidence.ListOrders)
	return list != nil && list.Status == http.StatusOK && list.Body.Count == 0
}

// receiptProbe asks for the receipt of an order that may not be changed: outside of the REST permissions it asks for
// the same capability as changing it.
func (c *collection) receiptProbe() []probe {
	orders, _ := evidence.ReadList(c.get(evidence.ListOrders))
	for _, r := range orders {
		if r.CreatedVia != "rest-api" && len(c.mayDo(r)) > 0 && !slices.Contains(c.mayDo(r), http.MethodPut) {
			return []probe{c.options(evidence.OracleReceipt,
				"a route outside of the REST permissions that asks for the same as changing the order",
				fmt.Sprintf("wc/v3/orders/%d/receipt", r.ID))}
		}
	}
	return nil
}

// askRows finds out in which kind of row orders live that the key may not edit: wc/v1 sees only orders that are posts
// (docs/woocommerce/permissions.md#fact-12).
func (c *collection) askRows(ctx context.Context) {
	var probes []probe
	for _, r := range c.rowSamples() {
		route := fmt.Sprintf("wc/v1/orders/%d", r.ID)
		probes = append(probes, c.keyed(probe{
			id:      evidence.Rows.Of(fmt.Sprint(r.ID)),
			purpose: "the oldest version of the API sees this order only when it is a post", url: c.root.URL(route),
			route: route,
			args:  url.Values{"_fields": {"id"}}, fields: []string{"id"},
		}))
	}
	if x := c.get(evidence.ListRefunds); x != nil && x.Status == http.StatusOK && x.Body.Count > 0 {
		if refunds, ok := evidence.ReadList(x); ok && len(refunds) > 0 {
			if u, err := url.Parse(refunds[0].Href()); err == nil {
				if at := strings.Index(u.Path, "wc/v3/"); at >= 0 && !evidence.MayHint(refunds[0], http.MethodGet) {
					probes = append(probes,
						c.options(evidence.AllowRefund, "ask what the key may do with one refund", u.Path[at:]))
				}
			}
		}
	}
	probes = append(probes, c.memberProbes()...)
	probes = append(c.queueProbes(), probes...)
	c.all(ctx, c.within(probes, 0)...)
}

// memberProbes ask a site of a network for up to three customers whom its orders name and whom its list of users lacks.
func (c *collection) memberProbes() []probe {
	if !c.ev.Target.Wants(evidence.CustomersRead, evidence.CustomersWrite) ||
		!evidence.ReadStatus(c.get(evidence.SiteStatus)).Environment.Multisite {
		return nil
	}
	users, ok := evidence.ReadList(c.get(evidence.ListCustomers))
	orders, _ := evidence.ReadList(c.get(evidence.ListOrders))
	if !ok || evidence.Total(c.get(evidence.ListCustomers)) > len(users) {
		return nil // the list is cut off: who is missing on it may be on the next page
	}
	here := map[int64]bool{0: true}
	for _, u := range users {
		here[u.ID] = true
	}
	var probes []probe
	for _, o := range orders {
		if here[o.Customer] || len(probes) == 3 {
			continue
		}
		here[o.Customer] = true
		route := fmt.Sprintf("wc/v3/customers/%d", o.Customer)
		probes = append(probes, c.keyed(probe{
			id:      evidence.Members.Of(fmt.Sprint(o.Customer)),
			purpose: "a customer whom an order names and whom the site does not list among its users",
			url:     c.root.URL(route), route: route,
			args: url.Values{"_fields": {"id"}}, fields: []string{"id"},
		}))
	}
	return probes
}

// rowSamples are up to two orders that may be edited and two that may not, the newest and the oldest of each.
func (c *collection) rowSamples() []evidence.Record {
	if !c.ev.Target.Wants(evidence.OrdersWrite, evidence.OrdersDelete) {
		return nil
	}
	newest, _ := evidence.ReadList(c.get(evidence.ListOrders))
	oldest, _ := evidence.ReadList(c.get(evidence.ListOldOrders))
	var open, shut []evidence.Record
	for _, r := range append(newest, oldest...) {
		if methods := c.mayDo(r); slices.Contains(methods, http.MethodPut) &&
			slices.Contains(methods, http.MethodDelete) {
			open = append(open, r)
		} else if len(methods) > 0 {
			shut = append(shut, r)
		}
	}
	if len(shut) == 0 {
		return nil
	}
	return append(spread(shut, 2), spread(open, 2)...)
}

// mayDo is what the store says the key may do with an order: in the list, or asked for the order itself.
func (c *collection) mayDo(r evidence.Record) []string {
	if len(r.Links.Self) > 0 && len(r.Links.Self[0].TargetHints.Allow) > 0 {
		return r.Links.Self[0].TargetHints.Allow
	}
	return evidence.Allowed(c.get(evidence.Allowing.Of(fmt.Sprintf("orders/%d", r.ID))))
}

// versionProbe shows on which side of 11.0 a store is that hides its version: 11.0 took this route away.
func (c *collection) versionProbe() []probe {
	f := evidence.ViewOf(c.ev)
	if f.WooVersion() != "" || !c.ev.Target.Wants(evidence.OrdersWrite, evidence.OrdersDelete) {
		return nil
	}
	const route = "wc/v3/layout-templates"
	return []probe{c.keyed(probe{
		id: evidence.VersionTemplates, purpose: "a route that WooCommerce had up to 10.9, open to everybody",
		url: c.root.URL(route), route: route,
		args: url.Values{"_fields": {"id"}}, fields: []string{"id"},
	})}
}

// statusesProbe asks WordPress, as a stranger, for the statuses of plugins: to a stranger it names only those that are
// registered as public. It is asked only where a plugin has statuses.
func (c *collection) statusesProbe() []probe {
	slugs := evidence.PluginStatuses(c.ev)
	if len(slugs) == 0 || !c.ev.Target.Wants(evidence.OrdersRead, evidence.OrdersWrite, evidence.OrdersDelete) {
		return nil
	}
	names, fields := []string{}, []string{}
	for _, slug := range slugs[:min(len(slugs), maxStatuses)] {
		names = append(names, "wc-"+slug)
		fields = append(fields, "wc-"+slug+".public")
	}
	// The names choose among the statuses, and among the members of each as well.
	names = append(names, "public")
	return []probe{{
		id:      evidence.StatusesPublic,
		purpose: "which statuses of plugins WordPress shows to everybody, because they are registered as public",
		url:     c.root.URL("wp/v2/statuses"),
		args:    url.Values{"_fields": {strings.Join(names, ",")}}, fields: fields,
	}}
}

// maxStatuses bounds how many statuses of plugins are asked about.
const maxStatuses = 30

// usualRows is how many requests follow the records: a look at the rows of orders that may not be changed, at the
// queue, at orders that no list shows.
func (c *collection) usualRows(t evidence.TargetFacts) int {
	rows := len(c.rowSamples())
	if t.WantsHooks() {
		rows += 2
	}
	return rows + evidence.BoolToInt(t.Wants(evidence.OrdersRead))
}

// ownerKnown says whether WordPress tells what the key's owner holds. Then that need not be concluded from what is
// refused.
func (c *collection) ownerKnown() bool { return evidence.ViewOf(c.ev).Owner.Known }
