package doctor

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// brokenPage names why a page that a sync needs does not come: everything breaks, the size breaks, or one record does.
func (f *Facts) brokenPage() answer {
	for _, name := range []string{"orders", "products", "customers"} {
		x := f.x("page." + name)
		if !broke(x) {
			x = f.x("list." + name)
		}
		for page := 2; page <= 5 && !broke(x) && name == "orders"; page++ {
			x = f.x(fmt.Sprintf("deep.orders.%d", page))
		}
		if !broke(x) || hasBodyNoise(x) {
			continue
		}
		if a := f.sortBreakage(name, x); a.id != "" {
			return a
		}
	}
	if a := f.brokenWrite(); a.id != "" {
		return a
	}
	if x := f.x("flaky.read"); x != nil {
		return f.nowAndThen(x, f.read())
	}
	// A single record could not be read either, and no list was tried.
	if x := f.read(); broke(x) && f.known() && !hasBodyNoise(x) {
		return f.breakageOf(x, []string{describe(x)})
	}
	return answer{}
}

// brokenWrite: reads work and writes break, every one, also what reaches no code of WooCommerce, or those of one kind.
func (f *Facts) brokenWrite() answer {
	if !f.known() || !letIn(f.read()) {
		return answer{}
	}
	which := func(x *Exchange) string {
		switch {
		case x.ID == "scope.write" && broke(f.x("verb.put")):
			return "every write breaks"
		case x.ID == "scope.write":
			return "every POST breaks"
		}
		return x.Request.Method + " of /" + strings.TrimPrefix(pathOf(withoutArgs(x.Request.URL)), pathOf(f.ev.Root)+"wc/v3/") + " breaks"
	}
	for _, x := range f.standing() {
		if !isWrite(x) || kindOf(x.ID) == "verb" || x.ID == "body.large" || x.ID == "body.markup" || !broke(x) || refusedWith500(x) || x.Status == http.StatusNotImplemented || hasBodyNoise(x) || !f.wanted(x) {
			continue
		}
		if x.Status == 0 && !timedOut(x) || x.Status == http.StatusOK && x.Body.Kind != "empty" {
			continue // a connection that ends, a page: they have checks of their own
		}
		if post := f.x("scope.write"); x.ID != "scope.write" && broke(post) && answerKind(post) == answerKind(x) {
			x = post // no matter where it goes
		}
		a := f.breakageOf(x, []string{describe(x), "a read: " + describe(f.read())})
		a.why += "; reads work, " + which(x)
		return a
	}
	return answer{}
}

// hasBodyNoise: the body is broken for a reason of its own, which has a check of its own.
func hasBodyNoise(x *Exchange) bool {
	return x.Body.Garbled != "" || x.Body.Cut || x.Fault != nil && x.Fault.Class == "truncated" || x.Body.Stray != "" || x.Body.Behind != "" || x.Body.BOM
}

