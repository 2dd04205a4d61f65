package verdict

import (
	"net/http"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Slow is the time that the store takes for the same small thing every time it is asked: the shortest of at least two
// answers, because a single slow one may be chance. Small things are reads of one record and writes that are refused
// before any code of the shop runs. The exchange is the one that took this time; nil, and 0, where nothing was asked
// for twice.
func (f *Facts) Slow() (took time.Duration, x *evidence.Exchange) {
	for _, same := range [][]evidence.Probe{{evidence.ReadFirst, evidence.ReadOAuth, evidence.QueryRight,
		evidence.ReadAgain, evidence.ReadFresh},
		{evidence.ScopeWrite, evidence.BodyType, evidence.BodyPlain, evidence.DoorOrdersPost,
			evidence.DoorProductsPost}, {evidence.VerbPut, evidence.VerbDelete}} {
		shortest, count := time.Duration(0), 0
		var which *evidence.Exchange
		for _, id := range same {
			one := f.Get(id)
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

// SlowPage is the time that a page of one kind takes each of the two times it is asked for.
func (f *Facts) SlowPage() (took time.Duration, x *evidence.Exchange) {
	for _, name := range []string{"orders", "products", "customers"} {
		list, page := f.Get(evidence.Lists.Of(name)), f.Get(evidence.Pages.Of(name))
		if list == nil || page == nil || list.Status != http.StatusOK || page.Status != http.StatusOK {
			continue
		}
		if shortest := min(list.Elapsed, page.Elapsed); shortest > took {
			took, x = shortest, page
		}
	}
	return took, x
}
