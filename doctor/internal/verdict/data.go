package verdict

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// BrokenPage names why a page that a sync needs does not come: everything breaks, the size breaks, or one record does.
func (f *Facts) BrokenPage() Answer {
	for _, name := range []string{"orders", "products", "customers"} {
		x := f.Get(evidence.Pages.Of(name))
		if !evidence.Broke(x) {
			x = f.Get(evidence.Lists.Of(name))
		}
		for page := 2; page <= 5 && !evidence.Broke(x); page++ {
			x = f.Get(evidence.DeepPage(name, page))
		}
		if !evidence.Broke(x) || evidence.Noisy(x) || f.Usurps(x) {
			continue
		}
		if a := f.sortBreakage(name, x); a.ID != "" {
			return a
		}
	}
	if a := f.brokenWrite(); a.ID != "" {
		return a
	}
	// A single record could not be read either, and no list was tried.
	if x := f.Read(); evidence.Broke(x) && f.Known() && !evidence.Noisy(x) && !f.Usurps(x) {
		return f.breakageOf(x, []string{evidence.Describe(x)})
	}
	return Answer{}
}

// brokenWrite finds that reads work and writes break, every one, also what reaches no code of WooCommerce, or those of
// one kind.
func (f *Facts) brokenWrite() Answer {
	if !f.Known() || !evidence.LetIn(f.Read()) {
		return Answer{}
	}
	which := func(x *evidence.Exchange) string {
		switch {
		case x.Of(evidence.ScopeWrite) && evidence.Broke(f.Get(evidence.VerbPut)):
			return "every write breaks"
		case x.Of(evidence.ScopeWrite):
			return "every POST breaks"
		}
		return x.Request.Method + " of /" +
			strings.TrimPrefix(evidence.PathOf(evidence.WithoutArgs(x.Request.URL)),
				evidence.PathOf(f.Evidence.Root)+"wc/v3/") + " breaks"
	}
	for _, x := range f.Standing() {
		if !evidence.IsWrite(x) || evidence.Verbs.Has(x) || x.Of(evidence.BodyLarge) || x.Of(evidence.BodyMarkup) ||
			!evidence.Broke(x) || evidence.RefusedWith500(x) || x.Status == http.StatusNotImplemented ||
			evidence.Noisy(x) || !f.Wanted(x) || f.Usurps(x) {
			continue
		}
		if x.Status == 0 && !evidence.TimedOut(x) || x.Status == http.StatusOK && x.Body.Kind != "empty" {
			continue // a connection that ends, a page: they have checks of their own
		}
		if post := f.Get(evidence.ScopeWrite); !x.Of(evidence.ScopeWrite) && evidence.Broke(post) &&
			evidence.AnswerKind(post) == evidence.AnswerKind(x) {
			x = post // no matter where it goes
		}
		a := f.breakageOf(x, []string{evidence.Describe(x), "a read: " + evidence.Describe(f.Read())})
		a.Why += "; reads work, " + which(x)
		a.ReadsWork = true
		return a
	}
	return Answer{}
}

