package core

import (
	"math"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// ListFilter are the filters that every list of posts has.
type ListFilter struct {
	After      *time.Time // created later than
	Before     *time.Time
	ModAfter   *time.Time // modified later than
	ModBefore  *time.Time
	Include    []int64 // nil: all
	Exclude    map[int64]bool
	Parents    map[int64]bool // nil: all
	NotParents map[int64]bool
	Search     string

	OrderBy   string
	Ascending bool
	Page      int64
	PerPage   int64
	Offset    *int64
}

// FilterOf reads the filters from the parameters of a list.
func (s *Store) FilterOf(r *rest.Request) ListFilter {
	f := ListFilter{
		OrderBy: r.Text("orderby"), Ascending: r.Text("order") == "asc",
		Page: max(r.Int("page"), 1), PerPage: r.Int("per_page"),
		Search: r.Text("search"),
	}
	gmt := r.Bool("dates_are_gmt")
	f.After, f.Before = s.dateLimit(r.Param("after"), gmt), s.dateLimit(r.Param("before"), gmt)
	f.ModAfter, f.ModBefore = s.dateLimit(r.Param("modified_after"), gmt), s.dateLimit(r.Param("modified_before"), gmt)
	if list := r.Ints("include"); len(list) > 0 {
		f.Include = list
	}
	f.Exclude, f.Parents, f.NotParents = IDSet(r.Ints("exclude")), IDSet(r.Ints("parent")),
		IDSet(r.Ints("parent_exclude"))
	if offset := r.Param("offset"); offset != nil {
		n := AbsInt(offset)
		f.Offset = &n
	}
	return f
}

// PassesDates says whether a record's dates are within the limits.
func (f *ListFilter) PassesDates(created, modified time.Time) bool {
	return (f.After == nil || created.After(*f.After)) &&
		(f.Before == nil || created.Before(*f.Before)) &&
		(f.ModAfter == nil || modified.After(*f.ModAfter)) &&
		(f.ModBefore == nil || modified.Before(*f.ModBefore))
}

// Skip is how many records come before the page.
func (f *ListFilter) Skip() int64 {
	if f.Offset != nil {
		return *f.Offset
	}
	return StartOfPage(f.Page, f.PerPage)
}

// StartOfPage is how many records come before a page. Beyond 64 bits PHP counts in floating point and takes the rest
// modulo 2^64 as the offset. So the greatest page number finds the first page (measured.jsonl, ml-get-27).
func StartOfPage(page, perPage int64) int64 {
	before := max(page, 1) - 1
	exact := float64(before) * float64(perPage)
	if exact < math.MaxInt64 {
		return before * perPage
	}
	start := int64(uint64(math.Mod(exact, 1<<64)))
	if start == math.MinInt64 {
		return math.MaxInt64
	}
	return max(start, -start)
}

// dateLimit reads a date parameter. Dates are compared in UTC. Without dates_are_gmt a date is on the store's clock
// unless it names a zone. With dates_are_gmt WordPress brings the date to the store's clock first, so a zone in it
// counts from there (docs/woocommerce/lists.md#date-filter-local-time).
func (s *Store) dateLimit(v rest.Value, gmt bool) *time.Time {
	if v == nil {
		return nil
	}
	text := rest.Text(v)
	if !gmt {
		at, _ := s.ParseMoment(text)
		return &at
	}
	at, _ := s.ParseWall(text)
	if zonedDate.MatchString(text) {
		local := at.In(s.Zone())
		at = time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0,
			time.UTC)
	}
	return &at
}
