package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// blockedBy finds what answers in place of the store, or refuses a single kind of request that the integration needs.
func blockedBy(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		if h := hitOf(f.Front, id); h != nil {
			h.vars = map[string]string{"who": whoIs(id)}
			if f.Evidence.Way == evidence.WayQuery {
				h.adopt = &Adoption{Way: evidence.WayQuery, Says: "send the key in the address, over HTTPS"}
			}
			return h
		}
		if h := f.wayRound(id); h != nil {
			return h
		}
		if !f.Known() {
			return nil
		}
		for _, x := range f.API() {
			if x.Request.Auth == evidence.AuthNone || evidence.IsJSON(x) {
				continue
			}
			if a := f.WhoAnswered(x); a.ID == id {
				h := hitOf(a, id)
				h.vars = map[string]string{"who": whoIs(id)}
				return f.ofSingle(h, x)
			}
		}
		if h := hitOf(f.Partly, id); h != nil {
			return f.ofSingle(h, f.cited(h.shown))
		}
		if x := f.Get(evidence.BodyMarkup); strings.HasPrefix(id, "waf-") && x != nil && !evidence.IsJSON(x) &&
			!evidence.Unsent(x) && evidence.IsJSON(f.Get(evidence.BodyPlain)) {
			if a := f.WhoAnswered(x); a.ID == id {
				return &hit{confidence: verdict.Sure, why: "it refuses a body with HTML in it: " + a.Why,
					shown: []string{evidence.Describe(x),
						"with plain text: " + evidence.Describe(f.Get(evidence.BodyPlain))},
					vars: map[string]string{"who": whoIs(id)}}
			}
		}
		return nil
	}
}

// ofSingle says of a refusal of single requests which one it is and, where the same request passes without one of its
// arguments, which argument is objected to. The requests themselves tell what does not work.
func (f *Case) ofSingle(h *hit, x *evidence.Exchange) *hit {
	h.concerns = []evidence.Scope{}
	if x == nil {
		return h
	}
	h.vars["request"], h.vars["status"] = x.Request.Method+" "+evidence.RequestURI(x.Request.URL), fmt.Sprint(x.Status)
	without := f.Get(evidence.ListOrders)
	if x.Of(evidence.FilterModified) && evidence.Proven(without) {
		h.why += "; the same list without the argument modified_after is given, so that argument is what it objects to"
		h.shown = append(h.shown, "without modified_after: "+evidence.Describe(without))
	}
	return h
}

// wayRound is a stop-gap: the cause that refuses the API's usual address, where the address below index.php is open.
func (f *Case) wayRound(id string) *hit {
	h := hitOf(f.Route, id)
	if h != nil {
		h.vars["who"] = whoIs(id)
		h.adopt = &Adoption{Root: f.Evidence.Root, Says: "use the API at " + f.Evidence.Root}
	}
	return h
}

func whoIs(id string) string {
	names := map[string]string{
		"cf-challenge": "Cloudflare", "cf-block": "Cloudflare", "waf-sucuri": "Sucuri", "waf-wordfence": "Wordfence",
		"waf-imunify360": "Imunify360",
		"waf-bitninja":   "BitNinja", "waf-siteground": "SiteGround's anti-bot system",
		"waf-modsecurity": "ModSecurity",
	}
	return evidence.FirstOf(names[id], "a firewall")
}

func findPayloadBlock(f *Case) *hit {
	markup, plain := f.Get(evidence.BodyMarkup), f.Get(evidence.BodyPlain)
	if markup == nil || evidence.IsJSON(markup) || !evidence.IsJSON(plain) || evidence.Unsent(markup) {
		return nil
	}
	if a := f.WhoAnswered(markup); strings.HasPrefix(a.ID, "waf-") {
		return nil // named by itself
	}
	return &hit{confidence: verdict.Sure,
		why:   "a body with HTML in it is refused, the same request with plain text is not",
		shown: []string{evidence.Describe(markup), "with plain text: " + evidence.Describe(plain)}}
}

