package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// What is left when every check was asked: answers that no healthy store gives and that no finding accounts for. A report that
// passed over them would call a store healthy that was seen to fail.

// These are asked last, because they look at what the others found.
const (
	unexplainedID = "unexplained-answer"
	unseenID      = "not-seen-to-work"
)

// asksRest: the check looks at what the others left.
func asksRest(id string) bool { return id == unexplainedID || id == unseenID }

func restChecks() []Check {
	return []Check{{
		ID: unexplainedID, Area: AreaServer, Severity: Problem, Stage: StageLetIn, Late: true,
		Title: "The store gives an answer that nothing known explains",
		See:   "A request that a healthy store answers with data gets something else, and no other finding accounts for it.",
		Tell:  "With path-refused something refuses or redirects single requests; here the answer is of another kind.",
		Cause: "A snippet, a plugin or a rule of the server answers this request in WooCommerce's place. Often it looks at the path, the method or the arguments.",
		Fixes: []Fix{
			menu("In wp-admin: WooCommerce > Status > Logs, and Tools > Site Health: what was changed last? Switch plugins that touch the REST API off one after the other, on a copy of the shop, until the request below is answered."),
			wpcli("grep -rn 'rest_pre_dispatch\\|rest_pre_serve_request\\|rest_request_before_callbacks\\|rest_api_init\\|parse_request' --include=*.php wp-content/mu-plugins wp-content/themes wp-content/plugins/*/ | grep -v woocommerce/ | head -40"),
			host("“The request {request} to {host} is answered with {status}. Which rule, plugin or proxy gives this answer?”"),
		},
		find: findUnexplained,
	}, {
		ID: unseenID, Area: AreaServer, Severity: Warning, Stage: StageReach, Late: true,
		Title: "Not everything that was asked for was seen to work",
		See:   "Nothing is refused, and a request that would prove one of the scopes was not sent or was not answered.",
		Tell:  "With unexplained-answer an answer came that is none of a healthy store. Here it did not come, or the examination ended before it.",
		Cause: "The store is so slow, or takes so few requests, that the examination was kept short; or it was given too few requests (--requests) or too little time.",
		Fixes: []Fix{
			waybill("waybill doctor {home} --for {scopes}   # once more, when the store is quiet; with --requests at its default"),
			look("The doctor lists each scope under “What works” when it was seen to work: waybill doctor {home} --for {scopes}"),
		},
		Under: []string{unexplainedID, "client-timeout", "rate-limit", "fail2ban-ban"},
		find:  findUnseen,
	}}
}

// findUnseen: a problem says itself what does not work. Without one, silence about a scope would pass for its working.
func findUnseen(f *Case) *hit {
	unseen := f.unseen(f.found)
	if !f.t.HasKey || len(unseen) == 0 || slices.ContainsFunc(f.found, func(one Finding) bool { return one.Severity == Problem }) {
		return nil
	}
	h := &hit{confidence: Sure}
	names := make([]string, len(unseen))
	for i, scope := range unseen {
		names[i] = string(scope)
		for _, id := range f.unproved(scope) {
			line := id + ": not asked"
			if x := f.x(id); x != nil {
				line = describe(x)
			}
			h.shown = appendNew(h.shown, line)
		}
	}
	h.why = strings.Join(names, ", ") + " " + map[bool]string{true: "was", false: "were"}[len(names) == 1] + " not seen to work: not every request that proves it was answered"
	return h
}