func (f *Facts) sortBreakage(name string, x *Exchange) answer {
	shown := []string{describe(x)}
	if again := f.x("repeat." + name); again != nil && again.Status == http.StatusOK && !broke(again) {
		return f.nowAndThen(x, again)
	}
	parts := f.with("part." + name + ".")
	var worked, failed, singles int
	var smallest, largest int = 1 << 30, 0
	for _, p := range parts {
		var from, count int
		if n, _ := fmt.Sscanf(p.ID, "part."+name+".%d+%d", &from, &count); n != 2 {
			continue
		}
		if broke(p) {
			failed++
			smallest = min(smallest, count)
			if count == 1 {
				singles++
			}
		} else if p.Status == http.StatusOK && p.Body.Count > 0 { // beyond the last record a page is empty and proves nothing
			worked++
			largest = max(largest, count)
		}
	}
	small := f.x("list." + name)
	one := f.firstRecord(name)
	vars := map[string]string{"resource": name}
	switch {
	case x.Body.Code == "rest_encode_error":
		return answer{id: "json-encode-error", confidence: Sure, shown: shown, vars: vars, why: "WordPress could not write the answer as JSON: a number in it is infinite or no number"}
	case failed > 0 && worked > 0 && (singles > 0 || smallest == 1):
		id := f.brokenID(name)
		vars["id"] = firstOf(id, "?")
		why := "one record breaks every page it is on"
		if id != "" {
			why = fmt.Sprintf("one record breaks every page it is on: %s %s", strings.TrimSuffix(name, "s"), id)
		}
		a := answer{id: "bad-record", confidence: Sure, shown: append(shown, fmt.Sprintf("%d parts of the page work, %d do not", worked, failed)), vars: vars, why: why}
		if encodes(parts) {
			a.id, a.why = "json-encode-error", "WordPress cannot write one record as JSON: "+why
		}
		return a
	case failed > 0 && worked > 0 && largest >= smallest:
		// The search did not come down to the record, and parts of the same size break and work: size is not what matters.
		vars["id"] = "?"
		return answer{id: "bad-record", confidence: Likely, shown: append(shown, fmt.Sprintf("a part of %d records breaks, another of %d works", smallest, largest)), vars: vars,
			why: "some record breaks every page it is on; there was no time to find out which"}
	case worked > 0 && failed <= worked, failed == 0 && len(parts) == 0 && small != nil && small.Status == http.StatusOK && x.ID != small.ID:
		vars["size"] = fmt.Sprint(max(largest, 10))
		a := f.breakageOf(x, append(shown, fmt.Sprintf("pages of up to %d records work", largest)))
		a.vars = vars
		if a.is("php-fatal") {
			a.id, a.why = "php-oom", fmt.Sprintf("a page of %d %s breaks and smaller ones work: PHP runs out of memory or time", pageSize, name)
		}
		return a
	case one != nil && !broke(one) && one.Status == http.StatusOK && len(parts) == 0:
		a := f.breakageOf(x, append(shown, "a single record works: "+describe(one)))
		a.vars = vars
		if a.is("php-fatal") {
			a.id, a.why = "php-oom", "a whole page breaks and a single record works: PHP runs out of memory or time"
		}
		return a
	}
	a := f.breakageOf(x, shown)
	a.vars = vars
	return a
}

// nowAndThen: the same request broke and worked.
func (f *Facts) nowAndThen(x, again *Exchange) answer {
	a := f.breakageOf(x, []string{describe(x), "the same a moment later: " + describe(again)})
	a.confidence = Likely
	a.why += "; the same request works a moment later, so it breaks now and then"
	a.vars = withVar(a.vars, "often", "yes")
	return a
}

func encodes(parts []*Exchange) bool {
	for _, p := range parts {
		if p.Body.Code == "rest_encode_error" {
			return true
		}
	}
	return false
}

// firstRecord is the answer to a read of one record of that kind.
func (f *Facts) firstRecord(name string) *Exchange {
	if primaryOf(f.t).route == "wc/v3/"+name {
		return f.read()
	}
	return nil
}

// breakageOf sorts a failure that does not depend on size or record.
func (f *Facts) breakageOf(x *Exchange, shown []string) answer {
	say := func(id string, c Confidence, why string) answer {
		return answer{id: id, confidence: c, shown: shown, why: why}
	}
	switch {
	case x.Fault != nil && x.Fault.Class == "timeout":
		return say("client-timeout", Likely, fmt.Sprintf("no answer within %.0f seconds", x.Elapsed.Seconds()))
	case x.Status == http.StatusBadGateway || x.Status == http.StatusGatewayTimeout || x.Status == 524:
		return say("gateway-timeout", Sure, fmt.Sprintf("the web server gave up waiting for PHP (status %d after %.1f s)", x.Status, x.Elapsed.Seconds()))
	case x.Status >= 520 && x.Status <= 530:
		return say("cf-origin-5xx", Sure, fmt.Sprintf("Cloudflare answers %d for the store", x.Status))
	case hasMark(x, "db-down"):
		return say("db-down", Sure, "WordPress has lost its database")
	case hasMark(x, "memory"):
		return say("php-oom", Sure, "PHP reports that its memory is used up")
	case x.Status == http.StatusServiceUnavailable && hasMark(x, "maintenance-core"):
		return say("maintenance-core", Sure, "WordPress is in maintenance mode")
	case x.Status == http.StatusOK && x.Body.Kind == "html":
		return say("html-200", Possible, "a page of the site comes in place of data")
	case x.Status == http.StatusServiceUnavailable:
		return say("gateway-timeout", Likely, "status 503: what runs PHP is not available")
	case x.Body.Code == "rest_encode_error":
		return say("json-encode-error", Sure, "WordPress could not write the answer as JSON")
	}
	return say("php-fatal", Sure, fmt.Sprintf("status %d with %s: PHP stops while it makes the answer", x.Status, orEmpty(x.Body.Kind)))
}

