package verdict

import (
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// StaleRead reports that the same request gives the same old answer twice, and with an argument no cache has seen a
// newer one.
func (f *Facts) StaleRead() Answer {
	read, again, fresh := f.Read(), f.Get(evidence.ReadAgain), f.Get(evidence.ReadFresh)
	if read == nil || again == nil || read.Status != http.StatusOK || again.Status != http.StatusOK {
		return Answer{}
	}
	shown := []string{evidence.Describe(read), "again: " + evidence.Describe(again)}
	for _, x := range append([]*evidence.Exchange{again, read}, f.Standing()...) {
		sign := evidence.CacheSign(x)
		if sign == "" || x.Status != http.StatusOK || keptByStore(x) {
			continue
		}
		if x != again && x != read {
			shown = []string{evidence.Describe(x)}
		}
		return Answer{ID: "cache-rest", Confidence: Sure, Shown: append(shown, sign),
			Why:  "a cache answers requests to the API (" + sign + "), so an integration sees old data",
			Vars: map[string]string{"cachesign": strings.TrimRight(sign, "0123456789")}}
	}
	if leak, anon := f.Get(evidence.CacheLeak), f.Get(evidence.Anonymous); evidence.LetIn(leak) &&
		leak.Status == http.StatusOK && leak.Body.Hash == read.Body.Hash && anon != nil &&
		anon.Status == http.StatusUnauthorized {
		return Answer{ID: "cache-rest", Confidence: Sure,
			Shown: []string{"with the key: " + evidence.Describe(read),
				"the same address without a key: " + evidence.Describe(leak),
				"another one without a key: " + evidence.Describe(anon)},
			Why: "a cache keeps what the key was given and answers with it whoever asks, so an integration sees old " +
				"data, and strangers see the shop's"}
	}
	if f.KeptForStrangers() {
		return Answer{ID: "cache-rest", Confidence: Sure,
			Shown: []string{"without a key: " + evidence.Describe(f.Get(evidence.Anonymous)),
				"without a key, in a way that no cache keeps: " + evidence.Describe(f.Get(evidence.AnonFresh))},
			Why: "a cache keeps what a key was given and answers strangers with it, whom the store itself refuses: " +
				"an integration sees old data, and strangers see the shop's"}
	}
	// In a busy shop an order may have come between two requests. Only an old answer that is given after a newer one
	// is a cache's.
	if late := f.Get(evidence.ReadLate); evidence.StaleBeside(read, again, fresh) && late != nil &&
		late.Status == http.StatusOK && late.Body.Hash == read.Body.Hash {
		return Answer{ID: "cache-rest", Confidence: Likely,
			Shown: append(shown, "with an argument no cache has seen: another answer",
				"without it, later: the first answer once more"),
			Why: "the same request gets an older answer than one with an argument no cache has seen"}
	}
	return f.keptUnseen()
}

// keptUnseen reports a cache that says nothing, and whose answers are right as long as nothing changes: the store seems
// not to see a header on an address that was asked for before, and sees it on another one.
func (f *Facts) keptUnseen() Answer {
	sees := evidence.NamesOrigin
	before, beside, kept := f.Get(evidence.CacheOrigin), f.Get(evidence.CacheOriginNew), "origin"
	if !sees(beside) {
		sees = evidence.DescribesRoute
		before, beside, kept = f.Get(evidence.CacheMethod), f.Get(evidence.CacheMethodNew), "method"
	}
	if !sees(beside) || before == nil || before.Status != http.StatusOK || sees(before) {
		return Answer{}
	}
	return Answer{ID: "cache-rest", Confidence: Sure, Warning: true, Vars: map[string]string{"kept": kept},
		Shown: []string{"an address that was asked for before, with a header that WordPress answers to: " +
			evidence.Describe(before), "another address with the same header: " + evidence.Describe(beside) +
			", and the answer shows the header"},
		Why: "a cache gives each reader of the API what he got before and says so in no header. While nothing " +
			"changes in the shop its answers are right"}
}

// KeptForStrangers says whether somebody without a key gets data, and is refused where no cache can answer.
func (f *heard) KeptForStrangers() bool {
	fresh := f.Get(evidence.AnonFresh)
	return evidence.LetIn(f.Get(evidence.Anonymous)) && fresh != nil && fresh.Status == http.StatusUnauthorized &&
		evidence.IsStoreCode(fresh.Body.Code)
}

// keptByStore says whether WooCommerce's own cache kept an answer, which has a check of its own.
func keptByStore(x *evidence.Exchange) bool { return x.Header.Get("X-Wc-Cache") != "" }

// MixedAnswers finds that an answer belongs to another request.
func (f *heard) MixedAnswers() Answer {
	if f.DroppedQuery() {
		return Answer{} // without their arguments the requests are the same
	}
	for _, one := range []struct {
		list evidence.Probe
		part string
	}{{evidence.ListOrders, "/orders/"}, {evidence.ListProducts, "/products/"}, {evidence.ListCustomers, "/customers/"},
		{evidence.ListCoupons, "/coupons/"}} {
		records, _ := evidence.ReadList(f.Get(one.list))
		for _, r := range records {
			if href := r.Href(); href != "" && !strings.Contains(href, one.part) {
				return Answer{ID: "cache-plugin-broken-json", Confidence: Sure,
					Shown: []string{evidence.Describe(f.Get(one.list)), "it holds " + href},
					Why:   "an answer holds the records of another request",
					Vars:  map[string]string{"resource": strings.Trim(one.part, "/")}}
			}
		}
	}
	read, again := f.Read(), f.Get(evidence.ReadAgain)
	for _, id := range []evidence.Probe{evidence.ListOrders, evidence.ListProducts, evidence.ListCustomers,
		evidence.ListCoupons} {
		// The read asks for one record and its id only, a list for more fields: their answers are never the same bytes.
		if x := f.Get(id); read != nil && x != nil && x.ID != read.ID && x.Status == http.StatusOK &&
			evidence.IsJSON(x) && x.Body.Count != 0 && x.Body.Code == "" && x.Body.Hash == read.Body.Hash {
			return Answer{ID: "cache-plugin-broken-json", Confidence: Sure,
				Shown: []string{evidence.Describe(read), evidence.Describe(x) + ", the same bytes"},
				Why:   "two requests for different things got the very same answer: a cache does not tell them apart"}
		}
	}
	if read != nil && again != nil && read.Status == http.StatusOK && again.Status == http.StatusOK &&
		read.Body.Count >= 0 && again.Body.Kind == "json" && again.Body.Count < 0 {
		return Answer{ID: "cache-plugin-broken-json", Confidence: Likely,
			Shown: []string{evidence.Describe(read), "again: " + evidence.Describe(again) + ", of another shape"},
			Why:   "the second of two equal requests got the answer to another one"}
	}
	return Answer{}
}
