package orders

import (
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// orderFilter are the filters of a list of orders.
type orderFilter struct {
	core.ListFilter
	statuses   map[string]bool // nil: all, or with listed those that "any" shows
	listed     bool            // only what "any" shows, which is the default of a list
	customer   *int64
	createdVia []string
	product    int64
}

// orderListFilter adds the filters that only lists of orders have.
func (s *Store) orderListFilter(r *rest.Request) orderFilter {
	f := orderFilter{ListFilter: s.FilterOf(r)}
	f.statuses, f.listed = s.statusFilter(r.Texts("status"), r.Caller)
	f.Search = core.SearchText(r)
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

// statusFilter is the set of statuses that a list shows. Nil means all, or with listed those that "any" shows. "any"
// overrides the statuses beside it. "auto-draft" finds nothing, because WooCommerce looks for "wc-auto-draft"
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
		if status, _ := s.Statuses.find(slug); slug != "auto-draft" && !status.NameOnly {
			set[slug] = true
		}
	}
	return set, false
}

// postStatusFilter filters by status as WP_Query does, which finds orders under the legacy storage. Unknown statuses
// ("wc-auto-draft") are ignored; alone they are no filter. An empty status asks for public statuses, and for private
// ones too when the caller may read those.
func (s *Store) postStatusFilter(asked []string, caller *identity.User) map[string]bool {
	set := map[string]bool{}
	for _, slug := range asked {
		if status, _ := s.Statuses.find(slug); slug != "auto-draft" && !status.NameOnly {
			set[slug] = true
		}
	}
	if len(asked) > 0 && len(set) == 0 {
		return nil
	}
	if len(asked) == 0 {
		for _, status := range s.Statuses {
			set[status.Slug] = status.Public || status.Private && caller.Can("read_private_shop_orders")
		}
	}
	return set
}

// shows tells whether the filter lets an order pass by its status.
func (f *orderFilter) shows(o *Order) bool {
	if f.statuses != nil {
		return f.statuses[o.Status]
	}
	return !f.listed || o.listed
}

func (s *Store) passes(o *Order, f orderFilter) bool {
	return f.shows(o) && passesDocument(&f.ListFilter, &o.Document) &&
		(f.customer == nil || o.CustomerID == *f.customer) &&
		(f.createdVia == nil || slices.Contains(f.createdVia, o.CreatedVia)) &&
		(f.product == 0 || slices.ContainsFunc(o.Lines,
			func(l *ProductLine) bool { return l.ProductID == f.product })) &&
		(f.Search == "" || s.found(o, f.Search))
}

// passesDocument says whether a list of orders or refunds may show a document, by dates, ids and parents.
func passesDocument(f *core.ListFilter, d *Document) bool {
	return f.PassesDates(d.Created, d.Modified) &&
		!f.Exclude[d.ID] &&
		(f.Parents == nil || f.Parents[d.ParentID]) &&
		(f.NotParents == nil || !f.NotParents[d.ParentID])
}
