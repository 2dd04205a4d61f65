package catalogue

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// inPlaceID is the cause when an answer with status 200 is none of WooCommerce's.
const inPlaceID = "answered-in-place"

func inPlaceCheck() Check {
	return Check{
		ID: inPlaceID, Area: AreaServer, Severity: Problem, Stage: StageLetIn,
		Title: "A plugin or the host answers in place of WooCommerce",
		See: "200 with something that is no answer of WooCommerce's: an object such as {\"error\":…}, a text or a " +
			"page where a list or a refusal belongs. Other requests with the same key are answered.",
		Tell: "With html-200 every request gets a page. With path-refused the status says no. With " +
			"pagination-header-missing the lists are there and lack their totals.",
		Cause: "A plugin whose licence has expired, a snippet on rest_pre_dispatch or a rule of the server gives the " +
			"answer before WooCommerce is asked. Clients that look at the status alone take it for success.",
		Fixes: []Fix{
			menu("In wp-admin: Plugins > look for notices about a licence, and switch plugins that touch the REST " +
				"API or {resource} off one after the other, on a copy of the shop, until the command below gives " +
				"what it should."),
			wpcli("grep -rnE 'rest_pre_(dispatch|serve_request|echo_response)|rest_post_dispatch|" +
				"rest_request_(before|after)_callbacks|parse_request' --include=*.php wp-content/mu-plugins " +
				"wp-content/themes wp-content/plugins --exclude-dir=woocommerce | head -40"),
			host("“{request} to {host} is answered with status 200 and something that is no answer of WooCommerce's. " +
				"Which plugin, rule or proxy gives it?”"),
		},
		find: findInPlace,
	}
}

func findInPlace(f *Case) *hit {
	if len(f.Usurped) == 0 {
		return nil
	}
	x, wanted, reads := f.Usurped[0], false, false
	for _, one := range f.Usurped {
		if f.Wanted(one) && !wanted {
			x, wanted = one, true
		}
		reads = reads || !evidence.IsWrite(one)
	}
	route := f.routeOf(x)
	what := "nothing that WooCommerce answers"
	switch {
	case x.Body.Kind == "empty":
		what = "nothing at all, with the headers of the REST API"
	case x.Body.Wrapped != "":
		what = "an object that holds the answer in its member “" + x.Body.Wrapped + "”"
	case x.Body.Kind == "html":
		what = "a page"
		if x.Body.Title != "" {
			what += " (“" + evidence.Clip(x.Body.Title, 60) + "”)"
		}
	case x.Body.Kind == "text":
		what = "a text"
	case x.Body.Count == 0:
		what = "something without the fields of a record, and without the count that WooCommerce gives"
	case x.Body.Code != "":
		what = "“" + evidence.Clip(x.Body.Code, 80) + "”"
	}
	h := &hit{confidence: verdict.Likely, readsWork: !reads,
		vars: map[string]string{"resource": route, "endpoint": route,
			"request": x.Request.Method + " " + evidence.RequestURI(x.Request.URL)}}
	h.why = fmt.Sprintf("%s of /%s is answered with status %d and %s, in place of WooCommerce", x.Request.Method,
		route, x.Status, what)
	switch {
	case x.Body.Kind == "empty":
		h.title = "A plugin says that it has answered, and gives nothing"
		h.why += ". PHP that stops sends no such headers"
	case x.Body.Wrapped != "":
		h.title = "A plugin wraps the answers of the API in an object of its own"
		h.why += ". Its refusals are WooCommerce's own, in the same object"
	}
	if named := f.Get(evidence.Named.Of(x.ID)); x.Body.Count == 0 && named != nil && named.Status == http.StatusOK &&
		named.Body.Count < 0 {
		h.why += ": “" + evidence.Clip(evidence.FirstOf(named.Body.Code, named.Body.Message, "an object"), 80) + "”"
		h.shown = append(h.shown, evidence.Describe(named))
	}
	for _, one := range f.Usurped[:min(len(f.Usurped), 6)] {
		h.shown = evidence.AppendNew(h.shown, evidence.Describe(one))
	}
	if !wanted {
		h.severity = Warning
	}
	h.proof = f.inPlaceProof(x)
	return h
}

// inPlaceProof shows the first sign of the answer, or its totals where the answer looks like an empty list.
func (f *Case) inPlaceProof(x *evidence.Exchange) Fix {
	if x.Body.Count == 0 {
		_, route, _ := strings.Cut(evidence.WithoutArgs(x.Request.URL), "/wc/v3/")
		return prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/"+route+"?per_page=1' | grep -i "+
			"'^x-wp-totalpages'", "nothing", "“x-wp-totalpages”")
	}
	if body, ok := f.bodyOf(x); ok && x.Request.Method == http.MethodGet && x.Body.Kind != "html" &&
		x.Body.Code == "" {
		return prove(body+" | head -c 1", "anything but “[”", "“[”")
	}
	if fix, ok := f.askedAgain(x); ok {
		return fix
	}
	return Fix{}
}

// routeOf is the route of a request below wc/v3.
func (f *Case) routeOf(x *evidence.Exchange) string {
	return strings.TrimPrefix(evidence.PathOf(evidence.WithoutArgs(x.Request.URL)),
		evidence.PathOf(f.Evidence.Root)+"wc/v3/")
}
