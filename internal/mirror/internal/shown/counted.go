package shown

import (
	"context"
	"encoding/json"
	"iter"
	"math"
	"strconv"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Kept counts the records of a collection that are known, however they were found.
type Kept struct {
	All int
	// Published counts the products that everybody sees.
	Published int
	// Staff counts the users who run the shop. Customers counts those who are shown with that role, as users without a
	// role are too.
	Staff, Customers int
}

// published is the status of products that everybody sees.
const published = "publish"

// Add counts one record.
func (k *Kept) Add(r storage.Record) {
	k.All++
	if r.Status == published {
		k.Published++
	}
	if r.Resource != storage.Customers {
		return
	}
	for m, err := range jsonvalue.Members(r.Raw) {
		if err != nil || string(m.Name) != "role" {
			continue
		}
		switch jsonvalue.Text(m.Value) {
		case "administrator", "shop_manager":
			k.Staff++
		case "customer":
			k.Customers++
		}
	}
}

// KeptOf counts what the mirror holds of a resource.
func KeptOf(ctx context.Context, mirror Spans, storeID int64, r storage.Resource) (Kept, error) {
	var kept Kept
	for _, trash := range []bool{false, true} {
		span := storage.Range{Resource: r, ToID: math.MaxInt64, Trash: trash}
		for held, err := range mirror.Between(ctx, storeID, span) {
			if err != nil {
				return kept, err
			}
			kept.Add(held)
		}
	}
	return kept, nil
}

// Spans looks up the mirror's records in the order of their ids.
type Spans interface {
	Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error]
}

// Unlisted is how many records of a collection exist on the store that neither its lists show nor anybody knows,
// because a plugin hides them from lists: by vendor, by customer, by language. The total of such a list leaves them out
// as well, so the total is held against what the database counts, as the system status and the reports tell it. told is
// false where the store does not say. status is nil where the system status cannot be read.
//
// What a store counts is not what it lists, so several counts have to agree
// (docs/woocommerce/lists.md#counts-beside-lists). A store whose lists hide nothing is asked for one of them.
func (s *Store) Unlisted(
	ctx context.Context, c *roster.Collection, status *Status, kept Kept,
) (n int, told bool, err error) {
	switch c {
	case roster.Coupons:
		return s.unlistedCoupons(ctx, status, kept)
	case roster.Products:
		return s.unlistedProducts(ctx, status, kept)
	case roster.Customers:
		return s.unlistedCustomers(ctx, kept)
	default:
		return 0, false, nil // orders and variations are accounted for by themselves
	}
}

// unlistedCoupons counts the coupons that the store counts and lists nowhere. The database counts drafts of pages that
// nobody saved, which only a list of their own shows.
func (s *Store) unlistedCoupons(ctx context.Context, status *Status, kept Kept) (int, bool, error) {
	if status == nil {
		return 0, false, nil
	}
	rows := status.rows("shop_coupon")
	if rows <= kept.All {
		return 0, true, nil
	}
	drafts, err := s.totalOf(ctx, roster.Coupons, "status", woo.StatusAutoDraft)
	if err != nil {
		return 0, false, ask.Ended(ctx, err)
	}
	listed, err := s.totalOf(ctx, roster.Coupons)
	if err != nil {
		return 0, false, ask.Ended(ctx, err)
	}
	trashed, err := s.totalOf(ctx, roster.Coupons, "status", storage.StatusTrash)
	if err != nil {
		return 0, false, ask.Ended(ctx, err)
	}
	return max(rows-drafts-max(kept.All, listed+trashed), 0), true, nil
}

