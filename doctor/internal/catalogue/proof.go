package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// proofOf is the proof of a finding: that of the check, or the request again that showed the fault.
func (f *Case) proofOf(c Check, h *hit, fill *strings.Replacer) Fix {
	fix := f.rawProof(c, h)
	if f.Scheme() == "http" && strings.Contains(fix.Text, "{keyed}") {
		fix = look("Over plain HTTP WooCommerce takes signed requests only, and curl cannot sign. Run the doctor " +
			"again: waybill doctor {home} --check {check}. It finds nothing when this is mended.")
	}
	return Fix{fix.Kind, fill.Replace(fix.Text)}
}

func (f *Case) rawProof(c Check, h *hit) Fix {
	if h.proof.Text != "" {
		return h.proof
	}
	if x := f.cited(h.shown); h.vars["often"] != "" && x != nil {
		if fix, ok := f.oftenProof(x); ok {
			return fix
		}
	}
	if fix, ok := f.slowProof(h); ok && c.ID == "client-timeout" {
		return fix
	}
	if fix, ok := f.capabilityProof(c, h); ok {
		return fix
	}
	if own, ok := c.proof(); ok {
		return own
	}
	if fix, ok := f.again(h.shown); ok {
		return fix
	}
	return usualProof(c)
}

// cited is the first exchange that lines of evidence describe.
func (f *Case) cited(shown []string) *evidence.Exchange {
	if list := f.citedAll(shown); len(list) > 0 {
		return list[0]
	}
	return nil
}

// citedAll are the exchanges that lines of evidence describe, line by line.
func (f *Case) citedAll(shown []string) []*evidence.Exchange {
	var list []*evidence.Exchange
	for _, line := range shown {
		for i := range f.Evidence.Exchanges {
			if x := &f.Evidence.Exchanges[i]; strings.Contains(line, evidence.Describe(x)) {
				list = append(list, x)
			}
		}
	}
	return list
}

// proof is the check's own.
func (c Check) proof() (Fix, bool) {
	for _, fix := range c.Fixes {
		if fix.isProof() {
			return fix, true
		}
	}
	return Fix{}, false
}

// usualProof shows the fault of a check that has no proof of its own where no single request did.
func usualProof(c Check) Fix {
	if c.ID == "woocommerce-inactive" || c.ID == "wc-namespace-old" {
		return prove("curl -sS '{home}/wp-json/?_fields=namespaces' | grep -o 'wc[^a-z]*v3'", "nothing", "“v3”")
	}
	switch c.Area {
	case AreaNetwork, AreaTLS:
		return prove("curl -sS -o /dev/null -w '%{http_code}\\n' '{home}/wp-json/'", "000 (and curl says why)",
			"anything but 000")
	case AreaBlocking, AreaRouting:
		return prove("curl -sS"+statusOnly+" -A '{agent}' '{home}/wp-json/?_fields=namespaces'",
			"anything but 200 application/json", "200 application/json")
	case AreaWebhooks:
		return prove("{keyed} '{home}/wp-json/wc/v3/webhooks/{id}?_fields=status'", "anything but “active”", "“active”")
	case AreaPermissions:
		return allowProof
	}
	return prove("{keyed}"+statusOnly+" '{home}/wp-json/wc/v3/orders?per_page=1&_fields=id'",
		"anything but 200 application/json", "200 application/json")
}

// again makes the proof of the request that showed the fault: by status and type of its answer where they tell, else
// by the answer itself.
func (f *Case) again(shown []string) (Fix, bool) {
	for _, x := range f.citedAll(shown) {
		if fix, ok := f.askedAgain(x); ok {
			return fix, true
		}
	}
	return Fix{}, false
}

func (f *Case) askedAgain(x *evidence.Exchange) (Fix, bool) {
	command, ok := f.curlOf(x)
	if !ok {
		return Fix{}, false
	}
	before, after := seen(x), healthyAnswer(x)
	if !strings.Contains(after, before) {
		return prove(command, before, after), true
	}
	if x.Request.Auth == evidence.AuthNone {
		return Fix{}, false
	}
	body, _ := f.bodyOf(x)
	switch {
	case x.Body.Kind == "empty":
		return prove(body+" | head -c 1", "nothing", "begins with “[” or begins with “{”"), true
	case x.Body.Kind == "json" && x.Body.Code != "" && !strings.Contains(x.Body.Code, ":"):
		return prove(body+" | head -c 200", "“"+x.Body.Code+"”", "no “"+x.Body.Code+"”"), true
	case x.Body.Kind == "json" && x.Body.Count < 0 && !evidence.PrimaryOf(f.Target).Single:
		return prove(body+" | head -c 1", "anything but “[”", "“[”"), true
	}
	return Fix{}, false
}

// oftenProof asks thirty times, for faults that come and go.
func (f *Case) oftenProof(x *evidence.Exchange) (Fix, bool) {
	command, ok := f.curlOf(x)
	before, _, _ := strings.Cut(seen(x), " ")
	return prove("for i in $(seq 30); do "+command+"; done | sort | uniq -c", "“"+before+"” (at least once)",
		"no “"+before+"”"), ok
}

// healthyAnswer is the answer that a store gives to this request of the doctor when nothing is wrong.
func healthyAnswer(x *evidence.Exchange) string {
	path := evidence.WithoutArgs(x.Request.URL)
	switch {
	case evidence.Doors.Has(x) && x.Request.Method != http.MethodGet:
		return "400 application/json or 404 application/json (no such record, or one that is there; nothing is " +
			"executed)"
	case evidence.Editing.Has(x):
		return "400 application/json (a body that is no JSON; nothing is executed)"
	case x.Of(evidence.Home):
		return "200 text/html"
	case x.Of(evidence.StaticFile):
		return "200"
	case strings.HasSuffix(path, "/"+evidence.ProbeRoute),
		strings.HasSuffix(path, "/wc/v3") && x.Request.Method != http.MethodGet &&
			x.Request.Method != http.MethodOptions:
		return "404 application/json (no such route; nothing is executed)"
	case x.Request.Method == http.MethodPost:
		return "400 application/json (a body that is no JSON; nothing is executed)"
	case evidence.Indexes.Has(x) || x.Request.Method == http.MethodOptions:
		return "200 application/json"
	case x.Request.Auth == evidence.AuthNone && strings.Contains(path, "/wc/v3/"),
		x.Request.Auth == evidence.AuthHeaderWrong, x.Request.Auth == evidence.AuthQueryWrong,
		x.Request.Auth == evidence.AuthControl:
		return "401 application/json"
	}
	return "200 application/json"
}

// slowProof repeats the slow request and allows it half the time that it took.
func (f *Case) slowProof(h *hit) (Fix, bool) {
	for i := range f.Evidence.Exchanges {
		x := &f.Evidence.Exchanges[i]
		if !slices.Contains(h.shown, evidence.Describe(x)) {
			continue
		}
		seconds := int(min(max(x.Elapsed/2, time.Second), evidence.Patience) / time.Second)
		if command, ok := f.curlOf(x); ok {
			return prove(strings.Replace(command, "curl -sS", fmt.Sprintf("curl -sS -m %d", seconds), 1),
				fmt.Sprintf("000 (no answer within %d seconds)", seconds), "anything but 000"), true
		}
	}
	return Fix{}, false
}
