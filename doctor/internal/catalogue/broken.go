package catalogue

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// fromPage finds a cause that the front or a broken page shows.
func fromPage(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		h := hitOf(f.Front, id)
		if h == nil {
			a := f.BrokenPage()
			if h = hitOf(a, id); h == nil {
				return nil
			}
		}
		if h.vars == nil {
			h.vars = map[string]string{}
		}
		h.vars["command"] = map[string]string{"orders": "shop_order", "products": "product",
			"customers": "customer"}[h.vars["resource"]]
		return h
	}
}

func findSlow(f *Case) *hit {
	if h := hitOf(f.Front, "client-timeout"); h != nil {
		h.vars = map[string]string{"elapsed": "30 seconds and more"}
		return h
	}
	if h := hitOf(f.BrokenPage(), "client-timeout"); h != nil {
		h.vars = map[string]string{"elapsed": "30 seconds and more"}
		return h
	}
	if took, x := f.Slow(); took >= 5*time.Second {
		what := "one record"
		if x.Request.Method != http.MethodGet {
			what = "a write that reaches no code"
		}
		// Slow is not broken: below what careful clients wait it does not push itself before something that is.
		severity := Warning
		if took >= evidence.Patience {
			severity = Problem
		}
		return &hit{severity: severity, confidence: verdict.Sure,
			why:   fmt.Sprintf("%s takes %.1f seconds, every time", what, took.Seconds()),
			shown: []string{evidence.Describe(x)},
			vars:  map[string]string{"elapsed": fmt.Sprintf("%.0f seconds", took.Seconds())}}
	}
	if took, x := f.SlowPage(); took >= slowPage {
		return &hit{severity: Warning, confidence: verdict.Sure,
			why:   fmt.Sprintf("a page of %d records takes %.0f seconds, every time", x.Body.Count, took.Seconds()),
			shown: []string{evidence.Describe(x)},
			vars:  map[string]string{"elapsed": fmt.Sprintf("%.0f seconds", took.Seconds())}}
	}
	return nil
}

// slowPage is the time from which on a page is so slow that a full one may exceed what clients wait.
const slowPage = 10 * time.Second

func findStray(f *Case) *hit {
	x := f.NoisyBody(func(b evidence.Body) bool { return b.Stray != "" || b.BOM })
	if x == nil {
		return f.blankLines()
	}
	what := "“" + evidence.Clip(strings.TrimSpace(x.Body.Stray), 120) + "”"
	if x.Body.BOM {
		what = "a byte order mark (EF BB BF) " + strings.TrimSpace(strings.Trim(what, "“”"))
	}
	return &hit{confidence: verdict.Sure, why: "there is text in front of the JSON of answers: " + what,
		shown: []string{evidence.Describe(x)}, proof: f.printedProof(x)}
}

func findStrayBehind(f *Case) *hit {
	x := f.NoisyBody(func(b evidence.Body) bool { return b.Behind != "" })
	if x == nil {
		return nil
	}
	return &hit{confidence: verdict.Sure,
		why:   "there is text behind the JSON of answers: “" + evidence.Clip(x.Body.Behind, 120) + "”",
		shown: []string{evidence.Describe(x)}, proof: f.behindProof(x)}
}

// blankLines finds that nothing but blank lines stands in front of every answer. JSON allows that and most clients do
// too.
func (f *Case) blankLines() *hit {
	var blank []*evidence.Exchange
	for _, x := range f.API() {
		if x.Body.Blank > 0 {
			blank = append(blank, x)
		}
	}
	if len(blank) < 3 || f.LateHeaders() != nil {
		return nil
	}
	return &hit{severity: Warning, confidence: verdict.Sure,
		why: fmt.Sprintf("answers begin with %d bytes of blank lines: a PHP file begins with them, before its <?php",
			blank[0].Body.Blank), shown: []string{evidence.Describe(blank[0])}, proof: f.printedProof(blank[0])}
}

func findLateHeaders(f *Case) *hit {
	x := f.LateHeaders()
	if f.Key.Is("auth-hijack-jwt") || f.Key.Is("jwt-200-error") {
		return nil
	}
	if other := f.OtherType(); x == nil && other != nil {
		return &hit{
			severity: Warning, confidence: verdict.Likely,
			title: "Something on the way calls the store's answers pages",
			why: "answers hold JSON and come as text/html; their status and the other headers of the REST API are " +
				"right, so it is not PHP that sent them too early",
			shown: []string{evidence.Describe(other) + ", Content-Type: " + other.Header.Get("Content-Type")},
			fixes: []Fix{
				host("“Answers below {home}/wp-json/ come with Content-Type text/html in place of application/json. " +
					"Which rule or proxy sets it?”"),
				nginx("# take away for /wp-json/: add_header Content-Type, fastcgi_hide_header Content-Type, " +
					"default_type with types { }"),
			},
		}
	}
	if x == nil {
		return nil
	}
	h := &hit{confidence: verdict.Sure,
		why: fmt.Sprintf("the answer is HTTP %d, %s, and the JSON in it says %d", x.Status,
			x.Header.Get("Content-Type"), x.Body.DataState), shown: []string{evidence.Describe(x)}}
	if command, ok := f.curlOf(x); ok && x.Body.DataState >= http.StatusBadRequest {
		h.proof = prove(command, seen(x), fmt.Sprintf("%d application/json (as the JSON says)", x.Body.DataState))
	}
	return h
}

func findGarbled(f *Case) *hit {
	for _, x := range f.API() {
		if x.Body.Garbled != "" {
			return &hit{confidence: verdict.Sure,
				why: "the body is compressed in a way its headers do not say (" + x.Body.Garbled + ")",
				shown: []string{evidence.Describe(x),
					"Content-Encoding: " + evidence.FirstOf(x.Header.Get("Content-Encoding"), "none")},
				proof: f.garbledProof(x)}
		}
	}
	return nil
}

func findTruncated(f *Case) *hit {
	for i := range f.Evidence.Exchanges {
		x := &f.Evidence.Exchanges[i]
		if evidence.Cut.Has(x) {
			continue // it was asked once more: a fault of the store shows there too
		}
		if x.Body.Cut && x.Status == http.StatusOK && !x.Of(evidence.Home) {
			return &hit{confidence: verdict.Sure,
				why:   fmt.Sprintf("the JSON ends in the middle, after %d bytes", x.Body.Bytes),
				shown: []string{evidence.Describe(x)}, proof: f.cutProof(x)}
		}
		if x.Fault != nil && x.Fault.Class == "truncated" && x.Status == http.StatusOK && !x.Of(evidence.Home) &&
			!x.Of(evidence.ReceiverHead) {
			return &hit{confidence: verdict.Sure,
				why:   fmt.Sprintf("the answer ends after %d bytes and was announced longer", x.Body.Bytes),
				shown: []string{evidence.Describe(x)}, proof: f.cutProof(x)}
		}
	}
	return nil
}

func findHTML200(f *Case) *hit {
	if h := hitOf(f.Route, "html-200"); h != nil {
		return h
	}
	if f.Front.ID != "" || f.Route.ID != "" || f.Key.ID != "" {
		return nil
	}
	if h := hitOf(f.BrokenPage(), "html-200"); h != nil {
		return h
	}
	if len(f.Usurped) > 0 {
		return nil // the pages come for single requests
	}
	for _, x := range f.API() {
		if x.Status == http.StatusOK && x.Body.Kind == "html" && f.WhoAnswered(x).ID == "" {
			return &hit{confidence: verdict.Possible, why: "a page comes where JSON belongs",
				shown: []string{evidence.Describe(x)}}
		}
	}
	return nil
}