// brokenID is the record that breaks, when a read of it alone breaks too.
func (f *Facts) brokenID(name string) string {
	for _, x := range f.with("single." + name + ".") {
		if broke(x) {
			return strings.TrimPrefix(x.ID, "single."+name+".")
		}
	}
	return ""
}

// noisyBody is an answer with something printed in front of its JSON, or behind it.
func (f *heard) noisyBody(noisy func(Body) bool) *Exchange {
	for i := range f.ev.Exchanges {
		x := &f.ev.Exchanges[i]
		if x.Body.Kind == "json" && noisy(x.Body) && !strings.HasPrefix(x.ID, "http") {
			return x
		}
	}
	return nil
}

// lateHeaders: PHP printed before WordPress could send its headers, so status and content type are PHP's own.
func (f *heard) lateHeaders() *Exchange {
	for _, x := range f.api() {
		if x.Body.Kind != "json" || x.Status != http.StatusOK {
			continue
		}
		html := strings.HasPrefix(strings.ToLower(x.Header.Get("Content-Type")), "text/html")
		mismatch := x.Body.Code != "" && isStoreCode(x.Body.Code) && x.Body.DataState >= 400
		if html || mismatch {
			return x
		}
	}
	return nil
}

// slow is the time that the store takes for the same small thing every time it is asked: the shortest of at least two
// answers, because a single slow one may be chance. What is a read of one record, or a write that reaches no code.
func (f *Facts) slow() (took time.Duration, x *Exchange) {
	for _, same := range [][]string{{"read", "read.oauth", "query.right", "read.again", "read.fresh"}, {"scope.write", "body.type", "body.plain", "door.orders.post", "door.products.post"}, {"verb.put", "verb.delete"}} {
		shortest, count := time.Duration(0), 0
		var which *Exchange
		for _, id := range same {
			one := f.x(id)
			if one == nil || one.Status == 0 && (one.Fault == nil || one.Fault.Class != "timeout") {
				continue
			}
			count++
			if which == nil || one.Elapsed < shortest {
				shortest, which = one.Elapsed, one
			}
		}
		if count > 1 && shortest > took {
			took, x = shortest, which
		}
	}
	return took, x
}

// slowPage is the time that a page of one kind takes each of the two times it is asked for.
func (f *Facts) slowPage() (took time.Duration, x *Exchange) {
	for _, name := range []string{"orders", "products", "customers"} {
		list, page := f.x("list."+name), f.x("page."+name)
		if list == nil || page == nil || list.Status != http.StatusOK || page.Status != http.StatusOK {
			continue
		}
		if shortest := min(list.Elapsed, page.Elapsed); shortest > took {
			took, x = shortest, page
		}
	}
	return took, x
}

// staleRead: the same request twice gives the same old answer, and with an argument no cache has seen a newer one.
func (f *Facts) staleRead() answer {
	read, again, fresh := f.read(), f.x("read.again"), f.x("read.fresh")
	if read == nil || again == nil || read.Status != http.StatusOK || again.Status != http.StatusOK {
		return answer{}
	}
	shown := []string{describe(read), "again: " + describe(again)}
	for _, x := range append([]*Exchange{again, read}, f.standing()...) {
		sign := cacheSign(x)
		if sign == "" || x.Status != http.StatusOK || keptByStore(x) {
			continue
		}
		if x != again && x != read {
			shown = []string{describe(x)}
		}
		return answer{id: "cache-rest", confidence: Sure, shown: append(shown, sign), why: "a cache answers requests to the API (" + sign + "), so an integration sees old data", vars: map[string]string{"cachesign": strings.TrimRight(sign, "0123456789")}}
	}
	if leak, anon := f.x("cache.leak"), f.x("anon"); letIn(leak) && leak.Status == http.StatusOK && leak.Body.Hash == read.Body.Hash && anon != nil && anon.Status == http.StatusUnauthorized {
		return answer{id: "cache-rest", confidence: Sure, shown: []string{"with the key: " + describe(read), "the same address without a key: " + describe(leak), "another one without a key: " + describe(anon)},
			why: "a cache keeps what the key was given and answers with it whoever asks, so an integration sees old data, and strangers see the shop's"}
	}
	// In a busy shop an order may have come between two requests. Only an old answer that is given after a newer one is a cache's.
	if late := f.x("read.late"); staleBeside(read, again, fresh) && late != nil && late.Status == http.StatusOK && late.Body.Hash == read.Body.Hash {
		return answer{id: "cache-rest", confidence: Likely, shown: append(shown, "with an argument no cache has seen: another answer", "without it, later: the first answer once more"),
			why: "the same request gets an older answer than one with an argument no cache has seen"}
	}
	return answer{}
}