func (f *Facts) sortBreakage(name string, x *evidence.Exchange) Answer {
	shown := []string{evidence.Describe(x)}
	if again := f.Get(evidence.Repeat.Of(name)); again != nil && again.Status == http.StatusOK &&
		!evidence.Broke(again) {
		return f.nowAndThen(x, again)
	}
	parts := f.With(evidence.Parts.Under(name))
	var worked, failed, singles int
	var smallest, largest int = 1 << 30, 0
	for _, p := range parts {
		var from, count int
		if n, _ := fmt.Sscanf(p.ID, "part."+name+".%d+%d", &from, &count); n != 2 {
			continue
		}
		if evidence.Broke(p) {
			failed++
			smallest = min(smallest, count)
			if count == 1 {
				singles++
			}
			// beyond the last record a page is empty and proves nothing
		} else if p.Status == http.StatusOK && p.Body.Count > 0 {
			worked++
			largest = max(largest, count)
		}
	}
	small := f.Get(evidence.Lists.Of(name))
	one := f.firstRecord(name)
	vars := map[string]string{"resource": name}
	switch {
	case x.Body.Code == "rest_encode_error":
		return Answer{ID: "json-encode-error", Confidence: Sure, Shown: shown, Vars: vars,
			Why: "WordPress could not write the answer as JSON: a number in it is infinite or no number"}
	case failed > 0 && worked > 0 && (singles > 0 || smallest == 1):
		id := f.brokenID(name)
		vars["id"] = evidence.FirstOf(id, "?")
		why := "one record breaks every page it is on"
		if id != "" {
			why = fmt.Sprintf("one record breaks every page it is on: %s %s", strings.TrimSuffix(name, "s"), id)
		}
		a := Answer{ID: "bad-record", Confidence: Sure,
			Shown: append(shown, fmt.Sprintf("%d parts of the page work, %d do not", worked, failed)), Vars: vars,
			Why: why}
		if encodes(parts) {
			a.ID, a.Why = "json-encode-error", "WordPress cannot write one record as JSON: "+why
		}
		return a
	case failed > 0 && worked > 0 && largest >= smallest:
		// The search did not come down to the record, and parts of the same size break and work: size is not what
		// matters.
		vars["id"] = "?"
		return Answer{ID: "bad-record", Confidence: Likely,
			Shown: append(shown, fmt.Sprintf("a part of %d records breaks, another of %d works", smallest, largest)),
			Vars:  vars,
			Why:   "some record breaks every page it is on; there was no time to find out which"}
	case worked+failed == 0 && evidence.Deep.Has(x) && f.pageWorked(name):
		vars["id"] = "?"
		return Answer{ID: "bad-record", Confidence: Likely,
			Shown: append(shown, "the first page, of the same size: "+evidence.Describe(small)),
			Vars:  vars,
			Why: "some record breaks a later page; the first page is as long and works, and there was no room to " +
				"find out which"}
	case worked > 0 && failed <= worked,
		failed == 0 && len(parts) == 0 && small != nil && small.Status == http.StatusOK && x.ID != small.ID:
		vars["size"] = fmt.Sprint(max(largest, 10))
		a := f.breakageOf(x, append(shown, fmt.Sprintf("pages of up to %d records work", largest)))
		a.Vars = vars
		if a.Is("php-fatal") {
			a.ID, a.Confidence, a.Why = "php-oom", Likely, fmt.Sprintf(
				"a page of %d %s breaks and smaller ones work: PHP runs out of memory or time", evidence.PageSize, name)
		}
		return a
	case one != nil && !evidence.Broke(one) && one.Status == http.StatusOK && len(parts) == 0:
		a := f.breakageOf(x, append(shown, "a single record works: "+evidence.Describe(one)))
		a.Vars = vars
		if a.Is("php-fatal") {
			a.ID, a.Confidence, a.Why = "php-oom", Likely,
				"a whole page breaks and a single record works: PHP runs out of memory or time"
		}
		return a
	}
	a := f.breakageOf(x, shown)
	a.Vars = vars
	return a
}

// pageWorked says whether the list came with a whole page of records.
func (f *Facts) pageWorked(name string) bool {
	list := f.Get(evidence.Lists.Of(name))
	return list.Records() > 0 && !evidence.Broke(list)
}

// nowAndThen finds that the same request broke and worked.
func (f *Facts) nowAndThen(x, again *evidence.Exchange) Answer {
	a := f.breakageOf(x, []string{evidence.Describe(x), "the same a moment later: " + evidence.Describe(again)})
	a.Confidence = Likely
	a.Why += "; the same request works a moment later, so it breaks now and then"
	a.Vars = WithVar(a.Vars, "often", "yes")
	return a
}

func encodes(parts []*evidence.Exchange) bool {
	for _, p := range parts {
		if p.Body.Code == "rest_encode_error" {
			return true
		}
	}
	return false
}

// firstRecord is the answer to a read of one record of that kind.
func (f *Facts) firstRecord(name string) *evidence.Exchange {
	if evidence.PrimaryOf(f.Target).Route == "wc/v3/"+name {
		return f.Read()
	}
	return nil
}

// breakageOf sorts a failure that does not depend on size or record.
func (f *Facts) breakageOf(x *evidence.Exchange, shown []string) Answer {
	say := func(id string, c Confidence, why string) Answer {
		return Answer{ID: id, Confidence: c, Shown: shown, Why: why}
	}
	switch {
	case x.Fault != nil && x.Fault.Class == "timeout":
		return say("client-timeout", Likely, fmt.Sprintf("no answer within %.0f seconds", x.Elapsed.Seconds()))
	case x.Status == http.StatusBadGateway || x.Status == http.StatusGatewayTimeout || x.Status == 524:
		return say("gateway-timeout", Sure,
			fmt.Sprintf("the web server gave up waiting for PHP (status %d after %.1f s)", x.Status,
				x.Elapsed.Seconds()))
	case x.Status >= 520 && x.Status <= 530:
		return say("cf-origin-5xx", Sure, fmt.Sprintf("Cloudflare answers %d for the store", x.Status))
	case evidence.HasMark(x, "db-down"):
		return say("db-down", Sure, "WordPress has lost its database")
	case evidence.HasMark(x, "memory"):
		return say("php-oom", Sure, "PHP reports that its memory is used up")
	case x.Status == http.StatusServiceUnavailable && evidence.HasMark(x, "maintenance-core"):
		return say("maintenance-core", Sure, "WordPress is in maintenance mode")
	case x.Status == http.StatusOK && x.Body.Kind == "html":
		return say("html-200", Possible, "a page of the site comes in place of data")
	case x.Status == http.StatusServiceUnavailable:
		return say("gateway-timeout", Likely, "status 503: what runs PHP is not available")
	case x.Body.Code == "rest_encode_error":
		return say("json-encode-error", Sure, "WordPress could not write the answer as JSON")
	case x.Status == http.StatusOK && x.Body.Kind == "text" && !evidence.ReportsFatal(x):
		return Answer{} // a text such as null: it is not PHP that stopped, and what wrote it does not show
	}
	return say("php-fatal", Sure,
		fmt.Sprintf("status %d with %s: PHP stops while it makes the answer", x.Status, orEmpty(x.Body.Kind)))
}