// unlistedProducts counts the products that the store counts and lists nowhere. No list shows the drafts of pages that
// nobody saved, so what everybody sees has to be fewer as well.
func (s *Store) unlistedProducts(ctx context.Context, status *Status, kept Kept) (int, bool, error) {
	if status == nil {
		return 0, false, nil
	}
	rows := status.rows("product")
	if rows <= kept.All {
		return 0, true, nil
	}
	reported, err := s.reported(ctx, "products/totals")
	if err != nil || reported <= kept.Published {
		return 0, err == nil, ask.Ended(ctx, err)
	}
	listed, err := s.totalOf(ctx, roster.Products, "status", published)
	if err != nil {
		return 0, false, ask.Ended(ctx, err)
	}
	return max(min(rows-kept.All, reported-max(kept.Published, listed)), 0), true, nil
}

// unlistedCustomers counts the customers that the store counts and lists nowhere. A user with two roles is counted
// twice, so the list is asked for each role where the count is higher than what is known. Users without a role are
// counted, shown as customers, and listed under no role.
func (s *Store) unlistedCustomers(ctx context.Context, kept Kept) (int, bool, error) {
	counted, err := s.reported(ctx, "customers/totals")
	over := counted - (kept.All - kept.Staff)
	if err != nil || over <= 0 {
		return 0, err == nil, ask.Ended(ctx, err)
	}
	roles, err := s.roles(ctx)
	if err != nil || len(roles) == 0 {
		return 0, false, ask.Ended(ctx, err)
	}
	for _, role := range roles {
		if role == "all" || role == "administrator" || role == "shop_manager" {
			continue
		}
		n, err := s.totalOf(ctx, roster.Customers, "role", role)
		if err != nil {
			return 0, false, ask.Ended(ctx, err)
		}
		if counted -= n; role == "customer" {
			counted -= max(kept.Customers-n, 0)
		}
	}
	return max(min(over, counted), 0), true, nil
}

// totalOf is the total that a list tells.
func (s *Store) totalOf(ctx context.Context, c *roster.Collection, pairs ...string) (int, error) {
	q := s.Query(c, append(pairs, "per_page", "1", "_fields", "id")...)
	got, err := s.Asker.List(ctx, c.Path(), s.Asker.Fresh(q))
	if err != nil {
		return 0, err
	}
	if got.Total < 0 {
		return 0, ask.Unusable(c.Path(), "it tells no total")
	}
	return got.Total, nil
}

// reported sums the totals of a report.
func (s *Store) reported(ctx context.Context, report string) (int, error) {
	path := woo.RouteReports.List(0) + "/" + report
	got, err := s.Asker.Glance(ctx, path, s.Asker.Fresh(nil))
	if err != nil {
		return 0, err
	}
	var parts []struct {
		Total json.RawMessage `json:"total"`
	}
	if err := json.Unmarshal(got.Body, &parts); err != nil {
		return 0, ask.Unusable(path, "%v", err)
	}
	sum := 0
	for _, part := range parts {
		n, err := strconv.Atoi(string(part.Total))
		if err != nil {
			return 0, ask.Unusable(path, "%v", err)
		}
		sum += n
	}
	return sum, nil
}

// roles are those that the list of customers can select by, as its route describes them.
func (s *Store) roles(ctx context.Context) ([]string, error) {
	const route = "/wc/v3/customers"
	got, err := s.Asker.Glance(ctx, "", ask.Query(nil, "_fields", "routes."+route))
	if err != nil {
		return nil, err
	}
	var index struct {
		Routes map[string]struct {
			Endpoints []struct {
				Args json.RawMessage `json:"args"` // a list where there are none
			} `json:"endpoints"`
		} `json:"routes"`
	}
	if err := json.Unmarshal(got.Body, &index); err != nil {
		return nil, ask.Unusable("", "%v", err)
	}
	for _, endpoint := range index.Routes[route].Endpoints {
		var args struct {
			Role struct {
				Enum []string `json:"enum"`
			} `json:"role"`
		}
		if json.Unmarshal(endpoint.Args, &args) == nil && len(args.Role.Enum) > 0 {
			return args.Role.Enum, nil
		}
	}
	return nil, nil
}
