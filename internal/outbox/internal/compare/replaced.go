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

// A shop whose database was put back to an earlier state uses ids again. Another shop that answers at the same address
// has its own records under the same ids. The id that a write names then belongs to another record.

// lifelong are members that a record keeps all its life. An order's key is random and set once. No page lets anybody
// edit the day on which a user registered. The other dates and names can be edited, so all of them have to differ.
var lifelong = map[storage.Resource][]string{
	storage.Orders:     {"order_key"},
	storage.Customers:  {"date_created_gmt"},
	storage.Coupons:    {"date_created_gmt", "code"},
	storage.Products:   {"date_created_gmt", "name", "sku"},
	storage.Variations: {"date_created_gmt", "sku", "parent_id"},
}

// Replaced names the members that prove that another record now has a record's id; none when it may be the same record.
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

// Identity returns the members of a record that [Replaced] compares, as a JSON object.
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

// LifelongMembers returns the members to read for [Replaced], as a value of the parameter _fields.
func LifelongMembers(r storage.Resource) string { return "id," + strings.Join(lifelong[r], ",") }

// AnotherRecord returns the reason of a write whose record was replaced.
func AnotherRecord(ref storage.Ref, fields []intent.FieldError, now json.RawMessage) *intent.Reason {
	return &intent.Reason{Code: intent.CodeConflict, Fields: fields, Theirs: now, Message: fmt.Sprintf(
		"%s is another record than the one that was meant (%s): the shop was put back to an earlier state and gave "+
			"the id out again, or another shop answers at its address. Nothing is sent. If the record that is there "+
			"now is meant: ⟨retry⟩ sends it; else ⟨discard⟩ drops it", ref, Colons(fields))}
}

// clocksDiffer is the largest difference between the store's clock and ours when both are set.
const clocksDiffer = 15 * time.Second

// Another says whether the record under the id of a done write is certainly another record. For a create that is a
// later record without the mark. A record of about the same time without a mark, which a plugin may have taken away,
// must be foreign by its content as well. An older record is the write's own: it was edited since.
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
