package mirror

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people about a store that a pull returns.

// notRead says that a resource is left out, and why.
func notRead(r storage.Resource, err error) string {
	return string(r) + ": " + ask.WhoRefuses(err) + ", so the mirror goes without: " + err.Error()
}

// refusedNow says that a resource was read before and is refused now.
func refusedNow(r storage.Resource, err error) string {
	return string(r) + ": the store refuses now what it gave before, so their copy stands still: " + err.Error()
}

// lacksRecord says that the store fails on one record.
func lacksRecord(r storage.Resource, id int64, cause error) string {
	return fmt.Sprintf("%s/%d: the store fails on this record, so the mirror lacks it: %v", r, id, cause)
}

// stillLacksRecord says why a record that was to be read again is still not there.
func stillLacksRecord(m storage.Mark) string {
	return storage.Ref{Resource: m.Resource, ID: m.ID}.String() + ": " + m.Reason
}

// behindCache says that a cache answers in the store's place, and what gave it away.
func behindCache(sign string) string {
	return "a cache in front of the store answers API requests (" + sign +
		"); every request is made past it. Exclude /wp-json/ from it"
}

// unseenOrders says how many orders the store counts and shows to nobody.
func unseenOrders(n int) string {
	return fmt.Sprintf("orders: the store counts %d that it shows in no list, so the mirror lacks them: "+
		"nothing registers their status, or they are drafts of order pages", n)
}

// unlisted says how many records the store counts and does not show.
func unlisted(u storage.Unlisted) string {
	why := "something on the store hides records from its lists"
	if u.OnePage {
		why = pages.StuckReason
	}
	return fmt.Sprintf("%s: the store counts %d, its lists show %d, and the mirror lacks the others: %s", u.Resource,
		u.Counted, u.Shown, why)
}

// replacedOrders says that orders have others under their ids than before.
func replacedOrders(n int) string {
	return fmt.Sprintf("orders: under %d ids stand other orders than before: the shop was put back to an earlier "+
		"state and gave the ids out again. What was written to the shop since that state is gone from it: "+
		"waybill outbox list --state done names it, and --again makes it anew", n)
}
