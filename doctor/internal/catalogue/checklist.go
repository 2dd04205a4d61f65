package catalogue

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Checklist answers the questions of the published troubleshooting lists, one by one, with what was measured.
func (f *Case) Checklist(findings []Finding) []Answered {
	asked := f.Target.HasKey
	yesNo := func(yes, no bool) string {
		switch {
		case yes:
			return "yes"
		case no:
			return "no"
		}
		return "unknown"
	}
	found := func(question string) *Finding { return answering(question, findings) }
	// bad: a finding answers the question, and somebody has to act.
	bad := func(question string) bool { one := found(question); return one != nil && one.Severity != Note }
	detail := func(fallback, question string) string {
		if finding := found(question); finding != nil {
			return finding.ID + ": " + finding.Why
		}
		return fallback
	}
	var list []Answered
	add := func(id, answer, text string) { list = append(list, answered(id, answer, text)) }

	cut := found("role-changed")
	owner := detail(f.ownerWords(), "owner-role")
	if cut != nil && !bad("owner-role") {
		owner = cut.ID + ": " + cut.Why
	}
	add("owner-role", yesNo(f.Known() && !bad("owner-role") && f.Rights.Asked && len(f.Rights.Lacks) == 0 ||
		f.Known() && f.Rights.ShopManager && cut == nil, bad("owner-role")), owner)
	add("key-of-user", yesNo(f.Known(), bad("key-of-user")),
		detail("the store knows the key (…"+f.Target.Key.Last7+") and its secret", "key-of-user"))
	add("read-write", f.readWrite(yesNo),
		detail("a key's own permission is asked before the role of its user", "read-write"))
	add("capabilities", f.capsAnswer(), f.capsWords())
	add("authentication", yesNo(f.Known(), asked && !f.Known()), f.wayWords())
	add("credentials", "unknown", "where the integration keeps them cannot be seen from outside; this examination sent "+
		"the secret only over verified TLS to the store's own address and wrote it into no report or evidence")
	add("rate-limit", yesNo(found("rate-limit") != nil, f.Known()),
		detail(fmt.Sprintf("%d requests were taken without a complaint", f.Evidence.Spent), "rate-limit"))
	list = append(list, f.orderAnswers(yesNo)...)
	add("ssl", yesNo(f.Scheme() == "https" && !bad("ssl") && len(f.Evidence.TLS) > 0, bad("ssl")),
		detail(f.tlsWords(), "ssl"))
	add("versions", evidence.FirstOf(f.WooVersion(), "unknown"), f.versionWords())
	add("allow-list", evidence.FirstOf(f.Evidence.Local.Egress, "unknown"),
		"the address this machine connects from; behind a router the store sees the router's public address")
	text := "nothing was seen that gets in between"
	if names := f.interfering(); len(names) > 0 {
		text = "active plugins that often do: " + strings.Join(names, ", ")
	}
	add("in-the-way", yesNo(bad("in-the-way"), f.Known()), detail(text, "in-the-way"))
	multisite, known := f.Multisite()
	add("multisite", yesNo(known && multisite, known),
		detail("keys and memberships are per site in a network", "multisite"))
	add("role-changed", yesNo(cut != nil, f.Rights.ShopManager || f.Rights.Admin),
		detail("no sign of it", "role-changed"))
	return list
}

func (f *Case) ownerWords() string {
	switch {
	case !f.Known():
		return "it shows only when the key is let in"
	case f.Rights.ShopManager:
		return "the key behaves as one of a Shop Manager"
	case f.Rights.Admin:
		return "the key behaves as one of an administrator; a role with fewer rights would do (waybill role)"
	}
	return "what the owner may do is in the map of permissions"
}

