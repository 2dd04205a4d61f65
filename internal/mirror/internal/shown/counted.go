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

// Kept counts the known records of a collection, however they were found.
type Kept struct {
	All int
	// Published counts the products that every visitor sees.
	Published int
	// Staff counts the users who run the shop. Customers counts the users who are shown with the role customer, which
	// includes users without a role.
	Staff, Customers int
}

// published is the status of products that every visitor sees.
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

// KeptOf counts the records of a resource in the mirror, the trash included.
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

// Unlisted returns how many records of a collection exist on the store that its lists do not show and that are not
// among kept. A plugin hides such records from lists: by vendor, by customer, by language. The total of a list leaves
// them out as well, so Unlisted compares the total with the database's count, as the system status and the reports tell
// it. told is false when the store tells no count. status is nil when the system status cannot be read.
//
// A store counts other records than it lists, so several counts have to agree
// (docs/woocommerce/lists.md#counts-beside-lists). A store whose lists hide nothing is asked for one count only.
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
		return 0, false, nil // orders and variations are accounted for elsewhere
	}
}

// unlistedCoupons returns how many coupons the store counts and lists nowhere. The count includes drafts of admin pages
// that were never saved, which only a list of their own shows.
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

// unlistedProducts returns how many products the store counts and lists nowhere. No list shows the drafts of admin
// pages that were never saved. The number of published products must therefore be too small as well.
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

// unlistedCustomers returns how many customers the store counts and lists nowhere. A user with two roles is counted
// twice, so the list is asked for each role whose count is higher than the known number. Users without a role are
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

// totalOf returns the total that a list tells; an error when it tells none.
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

// reported returns the sum of the totals in a report.
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

// roles returns the roles by which the list of customers can select, as the list's route describes them.
func (s *Store) roles(ctx context.Context) ([]string, error) {
	const route = "/wc/v3/customers"
	got, err := s.Asker.Glance(ctx, "", ask.Query(nil, "_fields", "routes."+route))
	if err != nil {
		return nil, err
	}
	var index struct {
		Routes map[string]struct {
			Endpoints []struct {
				Args json.RawMessage `json:"args"` // a list when there are none
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
