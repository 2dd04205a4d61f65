package storage

import (
	"encoding/json"

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

// SameContent says whether two readings of a record show the same content.
func SameContent(r Resource, a, b json.RawMessage) bool {
	return jsonvalue.Equal(a, b, volatileMembers[r]...)
}
