package shop

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// listFilter is what every list of posts may ask for.
type listFilter struct {
	after      *time.Time // created later than
	before     *time.Time
	modAfter   *time.Time // modified later than
	modBefore  *time.Time
	include    []int64 // nil: all
	exclude    map[int64]bool
	parents    map[int64]bool // nil: all
	notParents map[int64]bool
	search     string

	orderBy   string
	ascending bool
	page      int64
	perPage   int64
	offset    *int64
}

// filterOf reads the parameters of a list.
func (s *Store) filterOf(r *rest.Request) listFilter {
	f := listFilter{
		orderBy: r.Text("orderby"), ascending: r.Text("order") == "asc",
		page: max(r.Int("page"), 1), perPage: r.Int("per_page"),
		search: r.Text("search"),
	}
	gmt := r.Bool("dates_are_gmt")
	f.after, f.before = s.dateLimit(r.Param("after"), gmt), s.dateLimit(r.Param("before"), gmt)
	f.modAfter, f.modBefore = s.dateLimit(r.Param("modified_after"), gmt), s.dateLimit(r.Param("modified_before"), gmt)
	if list := r.Ints("include"); len(list) > 0 {
		f.include = list
	}
	f.exclude, f.parents, f.notParents = idSet(r.Ints("exclude")), idSet(r.Ints("parent")), idSet(r.Ints("parent_exclude"))
	if offset := r.Param("offset"); offset != nil {
		n := absint(offset)
		f.offset = &n
	}
	return f
}

// passesDates says whether a record's dates are within the limits.
func (f *listFilter) passesDates(created, modified time.Time) bool {
	return (f.after == nil || created.After(*f.after)) &&
		(f.before == nil || created.Before(*f.before)) &&
		(f.modAfter == nil || modified.After(*f.modAfter)) &&
		(f.modBefore == nil || modified.Before(*f.modBefore))
}

// skip is how many records come before the page.
func (f *listFilter) skip() int64 {
	if f.offset != nil {
		return *f.offset
	}
	return startOfPage(f.page, f.perPage)
}