// findBlockedAgent finds that this client is refused by its name, or, as a note, that others would be.
func findBlockedAgent(f *Case) *hit {
	if f.Front.Is("ua-bot-cache") {
		return nil
	}
	if h := f.refusedByName(); h != nil {
		if h.vars == nil {
			h.vars = map[string]string{}
		}
		h.vars["agent"] = f.Evidence.Local.UserAgent
		if !ofLibrary(f.Evidence.Local.UserAgent) {
			h.refit = withoutOwnName
		}
		return h
	}
	index := f.Get(evidence.Index)
	if !evidence.IsJSON(index) {
		return nil
	}
	for _, one := range []struct {
		id         evidence.Probe
		agent, who string
	}{
		{evidence.IndexNoAgent, "", "a client without a name"},
		{evidence.IndexLibrary, evidence.LibraryUA, "clients with the name of a common library"},
	} {
		x := f.Get(one.id)
		if x == nil || evidence.IsJSON(x) || x.Fault != nil && x.Fault.Class != "closed" && x.Fault.Class != "reset" ||
			x.Status == http.StatusServiceUnavailable || x.Status == http.StatusTooManyRequests {
			continue
		}
		// It does not concern this client, and it is the usual reason why another integration of the same shop fails.
		return &hit{severity: Note, confidence: verdict.Sure,
			why:   "the server refuses " + one.who + "; this client is let in",
			shown: []string{evidence.Describe(x), "as " + f.Evidence.Local.UserAgent + ": " + evidence.Describe(index)},
			vars:  map[string]string{"agent": evidence.FirstOf(one.agent, "(none)")}}
	}
	return nil
}

// refusedByName finds that this client is refused for its name.
func (f *Case) refusedByName() *hit {
	if h := hitOf(f.Front, "ua-blocked"); h != nil {
		return h
	}
	if h := hitOf(f.Key, "ua-blocked"); h != nil {
		return h
	}
	if h := f.wayRound("ua-blocked"); h != nil {
		return h
	}
	browser := f.BrowserPasses()
	if browser == nil || f.Known() || f.Route.ID != "" || f.Key.ID != "" || f.Front.ID != "" {
		return nil
	}
	return &hit{confidence: verdict.Likely, why: "a browser's name is let in where this client's is not",
		shown: []string{evidence.Describe(f.Get(evidence.Index)), "as a browser: " + evidence.Describe(browser)}}
}

// libraries are the names that HTTP libraries send by default.
var libraries = []string{"python-", "aiohttp", "go-http-client", "curl", "wget", "axios", "node", "undici", "okhttp",
	"java", "apache-httpclient", "libwww-perl", "guzzle", "php", "ruby", "faraday", "woocommerce api client"}

// ofLibrary says whether a client's name is empty or a library's default, which does not say who asks.
func ofLibrary(agent string) bool {
	agent = strings.ToLower(agent)
	return agent == "" ||
		slices.ContainsFunc(libraries, func(name string) bool { return strings.HasPrefix(agent, name) })
}

// withoutOwnName are the fixes where the client says already who it is: the server's rule is what has to change.
func withoutOwnName(own []Fix) []Fix {
	fixes := slices.DeleteFunc(slices.Clone(own), func(fix Fix) bool { return fix.Kind == FixClient })
	return append(fixes, waybill("Until that is mended, another name may be let in. Try: waybill doctor {home} "+
		"--user-agent 'Mozilla/5.0 (compatible; {agent})'. If that works, give Waybill the name as http.user_agent "+
		"(docs/configuration.md)."))
}

func findAcceptBlock(f *Case) *hit {
	if h := hitOf(f.Front, "accept-header-406"); h != nil {
		return h
	}
	if x := f.Get(evidence.IndexNoAccept); x != nil && !evidence.IsJSON(x) && x.Status >= 400 &&
		evidence.IsJSON(f.Get(evidence.Index)) && x.Status != http.StatusServiceUnavailable &&
		x.Status != http.StatusTooManyRequests {
		return &hit{severity: Note, confidence: verdict.Sure,
			why:   fmt.Sprintf("requests without an Accept header get status %d; this client sends one", x.Status),
			shown: []string{evidence.Describe(x)}}
	}
	return nil
}

func findRateLimit(f *Case) *hit {
	limited := f.With(evidence.Limited)
	if h := hitOf(f.Front, "rate-limit"); h != nil && recoveredFrom(f, limited) == 0 {
		h.severity = Problem
		h.vars = map[string]string{"status": "429"}
		return h
	}
	recovered := recoveredFrom(f, limited)
	if len(limited) == 0 || recovered == 0 && limited[0].Status != http.StatusTooManyRequests {
		return nil
	}
	h := &hit{
		confidence: verdict.Sure,
		shown: []string{evidence.Describe(limited[0]),
			fmt.Sprintf("%d of %d requests asked to slow down, %d were answered after a pause", len(limited),
				f.Evidence.Spent, recovered)},
		why:  fmt.Sprintf("the server answers %d to quick requests and recovers after a pause", limited[0].Status),
		vars: map[string]string{"status": fmt.Sprint(limited[0].Status), "often": "yes"},
	}
	switch {
	case recovered < len(limited):
		h.severity = Problem // some of what was asked stayed without an answer
	case len(limited) <= 2 && f.answersBefore(limited[0]) >= tolerable:
		h.severity = Note // met once in passing; slowing down a little is enough
	}
	return h
}