// keptByStore: it is WooCommerce's own cache, which has a check of its own.
func keptByStore(x *Exchange) bool { return x.Header.Get("X-Wc-Cache") != "" }

// staleBeside: two equal requests got equal answers, and the same with an argument no cache has seen got another one.
func staleBeside(read, again, fresh *Exchange) bool {
	for _, x := range []*Exchange{read, again, fresh} {
		if x == nil || x.Status != http.StatusOK || x.Body.Kind != "json" {
			return false
		}
	}
	return again.Body.Hash == read.Body.Hash && fresh.Body.Hash != read.Body.Hash && fresh.Body.Count >= 0
}

// mixedAnswers: an answer belongs to another request.
func (f *heard) mixedAnswers() answer {
	if f.droppedQuery() {
		return answer{} // without their arguments the requests are the same
	}
	for _, one := range []struct{ list, part string }{{"list.orders", "/orders/"}, {"list.products", "/products/"}, {"list.customers", "/customers/"}, {"list.coupons", "/coupons/"}} {
		records, _ := readList(f.x(one.list))
		for _, r := range records {
			if href := r.href(); href != "" && !strings.Contains(href, one.part) {
				return answer{id: "cache-plugin-broken-json", confidence: Sure, shown: []string{describe(f.x(one.list)), "it holds " + href}, why: "an answer holds the records of another request", vars: map[string]string{"resource": strings.Trim(one.part, "/")}}
			}
		}
	}
	read, again := f.read(), f.x("read.again")
	for _, id := range []string{"list.orders", "list.products", "list.customers", "list.coupons"} {
		// The read asks for one record and its id only, a list for more fields: their answers are never the same bytes.
		if x := f.x(id); read != nil && x != nil && x.ID != read.ID && x.Status == http.StatusOK && isJSON(x) && x.Body.Count != 0 && x.Body.Hash == read.Body.Hash {
			return answer{id: "cache-plugin-broken-json", confidence: Sure, shown: []string{describe(read), describe(x) + ", the same bytes"}, why: "two requests for different things got the very same answer: a cache does not tell them apart"}
		}
	}
	if read != nil && again != nil && read.Status == http.StatusOK && again.Status == http.StatusOK && read.Body.Count >= 0 && again.Body.Kind == "json" && again.Body.Count < 0 {
		return answer{id: "cache-plugin-broken-json", confidence: Likely, shown: []string{describe(read), "again: " + describe(again) + ", of another shape"}, why: "the second of two equal requests got the answer to another one"}
	}
	return answer{}
}

// missingRoute is a wanted part of the API that is not there.
func (f *Facts) missingRoute() (string, *Exchange) {
	wanted := map[string][]Scope{
		"orders": {OrdersRead, OrdersWrite, OrdersDelete}, "products": {ProductsRead, ProductsWrite, ProductsDelete},
		"customers": {CustomersRead, CustomersWrite, CustomersDelete}, "coupons": {CouponsRead, CouponsWrite},
		"products/categories": {TermsRead, TermsWrite}, "products/attributes": {TermsRead, TermsWrite}, "products/reviews": {ReviewsRead}, "reports/sales": {ReportsRead},
		"webhooks": {WebhooksScope}, "settings": {SettingsScope},
	}
	for _, route := range append(append([]string(nil), signals...), "products/attributes", "settings") {
		x := allowOf(f.ev.Exchanges, route)
		if notRegistered(x) && f.t.wants(wanted[route]...) {
			return route, x
		}
	}
	if read := f.x("read"); read != nil && read.Body.Code == noRoute && read.Status == http.StatusNotFound {
		return strings.TrimPrefix(primaryOf(f.t).route, "wc/v3/"), read
	}
	return "", nil
}
