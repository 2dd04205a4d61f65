package shop

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// orderFilter is what a list of orders or refunds asks for.
type orderFilter struct {
	statuses   map[string]bool // nil: all
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
	f.statuses = s.statusFilter(r.Texts("status"))
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

// statusFilter is the set of statuses a list shows: "any", or none at all,
// means all registered ones, which leaves out the trash and what only plugins
// knew. "auto-draft" finds nothing, because WooCommerce looks for
// "wc-auto-draft" (recordings: flt-status-auto-draft).
func (s *Store) statusFilter(asked []string) map[string]bool {
	set := map[string]bool{}
	for _, status := range asked {
		if status == "any" {
			clear(set)
			break
		}
		if status != "auto-draft" {
			set[status] = true
		} else {
			set["wc-auto-draft"] = true
		}
	}
	if len(set) == 0 {
		for _, status := range s.statuses {
			set[status.Slug] = true
		}
	}
	return set
}

// listOrders returns one page of the orders that pass a filter and how many
// pass it in all.
func (s *Store) listOrders(f orderFilter) (page []*Order, total int) {
	matching := s.matchingOrders(f)
	total = len(matching)
	return paged(matching, f), total
}

func paged[R any](matching []R, f orderFilter) []R {
	start := (f.page - 1) * f.perPage
	if f.offset != nil {
		start = *f.offset
	}
	if start >= int64(len(matching)) || start < 0 {
		return nil
	}
	return matching[start:min(start+f.perPage, int64(len(matching)))]
}

// matchingOrders returns all orders that pass a filter, in its order. It
// starts from the smallest set an index offers.
func (s *Store) matchingOrders(f orderFilter) []*Order {
	candidates, sortedBy := s.candidates(f)
	var matching []*Order
	for _, o := range candidates {
		if s.passes(o, f) {
			matching = append(matching, o)
		}
	}
	if f.orderBy == "modified" && sortedBy != "modified" && s.Orders.Len() < smallTable {
		sortAsSmallTable(matching, f.ascending)
		return matching
	}
	sortDocuments(matching, f, sortedBy, func(o *Order) *Document { return &o.Document })
	return matching
}

// smallTable is below how many orders the database reads them by status and
// sorts them afterwards, rather than reading them along the date of
// modification. The limit of the real store lies between 14 and 5,000.
const smallTable = 200

// sortAsSmallTable sorts by date of modification. Equal dates stay, in both
// directions, as the index on status and date of creation has them
// (recordings: flt-orderby-modified-asc, -desc).
func sortAsSmallTable(orders []*Order, ascending bool) {
	slices.SortFunc(orders, func(a, b *Order) int {
		order := a.Modified.Compare(b.Modified)
		if !ascending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.Status, b.Status), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
}

// candidates are orders that may pass a filter; sortedBy names the key they
// are sorted by, ascending, "" for id.
func (s *Store) candidates(f orderFilter) (orders []*Order, sortedBy string) {
	switch {
	case f.include != nil:
		for _, id := range f.include {
			if o, ok := s.Orders.Get(id); ok && !slices.Contains(orders, o) {
				orders = append(orders, o)
			}
		}
		return orders, "none"
	case f.customer != nil && *f.customer != 0:
		return s.Orders.Group("customer", *f.customer), ""
	case f.modAfter != nil || f.modBefore != nil:
		return between(s.Orders, "modified", f.modAfter, f.modBefore), "modified"
	case f.after != nil || f.before != nil:
		return between(s.Orders, "created", f.after, f.before), "date"
	case f.orderBy == "modified" && s.Orders.Len() >= smallTable:
		return between(s.Orders, "modified", nil, nil), "modified"
	case f.orderBy == "date":
		return between(s.Orders, "created", nil, nil), "date"
	}
	return slices.Collect(s.Orders.All()), ""
}

// between are the records whose key lies strictly between two moments.
func between[R record](t *Table[R], name string, after, before *time.Time) []R {
	x := t.keyed[name]
	start, end := 0, x.length
	if after != nil {
		start = x.rank(after.Unix()+1, 0)
	}
	if before != nil {
		end = x.rank(before.Unix(), 0)
	}
	if start >= end {
		return nil
	}
	records := make([]R, 0, end-start)
	x.slice(start, end, false, func(r R) bool {
		records = append(records, r)
		return true
	})
	return records
}

func (s *Store) passes(o *Order, f orderFilter) bool {
	return f.statuses[o.Status] && f.passesDocument(&o.Document) &&
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

// found is the search of orders: by number, start of the e-mail address, part
// of the transaction number, names of lines, and the addresses as one text
// (recordings: flt-search-…).
func (s *Store) found(o *Order, term string) bool {
	if rest.IsNumeric(term) && absint(term) == o.ID {
		return true
	}
	folded := fold(term)
	if strings.HasPrefix(fold(o.Billing.Email), folded) || strings.Contains(fold(o.TransactionID), folded) {
		return true
	}
	if s.config.Storage == capability.Posts {
		folded = fold(strings.ReplaceAll(term, "Order #", ""))
	}
	for _, line := range o.Lines {
		if strings.Contains(fold(line.Name), folded) {
			return true
		}
	}
	return strings.Contains(fold(o.Meta.text(billingIndexKey)), folded) ||
		strings.Contains(fold(o.Meta.text(shippingIndexKey)), folded) ||
		s.foundInOtherLines(o, folded)
}

// foundInOtherLines looks at the names of lines that are no goods: they share
// a table with them.
func (s *Store) foundInOtherLines(o *Order, folded string) bool {
	for _, line := range o.Shipping {
		if strings.Contains(fold(line.Title), folded) {
			return true
		}
	}
	for _, fee := range o.Fees {
		if strings.Contains(fold(fee.Name), folded) {
			return true
		}
	}
	for _, tax := range o.Taxes {
		if strings.Contains(fold(tax.RateCode), folded) {
			return true
		}
	}
	for _, coupon := range o.Coupons {
		if strings.Contains(fold(coupon.Code), folded) {
			return true
		}
	}
	return false
}

// fold makes texts comparable as MySQL compares them: case does not count.
func fold(text string) string { return strings.ToLower(text) }

// sortDocuments sorts as the list asks. Ids decide between equal dates, in the
// same direction: WooCommerce asks for that with dates of creation, and the
// index of a large table gives it with dates of modification. The orders
// "title" and "slug" do not exist for orders and leave ascending ids, as does
// "include" without ids (recordings: flt-orderby-…).
func sortDocuments[R any](records []R, f orderFilter, sortedBy string, document func(R) *Document) {
	switch f.orderBy {
	case "date":
		if sortedBy != "date" {
			slices.SortFunc(records, func(a, b R) int {
				da, db := document(a), document(b)
				return cmp.Or(da.Created.Compare(db.Created), cmp.Compare(da.ID, db.ID))
			})
		}
	case "modified":
		if sortedBy != "modified" {
			slices.SortFunc(records, func(a, b R) int {
				da, db := document(a), document(b)
				return cmp.Or(da.Modified.Compare(db.Modified), cmp.Compare(da.ID, db.ID))
			})
		}
	case "id":
		byID(records, document)
	case "include":
		if f.include == nil {
			byID(records, document)
		}
		return
	default:
		byID(records, document)
		return
	}
	if !f.ascending {
		slices.Reverse(records)
	}
}

func byID[R any](records []R, document func(R) *Document) {
	slices.SortFunc(records, func(a, b R) int { return cmp.Compare(document(a).ID, document(b).ID) })
}