func (f *Case) readWrite(yesNo func(bool, bool) string) string {
	read, write := f.Get(evidence.ScopeRead), f.Get(evidence.ScopeWrite)
	refused := func(x *evidence.Exchange) bool {
		return x != nil && x.Status == http.StatusUnauthorized && x.Body.Code == evidence.AuthError
	}
	open := func(x *evidence.Exchange) bool { return x != nil && x.Body.Code == evidence.NoRoute }
	reads := open(read) || read == nil && evidence.LetIn(f.Read())
	return yesNo(reads && open(write), refused(read) || refused(write))
}

func (f *Case) capsAnswer() string {
	switch {
	case !f.Rights.Asked:
		return "unknown"
	case len(f.Causes) == 0:
		return "yes"
	}
	return "no"
}

// capsWords says what was measured about the published lists (docs/woocommerce/permissions.md).
func (f *Case) capsWords() string {
	lists := "measured: the five open reading, and changing only in legacy storage; the ten add settings and " +
		"reports; neither changes an order on order tables without compatibility mode, and neither creates one"
	if !f.Rights.Asked {
		return lists
	}
	seen := "seen: " + evidence.FirstOf(strings.Join(f.Rights.Held.Sorted(), ", "), "none")
	if len(f.Rights.Lacks) > 0 {
		seen += "; not there: " + strings.Join(f.Rights.Lacks.Sorted(), ", ")
	}
	return seen + ". " + lists
}

func (f *Case) wayWords() string {
	switch f.Evidence.Way {
	case evidence.WayHeader:
		return "Basic authentication in the header works"
	case evidence.WayQuery:
		return "only the key in the address works"
	case evidence.WayOAuth:
		return "requests are signed (OAuth 1.0a)"
	}
	if f.Key.Why != "" {
		return f.Key.Why
	}
	return "it was not let in"
}

// orderAnswers answers the questions about reading, creating and changing orders, the key's own and others', with
// private data.
func (f *Case) orderAnswers(yesNo func(bool, bool) string) []Answered {
	open, shut := f.RecordsBy("orders", http.MethodPut, evidence.ListOrders, evidence.ListOldOrders)
	detail := "asked of the store for each order without changing one"
	if n := len(open) + len(shut); n > 0 {
		detail = fmt.Sprintf("%d of %d orders may be changed; asked without changing one", len(open), n)
	} else if f.Known() {
		detail = "the store has no order to ask about"
	}
	get, noGet := f.May("orders", "GET")
	post, noPost := f.May("orders", "POST")
	created, notCreated := f.doorAnswers(evidence.DoorOrdersPost)
	changed, notChanged := f.doorAnswers(evidence.DoorOrdersPut)
	if x := f.Get(evidence.DoorOrdersPut); notChanged {
		detail += "; a change of a record that does not exist: " + evidence.Describe(x)
	}
	postWords := f.AllowLine("orders") + "; nothing was created"
	if x := f.Get(evidence.DoorOrdersPost); notCreated {
		postWords += "; a create that WooCommerce refuses: " + evidence.Describe(x)
	}
	return []Answered{
		answered("get-orders", yesNo(get && evidence.LetIn(f.Get(evidence.ListOrders)), noGet),
			evidence.Describe(f.Get(evidence.ListOrders))),
		answered("post-orders", yesNo(post && created, noPost || notCreated), postWords),
		answered("put-orders", yesNo(len(open) > 0 && len(shut) == 0 && changed, len(shut) > 0 || notChanged), detail),
	}
}

func (f *Case) tlsWords() string {
	for _, h := range f.Evidence.TLS {
		if h.OK && len(h.Chain) > 0 {
			return h.Version + ", issued by " + h.Chain[0].Issuer + ", until " + day(h.Chain[0].NotAfter)
		}
	}
	return "no TLS connection was made"
}

func (f *Case) versionWords() string {
	if !f.Status.OK {
		return "the system status could not be read (it asks for manage_woocommerce)"
	}
	return "WordPress " + f.Status.Environment.WPVersion + ", WooCommerce " + f.Status.Environment.Version + ", PHP " +
		f.Status.Environment.PHP
}
