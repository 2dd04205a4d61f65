package shop

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// list answers GET /coupons. Coupons are posts, so WordPress's own query finds
// them: it counts all that match on pages beyond the end too, unless an offset
// got it there (recordings: cpn-list-beyond).
func (c coupons) list(r *rest.Request) (*rest.Response, error) {
	f := c.filterOf(r)
	matching := c.matchingCoupons(r, f)
	page := paged(matching, f)
	total := len(matching)
	if len(page) == 0 && (f.offset != nil || f.page <= 1) {
		total = 0
	}
	items := make(rest.List, len(page))
	for i, coupon := range page {
		items[i] = rest.Item{Data: c.couponJSON(coupon), Links: couponLinks(r, coupon)}
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, "/wc/v3/coupons", total, rest.Pages(total, int(f.perPage)))
	return response, nil
}

func (c coupons) matchingCoupons(r *rest.Request, f listFilter) []*Coupon {
	include := f.include
	if code := r.Text("code"); strings.TrimSpace(code) != "" {
		include = []int64{0}
		if coupon, ok := c.couponByCode(code); ok {
			include = []int64{coupon.ID}
		}
	}
	statuses := postStatuses(r.Param("status"))
	var search postSearch
	if f.search != "" {
		search = sentenceTerms(f.search)
	}
	var matching []*Coupon
	for coupon := range c.Coupons.All() {
		if (statuses == nil || statuses[coupon.Status]) &&
			(include == nil || slices.Contains(include, coupon.ID)) &&
			!f.exclude[coupon.ID] &&
			f.passesDates(coupon.Created, coupon.Modified) &&
			search.match(coupon.Code, coupon.Description) {
			matching = append(matching, coupon)
		}
	}
	sortCoupons(matching, f)
	return matching
}

// sortCoupons sorts as the list asks. Where a key leaves coupons equal the
// database decides; it is the older one first here.
func sortCoupons(list []*Coupon, f listFilter) {
	comparisons := map[string]func(a, b *Coupon) int{
		"date": func(a, b *Coupon) int {
			return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
		},
		"id":    func(a, b *Coupon) int { return cmp.Compare(a.ID, b.ID) },
		"title": func(a, b *Coupon) int { return compareNames(a.Code, b.Code) },
		"slug": func(a, b *Coupon) int {
			return compareNames(a.slug(), b.slug())
		},
		"modified": func(a, b *Coupon) int { return a.Modified.Compare(b.Modified) },
		"include": func(a, b *Coupon) int {
			return cmp.Compare(slices.Index(f.include, a.ID), slices.Index(f.include, b.ID))
		},
	}
	compare := comparisons[f.orderBy]
	if f.orderBy == "include" && f.include == nil {
		compare = comparisons["date"] // WordPress's default, but in the direction of "include"
	}
	if compare == nil {
		return
	}
	slices.SortStableFunc(list, func(a, b *Coupon) int {
		// The order of "include" is that of the ids, in whichever direction.
		if f.ascending || f.orderBy == "include" {
			return compare(a, b)
		}
		return compare(b, a)
	})
}
