package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/storage/jsonvalue"
)

// VolatileMembers are members of a resource's records that differ from one
// reading to the next although the record did not change. The mirror keeps
// them as last read together with a real change; they neither make a change
// nor count as a difference.
//
//   - products.related_ids: WooCommerce shuffles them on every read and picks
//     anew (wc_get_related_products; measured on 10.0.2).
//   - refunds.parent_id: only the list of all refunds (WooCommerce 9.0 and
//     later) has it, the refunds of one order have not; the order is
//     [Record.ParentID] either way.
func VolatileMembers(r Resource) []string { return volatileMembers[r] }

var volatileMembers = map[Resource][]string{
	Products: {"related_ids"},
	Refunds:  {"parent_id"},
}

// unordered are lists that stand in no order. WooCommerce reads the meta data
// of orders from their tables without ORDER BY, so that the same entries come
// in one order in a list and in another alone (measured on 9.9.0).
var unordered = []string{"meta_data"}

func rules(r Resource) jsonvalue.Rules {
	return jsonvalue.Rules{Ignore: volatileMembers[r], Unordered: unordered}
}

// SameContent says whether two readings of a record show the same content.
func SameContent(r Resource, a, b json.RawMessage) bool { return rules(r).Equal(a, b) }

// SameMember says whether a member of two readings shows the same content.
func SameMember(r Resource, name string, a, b json.RawMessage) bool {
	if slices.Contains(volatileMembers[r], name) || bytes.Equal(a, b) {
		return true
	}
	alone := func(value json.RawMessage) []byte { return fmt.Appendf(nil, "{%q:%s}", name, value) }
	return rules(r).Equal(alone(a), alone(b))
}

// Differences lists up to limit places where two readings show other content.
func Differences(r Resource, a, b json.RawMessage, limit int) []jsonvalue.Difference {
	return rules(r).Differences(a, b, limit)
}
