package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// families compares the records that belong to parents: variations, and also refunds and notes where these are read
// order by order.
func (v *verification) families(ctx context.Context) error {
	if v.refundsByOrder() && v.wanted(storage.Refunds) && v.of(storage.Orders).Skipped == "" {
		v.of(storage.Refunds).Skipped = "" // not listed by themselves, and compared here instead
	}
	if err := v.perOrder(ctx, storage.OrderNotes, v.notesOf); err != nil {
		return err
	}
	if err := v.perOrder(ctx, storage.Fulfillments, v.fulfillmentsOf); err != nil {
		return err
	}
	if v.wanted(storage.Variations) {
		if err := v.guard(ctx, storage.Variations, v.strayParents(ctx)); err != nil {
			return err
		}
	}
	for _, r := range []storage.Resource{
		storage.Variations, storage.Refunds, storage.OrderNotes, storage.Fulfillments,
	} {
		if !v.wanted(r) {
			continue
		}
		v.progress.Begin(r, 0)
		for _, parent := range v.parents[r] {
			if err := v.guard(ctx, r, v.family(ctx, roster.Families[r], parent)); err != nil {
				return err
			}
			if r == storage.Fulfillments && v.of(r).Skipped != "" {
				break // the answer for one order holds for all
			}
		}
	}
	return nil
}

// perOrder collects the orders whose notes or fulfilments are compared, at the cost of a request each. These are the
// orders of which the comparison saw some, and those of which the mirror holds some.
//
// Notes or fulfilments that the mirror once followed and does not follow any more are compared only when they are asked
// for by name. Otherwise the report says that they are left out.
func (v *verification) perOrder(ctx context.Context, r storage.Resource, extent roster.Extent) error {
	if !v.wanted(r) {
		return nil
	}
	if extent == roster.ExtentOff {
		held, err := v.repo.Counts(ctx, v.StoreID, r)
		if err != nil {
			return err
		}
		n, named := held.Live+held.Trash, slices.Contains(v.opts.Resources, r)
		switch {
		case n == 0 && named:
			v.of(r).Skipped = "none are mirrored, as the mirror is told not to follow them"
		case n > 0 && !named:
			v.of(r).Skipped = fmt.Sprintf("the mirror is told not to follow them and holds %d, of writes or of an "+
				"earlier time; comparing them takes a request for each order that has some, so they are compared when "+
				"asked for by name", n)
		}
		if n == 0 || !named {
			return nil
		}
	}
	return v.parentsHeld(ctx, r)
}

// parentsHeld adds the parents below which the mirror holds children of a kind.
func (v *verification) parentsHeld(ctx context.Context, r storage.Resource) error {
	seen := map[int64]bool{}
	for _, parent := range v.parents[r] {
		seen[parent] = true
	}
	q := storage.Query{StoreID: v.StoreID, Resource: r, WithTrash: true}
	for child, err := range v.repo.Records(ctx, q) {
		if err != nil {
			return err
		}
		if !seen[child.ParentID] {
			seen[child.ParentID] = true
			v.parents[r] = append(v.parents[r], child.ParentID)
		}
	}
	return nil
}

func (v *verification) family(ctx context.Context, f *roster.Family, parent int64) error {
	listed := map[int64][]byte{}
	err := v.EachChild(ctx, f, parent, func(readings []reading.Reading) error {
		for i := range readings {
			listed[readings[i].ID] = readings[i].Raw
		}
		return nil
	})
	if err != nil && !ask.Gone(err) {
		return err
	}
	var records []storage.Record
	for id, raw := range listed {
		records = append(
			records,
			storage.Record{
				Ref:      storage.Ref{Resource: f.Resource, ID: id},
				Modified: reading.OrEmpty(f.Resource, raw).Modified,
				Raw:      raw,
			},
		)
	}
	if err := v.watch.LearnInList(ctx, f.Resource, records, v.SampleOfFamily(f, parent)); err != nil {
		return err
	}
	for held, err := range v.repo.Children(ctx, v.StoreID, f.Resource, parent) {
		if err != nil {
			return err
		}
		raw, ok := listed[held.ID]
		switch {
		case !ok:
			v.suspect(held.Ref, parent, false)
		case v.watch.Same.Content(f.Resource, raw, held.Raw):
			v.equal(f.Resource)
		default:
			v.suspect(held.Ref, parent, true)
		}
		delete(listed, held.ID)
	}
	for id := range listed {
		v.suspect(storage.Ref{Resource: f.Resource, ID: id}, parent, true)
	}
	return nil
}
