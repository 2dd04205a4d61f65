package compare

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// A shop whose database was put back to an earlier state gives its ids out again, and so does another shop that begins
// to answer at the same address. The id that a write names is another record's then.

// lifelong are members that a record keeps all its life. An order's key is made once and by chance; the day on which a
// user registered is nowhere to be edited. The other dates and names can be, so that all of them have to differ.
var lifelong = map[storage.Resource][]string{
	storage.Orders:     {"order_key"},
	storage.Customers:  {"date_created_gmt"},
	storage.Coupons:    {"date_created_gmt", "code"},
	storage.Products:   {"date_created_gmt", "name", "sku"},
	storage.Variations: {"date_created_gmt", "sku", "parent_id"},
}

// Replaced names the members by which a record is certainly not the one that stood under its id before; none where it
// may be the same.
func Replaced(r storage.Resource, before, now json.RawMessage) []intent.FieldError {
	was, err1 := document.Parse(before)
	is, err2 := document.Parse(now)
	members := lifelong[r]
	if before == nil || now == nil || err1 != nil || err2 != nil || len(members) == 0 {
		return nil
	}
	fields := make([]intent.FieldError, len(members))
	for i, member := range members {
		a, b := document.AllText(was[member]), document.AllText(is[member])
		if a == "" || b == "" || a == b {
			return nil
		}
		fields[i] = intent.FieldError{Field: member, Message: fmt.Sprintf("%s before, %s now", cut(a), cut(b))}
	}
	return fields
}

// Identity is of a record what Replaced compares.
func Identity(r storage.Resource, record json.RawMessage) json.RawMessage {
	o, err := document.Parse(record)
	if err != nil || len(lifelong[r]) == 0 {
		return nil
	}
	kept := document.Object{"id": o["id"]}
	for _, member := range lifelong[r] {
		kept[member] = o[member]
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		return nil
	}
	return raw
}

// LifelongMembers are the members that have to be asked for to tell whether a record was replaced.
func LifelongMembers(r storage.Resource) string { return "id," + strings.Join(lifelong[r], ",") }

// AnotherRecord is the reason of a write whose record was replaced.
func AnotherRecord(ref storage.Ref, fields []intent.FieldError, now json.RawMessage) *intent.Reason {
	return &intent.Reason{Code: intent.CodeConflict, Fields: fields, Theirs: now, Message: fmt.Sprintf(
		"%s is another record than the one that was meant (%s): the shop was put back to an earlier state and gave "+
			"the id out again, or another shop answers at its address. Nothing is sent. If the record that is there "+
			"now is meant: ⟨retry⟩ sends it; else ⟨discard⟩ drops it", ref, Colons(fields))}
}

// clocksDiffer is how much the store's clock and ours may differ where they are set.
const clocksDiffer = 15 * time.Second

// Another says whether the record that has the number of a write that is done is certainly another one. Of a create it
// came afterwards and does not carry the mark. One that came at about the same time, without a mark that something may
// have taken away, has to be foreign by what is in it as well. One that is older is the one: it was edited since.
func Another(w intent.Write, record json.RawMessage) bool {
	if w.Action == intent.Update {
		return len(Replaced(w.Resource, w.Base, record)) > 0
	}
	o, err := document.Parse(record)
	created, unread := time.Parse(storage.WooTime, document.Text(o, "date_created_gmt"))
	if err != nil || unread != nil || intent.MarkerOf(record) == w.ID {
		return false
	}
	since := created.Sub(w.DoneAt)
	return since > clocksDiffer || since >= -clocksDiffer && Stand(w, record, 0) == Foreign
}