// brokenID is the record that breaks, when a read of it alone breaks too.
func (f *Facts) brokenID(name string) string {
	for _, x := range f.With(evidence.Singles.Under(name)) {
		if evidence.Broke(x) {
			return evidence.Singles.Under(name).About(x)
		}
	}
	return ""
}

// NoisyBody is an answer with something printed in front of its JSON, or behind it.
func (f *heard) NoisyBody(noisy func(evidence.Body) bool) *evidence.Exchange {
	for i := range f.Evidence.Exchanges {
		x := &f.Evidence.Exchanges[i]
		if x.Body.Kind == "json" && noisy(x.Body) && !evidence.OverHTTP.Has(x) && !evidence.OverHTTPS.Has(x) {
			return x
		}
	}
	return nil
}

// LateHeaders is an answer that shows that PHP printed before WordPress could send its headers. Status and content type
// are PHP's own then: an error comes with 200, or a list without its totals.
func (f *heard) LateHeaders() *evidence.Exchange {
	for _, x := range f.API() {
		if x.Body.Kind != "json" || x.Status != http.StatusOK || !calledPage(x) {
			continue
		}
		if x.Body.DataState >= http.StatusBadRequest ||
			x.Body.Count >= 0 && evidence.SaysTotal(x) && evidence.Total(x) < 0 {
			return x
		}
	}
	return nil
}

func calledPage(x *evidence.Exchange) bool {
	return strings.HasPrefix(strings.ToLower(x.Header.Get("Content-Type")), "text/html")
}

// OtherType is an answer that holds JSON, is called a page, and has the REST API's own headers: somebody on the way
// changes the type alone.
func (f *heard) OtherType() *evidence.Exchange {
	for _, x := range f.API() {
		if x.Body.Kind == "json" && calledPage(x) && f.LateHeaders() == nil {
			return x
		}
	}
	return nil
}

// OverwrittenStatus is an error of WooCommerce's own that came with 200 and with the headers of the REST API. These
// were sent in time, so somebody set the status afterwards.
func (f *heard) OverwrittenStatus() *evidence.Exchange {
	for _, x := range f.API() {
		if x.Body.Kind == "json" && x.Status == http.StatusOK && evidence.IsStoreCode(x.Body.Code) &&
			x.Body.DataState >= 400 && f.LateHeaders() == nil {
			return x
		}
	}
	return nil
}

// MissingRoute is a wanted part of the API that is not there.
func (f *Facts) MissingRoute() (string, *evidence.Exchange) {
	wanted := map[string][]evidence.Scope{
		"orders":              {evidence.OrdersRead, evidence.OrdersWrite, evidence.OrdersDelete},
		"products":            {evidence.ProductsRead, evidence.ProductsWrite, evidence.ProductsDelete},
		"customers":           {evidence.CustomersRead, evidence.CustomersWrite, evidence.CustomersDelete},
		"coupons":             {evidence.CouponsRead, evidence.CouponsWrite},
		"products/categories": {evidence.TermsRead, evidence.TermsWrite},
		"products/attributes": {evidence.TermsRead, evidence.TermsWrite}, "products/reviews": {evidence.ReviewsRead},
		"reports/sales": {evidence.ReportsRead},
		"webhooks":      {evidence.WebhooksScope}, "settings": {evidence.SettingsScope},
	}
	for _, route := range append(append([]string(nil), evidence.Signals...), "products/attributes", "settings") {
		x := evidence.AllowOf(f.Evidence.Exchanges, route)
		if evidence.NotRegistered(x) && f.Target.Wants(wanted[route]...) {
			return route, x
		}
	}
	if read := f.Get(evidence.ReadFirst); read != nil && read.Body.Code == evidence.NoRoute &&
		read.Status == http.StatusNotFound {
		return strings.TrimPrefix(evidence.PrimaryOf(f.Target).Route, "wc/v3/"), read
	}
	return "", nil
}
