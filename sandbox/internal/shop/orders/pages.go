package orders

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Pages of orders. Clients read whole stores page by page: all orders, or those modified in a span of time. Any page of
// these lists costs the same, because it is cut out of an index. Every other list is found by looking at each order
// that may match, and is kept for the next page.

// listOrders returns one page of the orders that pass a filter and how many pass it in all.
func (s *Store) listOrders(f orderFilter) (page []*Order, total int) {
	if x, start, end, ok := s.indexOf(f); ok {
		return cut(x, start, end, f), end - start
	}
	matching := s.results.get(f.key(), s.Orders.Changes, func() []*Order { return s.matchingOrders(f) })
	return core.Paged(matching, f.ListFilter), len(matching)
}

// indexOf returns the range of an index that holds exactly the orders of a filter, in its order. ok is false when no
// index does.
func (s *Store) indexOf(f orderFilter) (x *core.Index[*Order], start, end int, ok bool) {
	if !f.listed || f.Include != nil || f.Exclude != nil || f.Parents != nil || f.NotParents != nil ||
		f.customer != nil || f.createdVia != nil || f.Search != "" || f.product != 0 {
		return nil, 0, 0, false
	}
	created, modified := f.After != nil || f.Before != nil, f.ModAfter != nil || f.ModBefore != nil
	switch {
	case f.OrderBy == "date" && !modified:
		x = s.Orders.Ordered("listed-created")
		start, end = bounds(x, f.After, f.Before)
	case f.OrderBy == "modified" && !created && (modified || s.Orders.Len() >= smallTable):
		x = s.Orders.Ordered("listed-modified")
		start, end = bounds(x, f.ModAfter, f.ModBefore)
	case f.OrderBy == "id" && !created && !modified:
		x = s.Orders.Ordered("listed")
		start, end = 0, x.Length
	default:
		return nil, 0, 0, false
	}
	return x, start, end, true
}

// cut takes a page out of the entries of an index from start to end.
func cut(x *core.Index[*Order], start, end int, f orderFilter) []*Order {
	skip := f.Skip()
	if skip < 0 || skip >= int64(end-start) {
		return nil
	}
	count := min(int(f.PerPage), end-start-int(skip))
	page := make([]*Order, 0, count)
	from := start + int(skip)
	if !f.Ascending {
		from = end - int(skip) - count
	}
	x.Slice(from, from+count, !f.Ascending, func(o *Order) bool {
		page = append(page, o)
		return true
	})
	return page
}

// matchingOrders returns all orders that pass a filter, in its order.
func (s *Store) matchingOrders(f orderFilter) []*Order {
	candidates, sortedBy := s.candidates(f)
	var matching []*Order
	for o := range candidates {
		if s.passes(o, f) {
			matching = append(matching, o)
		}
	}
	if f.OrderBy == "modified" && sortedBy != "modified" && s.Orders.Len() < smallTable {
		sortAsSmallTable(matching, f.Ascending)
		return matching
	}
	if f.unsorted() && s.Has(core.UnsortedOrderLists) && s.Storage() != capability.Posts {
		sortByIndex(matching)
		return matching
	}
	sortDocuments(matching, f.ListFilter, sortedBy, func(o *Order) *Document { return &o.Document })
	return matching
}

// candidates are orders that may pass a filter, from the smallest set that an index offers. sortedBy names the key by
// which they are sorted, ascending; "" for the id.
func (s *Store) candidates(f orderFilter) (orders iter.Seq[*Order], sortedBy string) {
	switch {
	case f.Include != nil:
		var included []*Order
		for _, id := range f.Include {
			if o, ok := s.Orders.Get(id); ok && !slices.Contains(included, o) {
				included = append(included, o)
			}
		}
		return slices.Values(included), "none"
	case f.customer != nil && *f.customer != 0:
		return slices.Values(s.Orders.Group("customer", *f.customer)), ""
	case f.ModAfter != nil || f.ModBefore != nil:
		return between(s.Orders.Ordered("modified"), f.ModAfter, f.ModBefore), "modified"
	case f.After != nil || f.Before != nil || f.OrderBy == "date":
		return between(s.Orders.Ordered("created"), f.After, f.Before), "date"
	case f.OrderBy == "modified" && s.Orders.Len() >= smallTable:
		return between(s.Orders.Ordered("modified"), nil, nil), "modified"
	}
	return s.Orders.All(), ""
}

// bounds are the positions of the entries whose key is strictly between two moments.
func bounds[R core.Record](x *core.Index[R], after, before *time.Time) (start, end int) {
	end = x.Length
	if after != nil {
		start = x.Rank(after.Unix()+1, 0)
	}
	if before != nil {
		end = x.Rank(before.Unix(), 0)
	}
	return start, max(start, end)
}

func between[R core.Record](x *core.Index[R], after, before *time.Time) iter.Seq[R] {
	start, end := bounds(x, after, before)
	return func(yield func(R) bool) { x.Slice(start, end, false, yield) }
}

// smallTable is the number of orders below which the database reads by status and sorts afterwards, rather than reading
// along the date of modification. The limit of the real store is between 14 and 5,000.
const smallTable = 200

// sortAsSmallTable sorts by date of modification. Orders with equal dates stay, in both directions, as the index on
// status and date of creation has them (recordings: flt-orderby-modified-asc, -desc).
func sortAsSmallTable(orders []*Order, ascending bool) {
	slices.SortFunc(orders, func(a, b *Order) int {
		order := a.Modified.Compare(b.Modified)
		if !ascending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.Status, b.Status), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
}

// sortDocuments sorts as the list asks. Ids decide between equal dates, in the same direction: WooCommerce asks for
// that with dates of creation, and the index of a large table gives it with dates of modification. "title" and "slug"
// do not exist for orders and give ascending ids. So does "include" without ids (recordings: flt-orderby-…).
func sortDocuments[R any](records []R, f core.ListFilter, sortedBy string, document func(R) *Document) {
	switch f.OrderBy {
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
		if f.Include == nil {
			byID(records, document)
		}
		return
	default:
		byID(records, document)
		return
	}
	if !f.Ascending {
		slices.Reverse(records)
	}
}

// unsorted says that a list asks for an order that order tables do not know.
func (f *orderFilter) unsorted() bool {
	switch f.OrderBy {
	case "title", "slug":
		return true
	case "include":
		return f.Include == nil
	}
	return false
}

// sortByIndex is the order in which the database finds orders when no order is asked for: that of its index on status
// and date.
func sortByIndex(list []*Order) {
	slices.SortFunc(list, func(a, b *Order) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
}

func byID[R any](records []R, document func(R) *Document) {
	slices.SortFunc(records, func(a, b R) int { return cmp.Compare(document(a).ID, document(b).ID) })
}

// key names a filter without its page.
func (f *orderFilter) key() string {
	moment := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.String()
	}
	customer := "any"
	if f.customer != nil {
		customer = core.Itoa(*f.customer)
	}
	return fmt.Sprintf("%v %v|%v|%s|%s|%s|%s|%v|%v|%v|%v|%s|%q|%q|%d|%s|%v",
		f.statuses != nil, f.statuses, f.listed, moment(f.After), moment(f.Before), moment(f.ModAfter),
		moment(f.ModBefore),
		f.Include, f.Exclude, f.Parents, f.NotParents, customer, f.createdVia, f.Search, f.product, f.OrderBy,
		f.Ascending)
}
