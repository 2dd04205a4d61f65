package shop

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// orderFilter is what a list of orders or refunds asks for.
type orderFilter struct {
	statuses   map[string]bool // nil: all, or those that are listed
	listed     bool            // what "any" shows: what a list has by default
	after      *time.Time      // created later than
	before     *time.Time
	modAfter   *time.Time // modified later than
	modBefore  *time.Time
	include    []int64 // nil: all
	exclude    map[int64]bool
	parents    map[int64]bool // nil: all
	notParents map[int64]bool
	customer   *int64
	createdVia []string
	search     string
	product    int64

	orderBy   string
	ascending bool
	page      int64
	perPage   int64
	offset    *int64
}

// filterOf reads the parameters of a list.
func (s *Store) filterOf(r *rest.Request) orderFilter {
	f := orderFilter{
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

// searchText is what is searched for, as PHP's empty() lets it count: "0" does not.
func searchText(r *rest.Request) string {
	if !rest.Truthy(r.Param("search")) {
		return ""
	}
	return r.Text("search")
}

func idSet(ids []int64) map[int64]bool {
	if len(ids) == 0 {
		return nil
	}
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// dateLimit reads a date parameter. Dates are compared in UTC: without
// dates_are_gmt a date is on the wall of the store unless it names a zone. With
// dates_are_gmt WordPress brings the date to the wall of the store first, so a
// zone in it counts from there (failure-taxonomy date-filter-local-time).
func (s *Store) dateLimit(v rest.Value, gmt bool) *time.Time {
	if v == nil {
		return nil
	}
	text := rest.Text(v)
	if !gmt {
		at, _ := s.parseMoment(text)
		return &at
	}
	at, _ := s.parseWall(text)
	if zonedDate.MatchString(text) {
		local := at.In(s.Zone())
		at = time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
	}
	return &at
}

// orderListFilter adds what only lists of orders know.
func (s *Store) orderListFilter(r *rest.Request) orderFilter {
	f := s.filterOf(r)
	f.statuses, f.listed = s.statusFilter(r.Texts("status"), r.Caller)
	f.search = searchText(r)
	if customer := r.Param("customer"); customer != nil {
		id := rest.Int(customer)
		f.customer = &id
	}
	if product := r.Param("product"); rest.Truthy(product) {
		f.product = rest.Int(product)
	}
	if via := r.Param("created_via"); rest.Truthy(via) {
		f.createdVia = r.Texts("created_via")
	}
	return f
}

// statusFilter is the set of statuses a list shows; nil means all, or those
// that "any" shows when listed is set. "any" swallows what stands beside it.
// "auto-draft" finds nothing, because WooCommerce looks for "wc-auto-draft"
// (recordings: flt-status-auto-draft).
func (s *Store) statusFilter(asked []string, caller *identity.User) (set map[string]bool, listed bool) {
	if slices.Contains(asked, "any") {
		return nil, true
	}
	if s.Storage() == capability.Posts {
		return s.postStatusFilter(asked, caller), false
	}
	if len(asked) == 0 {
		return nil, true
	}
	set = map[string]bool{}
	for _, slug := range asked {
		if status, _ := s.statuses.find(slug); slug != "auto-draft" && !status.NameOnly {
			set[slug] = true
		}
	}
	return set, false
}

// postStatusFilter filters by status as WP_Query does, which looks for orders
// under the legacy storage: statuses it does not know ("wc-auto-draft") are
// passed over, and alone they are no filter at all; no status asks for what is
// public, and what is private of whom may read that.
func (s *Store) postStatusFilter(asked []string, caller *identity.User) map[string]bool {
	set := map[string]bool{}
	for _, slug := range asked {
		if status, _ := s.statuses.find(slug); slug != "auto-draft" && !status.NameOnly {
			set[slug] = true
		}
	}
	if len(asked) > 0 && len(set) == 0 {
		return nil
	}
	if len(asked) == 0 {
		for _, status := range s.statuses {
			set[status.Slug] = status.Public || status.Private && caller.Can("read_private_shop_orders")
		}
	}
	return set
}

// shows tells whether a list with this filter has an order by its status.
func (f *orderFilter) shows(o *Order) bool {
	if f.statuses != nil {
		return f.statuses[o.Status]
	}
	return !f.listed || o.listed
}

func (s *Store) passes(o *Order, f orderFilter) bool {
	return f.shows(o) && f.passesDocument(&o.Document) &&
		(f.customer == nil || o.CustomerID == *f.customer) &&
		(f.createdVia == nil || slices.Contains(f.createdVia, o.CreatedVia)) &&
		(f.product == 0 || slices.ContainsFunc(o.Lines, func(l *ProductLine) bool { return l.ProductID == f.product })) &&
		(f.search == "" || s.found(o, f.search))
}

func (f *orderFilter) passesDocument(d *Document) bool {
	return f.passesDates(d.Created, d.Modified) &&
		!f.exclude[d.ID] &&
		(f.parents == nil || f.parents[d.ParentID]) &&
		(f.notParents == nil || !f.notParents[d.ParentID])
}

func (f *orderFilter) passesDates(created, modified time.Time) bool {
	return (f.after == nil || created.After(*f.after)) &&
		(f.before == nil || created.Before(*f.before)) &&
		(f.modAfter == nil || modified.After(*f.modAfter)) &&
		(f.modBefore == nil || modified.Before(*f.modBefore))
}
