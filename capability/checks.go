package capability

import "strings"

// Checks lists, in the order in which the store asks, everything that stands between the caller and the operation.
// Checks looks only at the caller's role names and SuperAdmin, not at the capabilities. An operation that the REST API
// does not have gives one check that never passes, with status 404 and code rest_no_route.
func (s Site) Checks(caller Caller, op Operation, rec Record) []Check {
	rec = s.withRow(op.Resource, rec)
	if op.InBatch {
		checks := s.checks(caller, op.Resource, Batch, rec)
		if !s.Version.AtLeast(sinceBatchItems) {
			return checks
		}
		for _, check := range s.checks(caller, op.Resource, op.Action, rec) {
			check.Item = true
			checks = append(checks, check)
		}
		return append(checks, s.brokenBatch(op)...)
	}
	return s.checks(caller, op.Resource, op.Action, rec)
}

// checks are the checks of one action, without those of its batch.
func (s Site) checks(caller Caller, resource Resource, action Action, rec Record) []Check {
	row := ruleFor(resource, action)
	if row == nil {
		return []Check{{Never: true, Status: 404, Code: "rest_no_route", Guard: "no such operation"}}
	}
	as := row.As
	if as == "" {
		as = contextOf[action]
	}
	code := row.Code
	if code == "" {
		code = refusals[as]
	}
	base := Check{Code: code, Guard: strings.TrimSpace(string(row.Guard) + " " + string(as)), Source: row.Source +
		"; " + guards[row.Guard].Source}

	if rec.Missing && addressesOne(action, row.Guard) {
		return s.missing(resource, base)
	}
	switch {
	case row.Guard == byAnyone:
		return nil
	case row.Guard == byNobody:
		base.Never, base.Status = true, 401
		return []Check{base}
	case row.Guard == bySigner:
		base.Never = true
		return []Check{base}
	case row.Guard == byFulfillment && rec.Missing:
		return []Check{{Never: true, Status: 404, Code: "woocommerce_rest_order_invalid_id",
			Guard: "order of fulfilments", Source: base.Source}}
	case row.Guard == byFulfillment && as == toRead && rec.Buyer && !caller.Anonymous:
		return nil
	case resource == Analytics && action == Leaderboards && !s.Version.AtLeast(sinceReportBoards):
		base.Needs = []string{guards[byManager].Needs[as]}
		return []Check{base}
	case row.Guard == byCoupon && s.CouponsDisabled:
		base.Never, base.Source = true, "class-wc-post-types.php:520; docs/checks/coupons-disabled.md"
		return []Check{base}
	case isShipping(resource) && s.ShippingDisabled:
		base.Never, base.Status, base.Code = true, 404, "rest_no_route"
		return []Check{base}
	case row.Guard == byUser:
		return s.userChecks(caller, as, base, rec)
	}
	switch need := guards[row.Guard].Needs[as]; need {
	case metaEdit, metaDelete, metaRead:
		do := verb(strings.TrimPrefix(need, "meta:"))
		needs, ok := s.rowCaps(do, resource, rec)
		base.Needs, base.Never = needs, !ok
		if s.asksAsOrder(resource, rec) {
			base.Source += "; HposOrderCapabilityHelper.php"
		} else if kind, known := postTypes[rec.Row]; known {
			base.Source += "; " + kind.Source
		}
	default:
		base.Needs, base.Or = []string{need}, guards[row.Guard].Or
	}
	return append([]Check{base}, s.after(resource, action, rec)...)
}

// missing is what the store asks when the record does not exist. The generic controllers ask nothing and answer 404,
// even to anonymous callers (docs/woocommerce/permissions.md#fact-10). Orders ask for the right to read orders first
// (R2 orders 167-207). A receipt asks about the row of its order, and nobody has a right to a row that is not there.
func (s Site) missing(resource Resource, base Check) []Check {
	switch resource {
	case Orders, OrdersV1, OrdersV2:
		base.Needs = []string{guards[byOrder].Needs[toRead]}
		return []Check{base}
	case OrderReceipt:
		base.Never = true
		return []Check{base}
	default:
		return nil
	}
}