// recoveredFrom counts the requests that were answered after a pause.
func recoveredFrom(f *Case, limited []*evidence.Exchange) int {
	n := 0
	for _, x := range limited {
		if again := f.Get(evidence.Probe(evidence.Limited.About(x))); again != nil && again.Status != x.Status &&
			again.Status > 0 {
			n++
		}
	}
	return n
}

// tolerable is how many quick requests a store should take before it limits them: what a person's browser asks for to
// show one page of a shop.
const tolerable = 12

// answersBefore counts the answers that had come before the answer of x. Requests overtake each other, so the order of
// the answers says more than that of the requests about what the store had taken by then.
func (f *Case) answersBefore(x *evidence.Exchange) int {
	n := 0
	for i := range f.Evidence.Exchanges {
		if one := &f.Evidence.Exchanges[i]; verdict.Ended(one) < verdict.Ended(x) && one.Status > 0 {
			n++
		}
	}
	return n
}

// findRestDisabled finds that something other than WooCommerce refuses the key's own request.
func findRestDisabled(f *Case) *hit {
	for _, a := range []verdict.Answer{f.Front, f.Key} {
		if h := hitOf(a, "rest-disabled"); h != nil {
			return h
		}
	}
	if h := f.wayRound("rest-disabled"); h != nil {
		return h
	}
	if f.Known() {
		return f.partlyClosed("rest-disabled")
	}
	if f.Target.HasKey {
		return nil
	}
	anon := f.Get(evidence.Anonymous)
	if anon == nil || anon.Body.Kind != "json" || anon.Body.Code == "" || evidence.IsStoreCode(anon.Body.Code) ||
		evidence.IsLoginCode(anon.Body.Code) {
		return nil
	}
	return &hit{severity: Warning, confidence: verdict.Possible,
		why: "anonymous calls are refused with “" + anon.Body.Code +
			"”; whether keys are let in shows only with a key",
		shown: []string{evidence.Describe(anon)}}
}

// The key is let in, and some of what the integration asks for does not reach WooCommerce: a firewall with rules for
// paths and arguments, a plugin that closes a part. Without these a store that refuses one list would pass for healthy.

// partlyClosed finds that the key is let in, and some of what the integration needs is refused with a code of nobody
// known. Where every write is, the API is closed but for reading; else it is a rule for single requests.
func (f *Case) partlyClosed(id string) *hit {
	if f.Key.ID != "" {
		return nil // what takes the key for its own explains what it answers
	}
	for _, x := range f.Standing() {
		if !evidence.ForeignRefusal(x) || x.Status == http.StatusNotFound || !f.Wanted(x) {
			continue
		}
		h := &hit{confidence: verdict.Likely, shown: []string{evidence.Describe(x)}, vars: map[string]string{
			"code": x.Body.Code, "status": fmt.Sprint(x.Status),
			"request": x.Request.Method + " " + evidence.RequestURI(x.Request.URL), "who": "a plugin or a snippet",
		}}
		named := "rest-disabled"
		if len(f.pluginsBehind(Check{ID: named, Area: AreaBlocking}, h)) > 0 || x.Of(evidence.ScopeWrite) {
			h.why = "some of the API is refused with “" + x.Body.Code +
				"”, which is no code of WooCommerce: a plugin or a snippet closes it"
			if x.Of(evidence.ScopeWrite) {
				h.why = "every write is refused with “" + x.Body.Code +
					"”, which is no code of WooCommerce: a plugin or a snippet lets the API be read only"
			}
		} else {
			named = "path-refused"
			h.why = fmt.Sprintf("%s is refused with “%s”, which is no code of WooCommerce, and other requests with "+
				"the same key are answered: a plugin or a snippet looks at the path, the method or the arguments",
				h.vars["request"], x.Body.Code)
		}
		if named != id {
			return nil
		}
		return h
	}
	return nil
}
