package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// What is left when every check was asked: answers that no healthy store gives and that no finding accounts for. A
// report that passed over them would call a store healthy that was seen to fail.

func restChecks() []Check {
	return []Check{inPlaceCheck(), {
		ID: unexplainedID, Area: AreaServer, Severity: Problem, Stage: StageLetIn, Late: true,
		Title: "The store gives an answer that nothing known explains",
		See: "A request that a healthy store answers with data gets something else, and no other finding accounts " +
			"for it.",
		Tell: "With path-refused something refuses or redirects single requests; here the answer is of another kind.",
		Cause: "A snippet, a plugin or a rule of the server answers this request in WooCommerce's place. Often it " +
			"looks at the path, the method or the arguments.",
		Fixes: []Fix{
			menu("In wp-admin: WooCommerce > Status > Logs, and Tools > Site Health: what was changed last? Switch " +
				"plugins that touch the REST API off one after the other, on a copy of the shop, until the request " +
				"below is answered."),
			wpcli("grep -rn 'rest_pre_dispatch\\|rest_pre_serve_request\\|rest_request_before_callbacks" +
				"\\|rest_api_init\\|parse_request' --include=*.php wp-content/mu-plugins wp-content/themes " +
				"wp-content/plugins/*/ | grep -v woocommerce/ | head -40"),
			host("“The request {request} to {host} is answered with {status}. Which rule, plugin or proxy gives " +
				"this answer?”"),
		},
		find: findUnexplained,
	}, {
		ID: unseenID, Area: AreaServer, Severity: Warning, Stage: StageReach, Late: true,
		Title: "Not everything that was asked for was seen to work",
		See:   "Nothing is refused, and a request that would prove one of the scopes was not sent or was not answered.",
		Tell: "With unexplained-answer an answer came that is none of a healthy store. Here it did not come, or " +
			"the examination ended before it.",
		Cause: "The store is so slow, or takes so few requests, that the examination was kept short.",
		Fixes: []Fix{
			waybill("waybill doctor {home} --for {scopes}   # once more, when the store is quiet"),
			look("The doctor lists each scope under “What works” when it was seen to work: waybill doctor {home} " +
				"--for {scopes}"),
		},
		Under: []string{unexplainedID, variesID, "client-timeout", "rate-limit", "fail2ban-ban"},
		find:  findUnseen,
	}}
}

// findUnseen names scopes of which nothing was seen. A problem says itself what does not work; without one, silence
// about a scope would pass for its working.
func findUnseen(f *Case) *hit {
	unseen := f.unseen(f.Found)
	if !f.Target.HasKey || len(unseen) == 0 ||
		slices.ContainsFunc(f.Found, func(one Finding) bool { return one.Severity == Problem }) {
		return nil
	}
	h := &hit{confidence: verdict.Sure}
	names, kinds := make([]string, len(unseen)), []string{}
	for i, scope := range unseen {
		names[i] = string(scope)
		if kind := f.Unknown[scope]; kind != "" {
			kinds = evidence.AppendNew(kinds, kind)
			h.shown = evidence.AppendNew(h.shown,
				"the shop has no "+kind+" to ask about, and what the key's owner holds does not decide it")
		}
		for _, id := range f.unproved(scope) {
			line := string(id) + ": not asked"
			if x := f.Get(id); x != nil {
				line = evidence.Describe(x)
			}
			h.shown = evidence.AppendNew(h.shown, line)
		}
	}
	h.why = strings.Join(names, ", ") + " " + map[bool]string{true: "was", false: "were"}[len(names) == 1] +
		" not seen to work: "
	if len(kinds) > 0 {
		h.why += "the shop has no " + strings.Join(kinds, " and no ") + " to ask about"
		return h
	}
	h.why += "not every request that proves it was answered"
	return h
}

func findUnexplained(f *Case) *hit {
	var worst, mild []*evidence.Exchange
	for _, x := range f.Standing() {
		switch {
		case evidence.Proven(x) || f.accounted(x) || f.ownRefusal(x):
		case f.Wanted(x) && !evidence.Allowing.Has(x):
			worst = append(worst, x)
		default:
			mild = append(mild, x)
		}
	}
	list := slices.Concat(worst, mild)
	if len(list) == 0 {
		return nil
	}
	x := list[0]
	h := &hit{confidence: verdict.Sure,
		vars: map[string]string{"status": evidence.StatusText(x.Status),
			"request": x.Request.Method + " " + evidence.RequestURI(x.Request.URL)}}
	h.why = fmt.Sprintf("%s (%s) got %s, and a healthy store gives %s", x.Request.Method, x.Purpose, answerWords(x),
		evidence.ExpectedWords(x))
	if n := len(list) - 1; n > 0 {
		h.why += fmt.Sprintf("; %d more requests got answers like it", n)
	}
	for _, one := range list[:min(len(list), 6)] {
		h.shown = append(h.shown, evidence.Describe(one))
	}
	if len(worst) == 0 {
		h.severity = Warning // nothing that was asked for depends on it
		if !f.Target.Writes() &&
			!slices.ContainsFunc(mild, func(x *evidence.Exchange) bool { return !evidence.IsWrite(x) }) {
			h.severity = Note // and nothing is to be written
		}
	}
	return h
}

