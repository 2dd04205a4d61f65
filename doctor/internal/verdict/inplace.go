package verdict

import (
	"net/http"
	"slices"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// inPlace are the answers with status 200 that something gave in place of WooCommerce, while the store knows the key:
// an object, a text or a page where a list belongs or where WooCommerce refuses. What has a sign of its own (a
// challenge, PHP that stopped, text around the JSON) is left to the checks of these.
func (f *Facts) inPlace() []*evidence.Exchange {
	if !f.Known() || f.Front.ID != "" || f.Key.ID != "" || f.LateHeaders() != nil || f.OverwrittenStatus() != nil {
		return nil
	}
	var list []*evidence.Exchange
	for _, x := range f.Standing() {
		if x.Status != http.StatusOK && !evidence.SaysNothing(x) ||
			x.Fault != nil || x.Request.Method == http.MethodOptions || evidence.Noisy(x) ||
			evidence.Verbs.Has(x) || f.WhoAnswered(x).ID != "" || evidence.ReportsFatal(x) || evidence.Cached(x) {
			continue
		}
		if f.foreign(x) {
			list = append(list, x)
		}
	}
	return list
}

// foreign says whether the answer with status 200 is none of WooCommerce's.
func (f *Facts) foreign(x *evidence.Exchange) bool {
	switch {
	case x.Body.Kind == "html", x.Body.Kind == "text", evidence.SaysNothing(x):
		return true
	case !evidence.IsJSON(x):
		return false
	case !evidence.Proven(x):
		return x.Body.Count < 0 && !evidence.IsStoreCode(x.Body.Code)
	}
	return f.fieldless(x)
}

// fieldless says whether the answer looks like an empty list because its fields were taken away. WordPress takes every
// field away that was not asked for. Of an object that a plugin gave as the answer nothing is left, and PHP writes
// nothing as an empty list. WooCommerce counts its lists, also empty ones, so a list without a count beside lists that
// have one is none of WooCommerce's (docs/woocommerce/answers.md#fields-of-an-object).
func (f *Facts) fieldless(x *evidence.Exchange) bool {
	named := f.Get(evidence.Named.Of(x.ID)) // under an address that no cache has seen
	switch {
	case !evidence.Uncounted(x), !evidence.IsJSON(named), named.Status != http.StatusOK:
		return false
	case named.Body.Count < 0:
		return true
	}
	return evidence.Uncounted(named) && slices.ContainsFunc(f.Standing(),
		func(other *evidence.Exchange) bool { return evidence.Total(other) >= 0 })
}
