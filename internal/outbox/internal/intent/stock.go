package intent

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/storage"
)

// A stock is written in two ways.
//
// An absolute stock (stock_quantity) is a counted number. It wins over a sale in between, which is no conflict under
// the policy merge. It also wins over every waiting stock of the same product, which is discarded.
//
// A change of stock (inventory_delta) is added by the store itself to what it has, so a sale in between is kept. Such a
// change must not be sent twice, and its effect cannot be told from a sale. So it is sent alone, with a marker in the
// product's meta data, and the product is read right before. WooCommerce saves the meta data first and the stock after
// it (WC_Product_Data_Store_CPT::update). When the answer is lost:
//
//	marker there, stock is the one before and the change   done
//	marker there, another stock                            parked: the store may have died between the two, or somebody bought
//	marker not there, nothing moved since                  not in effect: sent again once the store's limit has passed
//	marker not there, the older marker of another change   the same: the store shows our markers
//	marker not there, something moved                      parked: a plugin may have taken the marker away
//
// One limit: the store adds to the stock that it has read a moment before (some milliseconds), as it does for every
// edit.

// StockMarkerKey is the meta key under which a product carries the id of the last change of its stock.
const StockMarkerKey = "_waybill_stock"

// stockFields are the fields of a write of stock. A newer stock does not supersede a write that names other fields too.
var stockFields = map[string]bool{"stock_quantity": true, "manage_stock": true, "inventory_delta": true}

// SetsStock says whether a write sets a stock to a number.
func SetsStock(w Write) bool { return names(w, "stock_quantity") }

// AddsStock says whether a write changes a stock by a number.
func AddsStock(w Write) bool { return names(w, "inventory_delta") }

func names(w Write, field string) bool {
	if w.Action != Update || w.Resource != storage.Products && w.Resource != storage.Variations {
		return false
	}
	body, err := document.Parse(w.Body)
	return err == nil && body[field] != nil
}

// Supersedes says whether a write makes an earlier one of the same record pointless: it sets the stock, and the earlier
// one does nothing but set or change the stock.
func Supersedes(w, older Write) bool {
	if !SetsStock(w) || w.Subject() != older.Subject() || w.Seq <= older.Seq || !SetsStock(older) &&
		!AddsStock(older) {
		return false
	}
	mine, err1 := document.Parse(w.Body)
	theirs, err2 := document.Parse(older.Body)
	if err1 != nil || err2 != nil {
		return false
	}
	for name := range theirs {
		if !stockFields[name] || name == "manage_stock" && mine[name] == nil {
			return false
		}
	}
	return true
}

// SupersededBy returns an earlier write of stock as discarded, because a newer one was accepted.
func SupersededBy(w, newer Write) Write {
	w.State, w.DoneAt = Discarded, newer.AcceptedAt
	w.Reason = &Reason{Code: CodeSuperseded,
		Message: fmt.Sprintf("a newer stock was written (%s): this one was not sent any more", newer.ID)}
	return w
}

// Wins says whether an absolute stock may overwrite what changed at a path meanwhile.
func Wins(w Write, path string) bool {
	return w.Policy == Merge && SetsStock(w) && (path == "stock_quantity" || path == "manage_stock")
}