// answerWords say what came back.
func answerWords(x *evidence.Exchange) string {
	_, text, _ := strings.Cut(evidence.Describe(x), " → ")
	return text
}

// ownRefusal says whether an answer is WooCommerce's own about permissions. The checks of permissions and of the key
// decide whether it matters.
func (f *Case) ownRefusal(x *evidence.Exchange) bool {
	if !evidence.IsJSON(x) {
		return false
	}
	refused := x.Status == http.StatusForbidden && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_")
	scope := x.Status == http.StatusUnauthorized && x.Body.Code == evidence.AuthError
	if !f.Wanted(x) {
		return refused || scope || x.Body.Code == evidence.NoRoute
	}
	return (refused || scope) && slices.ContainsFunc(f.Found, func(one Finding) bool {
		return one.Area == AreaPermissions || one.Area == AreaKey || one.ID == "coupons-disabled"
	})
}

// accounted says whether a finding shows this answer, or one of its kind.
func (f *Case) accounted(x *evidence.Exchange) bool {
	if f.Usurps(x) {
		return true
	}
	for _, one := range f.Found {
		if covers, ok := covering[one.ID]; ok && covers(x) {
			return true
		}
		for _, line := range one.Evidence {
			if strings.Contains(line, evidence.Describe(x)) || f.alike(x, line) {
				return true
			}
		}
	}
	return false
}

// alike says whether a line of evidence is about an exchange that got the same kind of answer.
func (f *Case) alike(x *evidence.Exchange, line string) bool {
	for i := range f.Evidence.Exchanges {
		other := &f.Evidence.Exchanges[i]
		if other.Request.Auth != evidence.AuthNone && !evidence.Proven(other) &&
			strings.Contains(line, evidence.Describe(other)) && evidence.AnswerKind(other) == evidence.AnswerKind(x) {
			return true
		}
	}
	return false
}

// covering are findings whose fault shows in more kinds of answers than the one they show.
var covering = map[string]func(*evidence.Exchange) bool{
	"headers-already-sent":     func(x *evidence.Exchange) bool { return x.Status == http.StatusOK },
	"cache-plugin-broken-json": func(x *evidence.Exchange) bool { return x.Status == http.StatusOK },
	"cache-rest":               func(x *evidence.Exchange) bool { return x.Status == http.StatusOK },
	"jwt-200-error":            func(x *evidence.Exchange) bool { return x.Status == http.StatusOK },
	"query-string-dropped":     func(x *evidence.Exchange) bool { return x.Status == http.StatusOK },
	"bad-record":               evidence.Broke, "php-oom": evidence.Broke, "json-encode-error": evidence.Broke,
	"gateway-timeout": evidence.Broke, "client-timeout": evidence.TimedOut,
	"rate-limit": func(x *evidence.Exchange) bool {
		return x.Status == http.StatusTooManyRequests || x.Status == http.StatusServiceUnavailable
	},
	"method-blocked": func(x *evidence.Exchange) bool {
		return !evidence.IsJSON(x) &&
			x.Request.Method != http.MethodGet
	},
	"method-rewritten":       func(x *evidence.Exchange) bool { return evidence.IsWrite(x) && evidence.IsJSON(x) },
	"redirect-post-to-get":   evidence.IsWrite,
	"content-type-missing":   func(x *evidence.Exchange) bool { return x.Of(evidence.BodyType) },
	"body-too-large":         func(x *evidence.Exchange) bool { return x.Of(evidence.BodyLarge) },
	"cf-waf-payload":         func(x *evidence.Exchange) bool { return x.Of(evidence.BodyMarkup) },
	"uri-too-long":           func(x *evidence.Exchange) bool { return x.Of(evidence.LongURI) },
	"webhook-egress-blocked": func(x *evidence.Exchange) bool { return x.Of(evidence.EgressTest) },
	"endpoint-removed": func(x *evidence.Exchange) bool { // to OPTIONS of a route that is none WordPress says nothing
		return x.Status == http.StatusNotFound || x.Request.Method == http.MethodOptions && x.Body.Kind == "empty"
	},
	"shipping-disabled": func(x *evidence.Exchange) bool { return x.Status == http.StatusNotFound },
	"wc-namespace-old":  func(*evidence.Exchange) bool { return true },
	"truncated-body": func(x *evidence.Exchange) bool {
		return x.Body.Cut || x.Fault != nil &&
			x.Fault.Class == "truncated"
	},
	"gzip-garbled": func(x *evidence.Exchange) bool { return x.Body.Garbled != "" },
}
