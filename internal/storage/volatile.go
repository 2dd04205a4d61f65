package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// VolatileMembers are members of a resource's records that differ from one reading to the next on every store, although
// the record did not change. They make no change and count as no difference. The mirror keeps them as they were read
// with the last real change. What differs on one store alone is learned by the mirror, see [Sameness].
//
//   - products.related_ids: WooCommerce shuffles them on every read and picks anew (wc_get_related_products; measured
//     on 10.0.2).
//   - refunds.parent_id: only the list of all refunds (WooCommerce 9.0 and later) has this member; the refunds of one
//     order do not. [Record.ParentID] holds the order either way.
func VolatileMembers(r Resource) []string { return volatileMembers[r] }

var volatileMembers = map[Resource][]string{
	Products: {"related_ids"},
	Refunds:  {"parent_id"},
}

// unordered are lists whose order means nothing. WooCommerce reads the meta data of orders from its tables without
// ORDER BY. So the same entries come in one order in a list, and in another order in a single record (measured on
// 9.9.0).
var unordered = []string{"meta_data"}

// Sameness says when two readings of a record of one store show the same content. The zero value and nil know the rules
// that are true for every store.
type Sameness struct {
	masks map[Resource][]jsonvalue.Mask
}

// NewSameness also ignores the values at some places of a resource's records.
func NewSameness(masks map[Resource][]jsonvalue.Mask) *Sameness { return &Sameness{masks: masks} }

func (s *Sameness) rules(r Resource) jsonvalue.Rules {
	rules := jsonvalue.Rules{Ignore: volatileMembers[r], Unordered: unordered}
	if s != nil {
		rules.Masks = s.masks[r]
	}
	return rules
}

// Content says whether two readings of a record show the same content.
func (s *Sameness) Content(r Resource, a, b json.RawMessage) bool { return s.rules(r).Equal(a, b) }

// Member says whether a member of two readings shows the same content.
func (s *Sameness) Member(r Resource, name string, a, b json.RawMessage) bool {
	if slices.Contains(volatileMembers[r], name) || bytes.Equal(a, b) {
		return true
	}
	alone := func(value json.RawMessage) []byte { return fmt.Appendf(nil, "{%q:%s}", name, value) }
	return s.rules(r).Equal(alone(a), alone(b))
}

// Differences lists up to limit places where two readings show other content.
func (s *Sameness) Differences(r Resource, a, b json.RawMessage, limit int) []jsonvalue.Difference {
	return s.rules(r).Differences(a, b, limit)
}

// Places lists the places where two readings show other content, in the form of masks.
func (s *Sameness) Places(r Resource, a, b json.RawMessage) []jsonvalue.Place {
	return s.rules(r).Places(a, b)
}

// SameContent is [Sameness.Content] by the rules that are true for every store.
func SameContent(r Resource, a, b json.RawMessage) bool { return (*Sameness)(nil).Content(r, a, b) }
