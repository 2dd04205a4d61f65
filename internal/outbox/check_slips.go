package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A visible slip (a number without an order, a status that the shop does not know, a refund of more than is left) is
// refused on acceptance, and no write is kept that a person must tidy up.
//
// The rule: a record in the mirror exists. A record that is not in the mirror may be newer than the mirror, so the
// store is asked, and only WooCommerce's code for an unknown number refuses the write.
//
// Failure policy: when in doubt, a write is accepted, and the store decides when it is sent. There is doubt when the
// store cannot be asked, answers anything else, or is known to show old readings after a write, and for all records
// beyond the mostAsked that are asked for one by one. A record that is to be deleted is not looked for, because
// deleting a missing record is no slip.

// Missing says that the store does not have the record that a write is about or belongs to. Nothing was stored or sent.
type Missing struct {
	Index int // of the write in the call
	Ref   storage.Ref
}

func (e *Missing) Error() string {
	return fmt.Sprintf("the store has no %s %d", oneOf[e.Ref.Resource], e.Ref.ID)
}

// oneOf is the word for a single record of a resource in messages.
var oneOf = map[storage.Resource]string{storage.Orders: "order", storage.Products: "product",
	storage.Variations: "variation", storage.Customers: "customer", storage.Coupons: "coupon",
	storage.Categories: "category", storage.Tags: "tag"}

// mostAsked is the largest number of records that the check of one input asks for one by one.
const mostAsked = 20

// subjectOf returns the record that must exist for a write, and the list that shows the record; false when there is
// none.
func subjectOf(w intent.Write) (storage.Ref, string, bool) {
	switch {
	case w.Action == intent.Update && oneOf[w.Resource] != "":
		return w.Ref(), intent.Targets[w.Resource].Route.List(w.ParentID), w.RecordID > 0
	case w.Action == intent.Create && w.Resource == storage.Variations:
		return storage.Ref{Resource: storage.Products, ID: w.ParentID}, woo.RouteProducts.List(0), w.ParentID > 0
	case w.Action == intent.Create && w.ParentID > 0:
		return storage.Ref{Resource: storage.Orders, ID: w.ParentID}, woo.RouteOrders.List(0), true
	}
	return storage.Ref{}, "", false
}

// findSubjects looks for the records that writes are about and that the mirror does not know: first together in a list,
// then one by one those that the list does not show. It returns the records that the store does not have, by the
// indexes of their writes.
func (c *checking) findSubjects(
	ctx context.Context, writes []intent.Write, before map[int]intent.Write,
) (map[int]storage.Ref, error) {
	unknown := map[string][]int64{} // by list
	about := map[string][]int{}     // indexes of writes, by the record's path
	refs := map[string]storage.Ref{}
	for i, w := range writes {
		ref, path, has := subjectOf(w)
		if earlier, used := before[i]; !has || used && intent.Equivalent(earlier, w) {
			continue
		}
		_, err := c.b.repo.MirroredRecord(ctx, w.StoreID, ref)
		switch at := recordPath(path, ref.ID); {
		case err == nil:
		case !errors.Is(err, storage.ErrNotFound):
			return nil, err
		default:
			if about[at] == nil {
				unknown[path] = append(unknown[path], ref.ID)
			}
			about[at], refs[at] = append(about[at], i), ref
		}
	}
	if len(unknown) == 0 {
		return nil, nil
	}
	lessons, err := c.b.repo.OutboxLessons(ctx, writes[0].StoreID)
	if err != nil || lessons.ReadsLag > 0 {
		return nil, err
	}
	asked := 0
	missing := map[int]storage.Ref{}
	for path, ids := range unknown {
		if len(ids) > 1 {
			ids = c.notListed(ctx, path, refs[recordPath(path, ids[0])].Resource, ids)
		}
		for _, id := range ids {
			if asked++; asked > mostAsked {
				break
			}
			at := recordPath(path, id)
			_, err := read(ctx, c.shop, at, url.Values{"_fields": {"id"}})
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			for _, i := range about[at] {
				if isGone(err) {
					missing[i] = refs[at]
				}
			}
		}
	}
	return missing, nil
}

func recordPath(list string, id int64) string { return fmt.Sprintf("%s/%d", list, id) }

// notListed returns the ids that a list does not show.
func (c *checking) notListed(ctx context.Context, path string, r storage.Resource, ids []int64) []int64 {
	left := slices.Clone(ids)
	for part := range slices.Chunk(ids, fullPage) {
		include := make([]string, len(part))
		for i, id := range part {
			include[i] = strconv.FormatInt(id, 10)
		}
		query := intent.Targets[r].Route.Everything()
		query.Set("include", strings.Join(include, ","))
		query.Set("per_page", strconv.Itoa(fullPage))
		query.Set("_fields", "id")
		var found []struct {
			ID document.ID `json:"id"`
		}
		if list(ctx, c.shop, path, query, &found) != nil {
			return left // the caller asks for these one by one
		}
		for _, f := range found {
			left = slices.DeleteFunc(left, func(id int64) bool { return id == int64(f.ID) })
		}
	}
	return left
}

// knownStatus checks the status of an order against those that the store knows. An unknown status is looked up once
// more, because a plugin may have registered it a moment ago.
func (c *checking) knownStatus(
	ctx context.Context, v *validate.Violations, storeID int64, body document.Object,
) error {
	status := document.Text(body, "status")
	if status == "" || slices.Contains(alwaysTaken, status) {
		return nil
	}
	for try := range 2 {
		names, err := c.b.statuses(ctx, c.shop, storeID)
		if err != nil {
			return c.passing(ctx, err)
		}
		if slices.Contains(names, status) {
			return nil
		}
		if try == 0 {
			c.b.forgetStatuses(storeID)
			continue
		}
		meant := strings.TrimPrefix(status, "wc-")
		if !slices.Contains(names, meant) {
			meant = spelling.Nearest(status, names)
		}
		if meant != "" {
			meant = fmt.Sprintf("Did you mean %q? ", meant)
		}
		v.Add("status", "the store knows no status %q. %sIt has %s", status, meant, strings.Join(names, ", "))
	}
	return nil
}

// alwaysTaken are statuses of orders that a store may take although its own list leaves them out.
var alwaysTaken = []string{woo.StatusCheckoutDraft, woo.StatusAutoDraft, storage.StatusTrash, "draft"}

// refundLeft compares the amount of a refund with what is left of its order, as the store shows it now.
func refundLeft(order document.Object, amount decimal.Decimal) []intent.FieldError {
	total, known := document.Decimal(order["total"])
	var refunds []document.Object
	if !known || json.Unmarshal(order["refunds"], &refunds) != nil {
		return nil // nothing is certain without both
	}
	left := total
	for _, refund := range refunds {
		left = left.Sub(document.Amount(refund, "total").Abs())
	}
	if amount.LessThanOrEqual(left) {
		return nil
	}
	decimals := document.Decimals(document.Text(order, "total"))
	return []intent.FieldError{{Field: "amount", Message: fmt.Sprintf("%s is more than is left of the order: %s of %s",
		amount.StringFixed(decimals), left.StringFixed(decimals), total.StringFixed(decimals))}}
}
