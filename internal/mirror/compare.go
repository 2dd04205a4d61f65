package mirror

import (
	"context"
	"encoding/json"
	"math"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// compare compares a page of cheap fields with the mirror and returns marks for what differs: records that the mirror
// lacks, records whose fields differ, and records in the page's span of ids that the store does not list. The span is
// complete, because the pages of a chain overlap.
//
// within narrows the mirror's side to what the page's filter selects. compare fills in the resource and the ids of
// within.
func (s *step) compare(
	ctx context.Context, c *roster.Collection, p *pages.Page, within storage.Range,
) ([]storage.Mark, error) {
	within.Resource, within.AfterID, within.ToID = c.Resource, p.AfterID, p.LastID()
	if p.Last {
		within.ToID = math.MaxInt64
	}
	var marks []storage.Mark
	mark := func(id, parent int64, reason string) {
		marks = append(marks, storage.Mark{Resource: c.Resource, ID: id, ParentID: parent, Reason: reason})
	}
	listed := p.Readings[len(p.Readings)-p.Fresh:]
	for held, err := range s.repo.Between(ctx, s.StoreID, within) {
		if err != nil {
			return nil, err
		}
		for len(listed) > 0 && listed[0].ID < held.ID {
			mark(listed[0].ID, listed[0].ParentID, "the store lists it, the mirror lacks it")
			listed = listed[1:]
		}
		if len(listed) == 0 || listed[0].ID > held.ID {
			if c != roster.Orders || !s.IsHidden(held.Status) { // an order that no list shows is read by itself
				mark(held.ID, held.ParentID, notListed)
			}
			continue
		}
		same := s.sameFields
		if p.Whole {
			same = s.watch.Same.Content // a member that is gone counts as well
		}
		if listed[0].ParentID != held.ParentID || !same(c.Resource, listed[0].Raw, held.Raw) {
			mark(held.ID, held.ParentID, "the store lists it with other values")
		}
		listed = listed[1:]
	}
	for i := range listed {
		mark(listed[i].ID, listed[i].ParentID, "the store lists it, the mirror lacks it")
	}
	return marks, nil
}

// sameFields says whether every member of part has the same value in whole.
func (s *step) sameFields(r storage.Resource, part, whole json.RawMessage) bool {
	wanted := map[string]json.RawMessage{}
	for m, err := range jsonvalue.Members(part) {
		if err != nil {
			return false
		}
		wanted[string(m.Name)] = m.Value
	}
	delete(wanted, "_links") // some versions add it in spite of _fields
	if r == storage.Refunds {
		// The list of all refunds shows parent_id, a refund's own address does not (WooCommerce 10.0.2). The mirror
		// keeps it as a column of the record.
		delete(wanted, "parent_id")
	}
	for _, name := range storage.VolatileMembers(r) {
		delete(wanted, name)
	}
	for m, err := range jsonvalue.Members(whole) {
		if err != nil {
			return false
		}
		value, ok := wanted[string(m.Name)]
		if !ok {
			continue
		}
		if !s.watch.Same.Member(r, string(m.Name), value, m.Value) {
			return false
		}
		delete(wanted, string(m.Name))
	}
	return len(wanted) == 0
}
