package coupons

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// list answers GET /coupons. Coupons are posts, so WordPress's own query finds them. On pages beyond the end it still
// counts all that match, unless an offset led there (recordings: cpn-list-beyond).
func (c coupons) list(r *rest.Request) (*rest.Response, error) {
	f := c.FilterOf(r)
	matching := c.matchingCoupons(r, f)
	page := core.Paged(matching, f)
	total := len(matching)
	if len(page) == 0 && (f.Offset != nil || f.Page <= 1) {
		total = 0
	}
	items := make(rest.List, len(page))
	for i, coupon := range page {
		items[i] = rest.Item{Data: c.couponJSON(coupon), Links: couponLinks(r, coupon)}
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, "/wc/v3/coupons", total, rest.Pages(total, int(f.PerPage)))
	return response, nil
}

func (c coupons) matchingCoupons(r *rest.Request, f core.ListFilter) []*Coupon {
	include := f.Include
	if code := r.Text("code"); strings.TrimSpace(code) != "" {
		include = []int64{0}
		if coupon, ok := c.CouponByCode(code); ok {
			include = []int64{coupon.ID}
		}
	}
	statuses := core.PostStatuses(r.Param("status"))
	var search core.PostSearch
	if f.Search != "" {
		search = catalogue.SentenceTerms(f.Search)
	}
	var matching []*Coupon
	for coupon := range c.Coupons.All() {
		if (statuses == nil || statuses[coupon.Status]) &&
			(include == nil || slices.Contains(include, coupon.ID)) &&
			!f.Exclude[coupon.ID] &&
			f.PassesDates(coupon.Created, coupon.Modified) &&
			search.Match(coupon.Code, coupon.Description) {
			matching = append(matching, coupon)
		}
	}
	sortCoupons(matching, f)
	return matching
}

// sortCoupons sorts as the list asks. Coupons with equal keys come in the order of age; on a real store the database
// decides.
func sortCoupons(list []*Coupon, f core.ListFilter) {
	comparisons := map[string]func(a, b *Coupon) int{
		"date": func(a, b *Coupon) int {
			return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
		},
		"id":    func(a, b *Coupon) int { return cmp.Compare(a.ID, b.ID) },
		"title": func(a, b *Coupon) int { return core.CompareNames(a.Code, b.Code) },
		"slug": func(a, b *Coupon) int {
			return core.CompareNames(a.slug(), b.slug())
		},
		"modified": func(a, b *Coupon) int { return a.Modified.Compare(b.Modified) },
		"include": func(a, b *Coupon) int {
			return cmp.Compare(slices.Index(f.Include, a.ID), slices.Index(f.Include, b.ID))
		},
	}
	compare := comparisons[f.OrderBy]
	if f.OrderBy == "include" && f.Include == nil {
		compare = comparisons["date"] // WordPress's default, but in the direction of "include"
	}
	if compare == nil {
		return
	}
	slices.SortStableFunc(list, func(a, b *Coupon) int {
		// The order of "include" is that of the ids, whatever the direction.
		if f.Ascending || f.OrderBy == "include" {
			return compare(a, b)
		}
		return compare(b, a)
	})
}