// addressesOne says whether the action looks a record up and its guard looks at that record. The guards of managers
// look at no record. Lists, creations and batches look none up.
func addressesOne(action Action, guard guardName) bool {
	if isManagerGuard(guard) {
		return false
	}
	switch action {
	case Get, Update, Delete, Downloads, Related, EmailTemplates, SendEmail, SendOrderDetails:
		return true
	case Create:
		return guard == byOrderRead
	default:
		return false
	}
}

// after are refusals that come after the permission was passed.
func (s Site) after(resource Resource, action Action, rec Record) []Check {
	switch {
	case resource == Products && action == Create && rec.UnapprovedDownload:
		// A file outside the approved directories is added to them only for a caller who may manage options.
		return []Check{{After: true, Needs: []string{"manage_options"}, Status: 400, Code: "product_invalid_download",
			Guard: "approved download directories", Source: "oracle products.create.downloadable"}}
	case resource == Products && action == Update && rec.IsVariation:
		return []Check{{Never: true, After: true, Status: 404, Code: "woocommerce_rest_invalid_product_id",
			Guard: "variation through products", Source: "oracle products.update.variation_through_products"}}
	case resource == OrdersV1 && rec.Row == PlaceholderPost && action == Get:
		return []Check{{Never: true, After: true, Status: 404, Code: "woocommerce_rest_invalid_shop_order_id",
			Guard: "wc/v1 reads posts", Source: "docs/woocommerce/permissions.md#fact-12"}}
	case resource == OrdersV1 && rec.Row == PlaceholderPost && action == Update:
		return []Check{{Never: true, After: true, Status: 400, Code: "woocommerce_rest_shop_order_invalid_id",
			Guard: "wc/v1 reads posts", Source: "docs/woocommerce/permissions.md#fact-12"}}
	}
	return nil
}

// brokenBatch is the failure of settings/batch: the batch passes its permission, and then every item fails its own
// check.
func (s Site) brokenBatch(op Operation) []Check {
	if op.Resource != Settings {
		return nil
	}
	return []Check{{Never: true, Item: true, Status: 405, Code: "invalid-method", Guard: "settings/batch",
		Source: "docs/woocommerce/permissions.md#fact-6"}}
}

// withRow fills in the row of wp_posts that the resource usually has.
func (s Site) withRow(resource Resource, rec Record) Record {
	if rec.Status == "" {
		rec.Status = "publish"
	}
	if rec.Status == "trash" && rec.TrashedFrom == "" {
		rec.TrashedFrom = "publish"
	}
	if rec.Row == "" {
		switch resource {
		case Orders, OrderNotes, OrderActions, OrderReceipt, OrdersV1, OrdersV2:
			rec.Row, _ = s.Storage.OrderRow()
		case Refunds:
			if rec.Row, _ = s.Storage.OrderRow(); rec.Row == ShopOrderPost {
				rec.Row = RefundPost
			}
		case Products:
			rec.Row = ProductPost
		case Variations:
			rec.Row = VariationPost
		case Coupons:
			rec.Row = CouponPost
		}
	}
	if rec.IsVariation {
		rec.Row = VariationPost
	}
	switch rec.Row {
	case ShopOrderPost, PlaceholderPost:
		// No order status is one of WordPress' own (wc-processing, draft), so WordPress never asks for the capabilities
		// of published or private records.
		rec.Status, rec.TrashedFrom = "draft", ""
		if rec.Trashed && rec.Row == ShopOrderPost {
			rec.Registered = "" // the row is in the trash, which is neither public nor private
		}
	}
	return rec
}

func isManagerGuard(name guardName) bool {
	return name == byManager || name == byReports || name == byOptions || name == byNobody || name == byFulfillment
}

func isShipping(resource Resource) bool {
	return resource == ShippingZones || resource == ShippingZoneLocations || resource == ShippingZoneMethods
}