func findUnexplained(f *Case) *hit {
	var worst, mild []*Exchange
	for _, x := range f.standing() {
		switch {
		case proven(x) || f.accounted(x) || f.ownRefusal(x):
		case f.wanted(x) && kindOf(x.ID) != "allow":
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
	h := &hit{confidence: Sure, vars: map[string]string{"status": statusText(x.Status), "request": x.Request.Method + " " + requestURI(x.Request.URL)}}
	h.why = fmt.Sprintf("%s (%s) got %s, and a healthy store gives %s", x.Request.Method, x.Purpose, answerWords(x), expectedWords(x))
	if n := len(list) - 1; n > 0 {
		h.why += fmt.Sprintf("; %d more requests got answers like it", n)
	}
	for _, one := range list[:min(len(list), 6)] {
		h.shown = append(h.shown, describe(one))
	}
	if len(worst) == 0 {
		h.severity = Warning // nothing that was asked for depends on it
	}
	return h
}

// answerWords say what came back.
func answerWords(x *Exchange) string {
	_, text, _ := strings.Cut(describe(x), " → ")
	return text
}

// expectedWords say what a healthy store answers.
func expectedWords(x *Exchange) string {
	switch kindOf(x.ID) {
	case "scope", "verb":
		return "404 rest_no_route"
	case "body":
		if x.ID == "body.type" {
			return "400 rest_invalid_json"
		}
		return "404 rest_no_route"
	case "door":
		if strings.HasSuffix(x.ID, ".post") {
			return "400 …_exists"
		}
		return "…_invalid_id"
	case "allow":
		return "200 and its permissions"
	}
	return "200 and data"
}

// ownRefusal is what WooCommerce itself says about permissions: whether that matters, the checks of permissions and of the key
// decide.
func (f *Case) ownRefusal(x *Exchange) bool {
	if !isJSON(x) {
		return false
	}
	refused := x.Status == http.StatusForbidden && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_")
	scope := x.Status == http.StatusUnauthorized && x.Body.Code == authError
	if !f.wanted(x) {
		return refused || scope || x.Body.Code == noRoute
	}
	return (refused || scope) && slices.ContainsFunc(f.found, func(one Finding) bool {
		return one.Area == AreaPermissions || one.Area == AreaKey || one.ID == "coupons-disabled"
	})
}

// accounted: a finding shows this answer, or one of its kind.
func (f *Case) accounted(x *Exchange) bool {
	for _, one := range f.found {
		if covers, ok := covering[one.ID]; ok && covers(x) {
			return true
		}
		for _, line := range one.Evidence {
			if strings.Contains(line, describe(x)) || f.alike(x, line) {
				return true
			}
		}
	}
	return false
}

// alike: the line of evidence shows an exchange that got the same kind of answer.
func (f *Case) alike(x *Exchange, line string) bool {
	for i := range f.ev.Exchanges {
		other := &f.ev.Exchanges[i]
		if other.Request.Auth != authNone && !proven(other) && strings.Contains(line, describe(other)) && answerKind(other) == answerKind(x) {
			return true
		}
	}
	return false
}

// answerKind is what two answers have in common that come from one cause.
func answerKind(x *Exchange) string {
	if x.Fault != nil {
		return "fault " + x.Fault.Class
	}
	return fmt.Sprint(x.Status, " ", x.Body.Kind, " ", x.Body.Code, " ", x.Body.Garbled)
}

// covering are findings whose fault shows in more kinds of answers than the one they show.
var covering = map[string]func(*Exchange) bool{
	"headers-already-sent":     func(x *Exchange) bool { return x.Status == http.StatusOK },
	"cache-plugin-broken-json": func(x *Exchange) bool { return x.Status == http.StatusOK },
	"cache-rest":               func(x *Exchange) bool { return x.Status == http.StatusOK },
	"jwt-200-error":            func(x *Exchange) bool { return x.Status == http.StatusOK },
	"query-string-dropped":     func(x *Exchange) bool { return x.Status == http.StatusOK },
	"bad-record":               broke, "php-oom": broke, "json-encode-error": broke, "gateway-timeout": broke, "client-timeout": timedOut,
	"rate-limit": func(x *Exchange) bool {
		return x.Status == http.StatusTooManyRequests || x.Status == http.StatusServiceUnavailable
	},
	"method-blocked":         func(x *Exchange) bool { return !isJSON(x) && x.Request.Method != http.MethodGet },
	"method-rewritten":       func(x *Exchange) bool { return isWrite(x) && isJSON(x) },
	"redirect-post-to-get":   isWrite,
	"content-type-missing":   func(x *Exchange) bool { return x.ID == "body.type" },
	"body-too-large":         func(x *Exchange) bool { return x.ID == "body.large" },
	"cf-waf-payload":         func(x *Exchange) bool { return x.ID == "body.markup" },
	"uri-too-long":           func(x *Exchange) bool { return x.ID == "uri.long" },
	"webhook-egress-blocked": func(x *Exchange) bool { return x.ID == "egress" },
	"endpoint-removed":       func(x *Exchange) bool { return x.Status == http.StatusNotFound },
	"shipping-disabled":      func(x *Exchange) bool { return x.Status == http.StatusNotFound },
	"wc-namespace-old":       func(*Exchange) bool { return true },
	"truncated-body":         func(x *Exchange) bool { return x.Body.Cut || x.Fault != nil && x.Fault.Class == "truncated" },
	"gzip-garbled":           func(x *Exchange) bool { return x.Body.Garbled != "" },
}

func timedOut(x *Exchange) bool { return x.Fault != nil && x.Fault.Class == "timeout" }

func isWrite(x *Exchange) bool {
	return x.Request.Method == http.MethodPost || x.Request.Method == http.MethodPut || x.Request.Method == http.MethodDelete
}
