package mirror

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// families compares what belongs to parents: variations, and refunds and notes where they are read order by order.
func (v *verification) families(ctx context.Context) error {
	if v.refundsByOrder() && v.wanted(storage.Refunds) && v.of(storage.Orders).Skipped == "" {
		v.of(storage.Refunds).Skipped = "" // not listed by themselves, but compared here
	}
	if err := v.perOrder(ctx, storage.OrderNotes, v.step.opts.Notes); err != nil {
		return err
	}
	if err := v.perOrder(ctx, storage.Fulfillments, v.step.opts.Fulfillments); err != nil {
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
		v.step.tally.begin(r, TaskVerify, 0, 0)
		for _, parent := range v.parents[r] {
			if err := v.guard(ctx, r, v.family(ctx, families[r], parent)); err != nil {
				return err
			}
			if r == storage.Fulfillments && v.of(r).Skipped != "" {
				break // one answer holds for all orders
			}
		}
	}
	return nil
}

// perOrder gathers the orders whose notes or fulfilments are compared, at the cost of a request each: those of which
// the mirror holds some, besides those that were met on the way (remember).
//
// What is left in the mirror from a time when it was followed is compared for somebody who asks for it by name, and is
// else said to be left out.
func (v *verification) perOrder(ctx context.Context, r storage.Resource, extent Extent) error {
	if !v.wanted(r) {
		return nil
	}
	if extent == ExtentOff {
		held, err := v.step.mirror.repo.Counts(ctx, v.step.storeID, r)
		if err != nil {
			return err
		}
		n, named := held.Live+held.Trash, slices.Contains(v.opts.Resources, r)
		switch {
		case n == 0 && named:
			v.of(r).Skipped = "none are mirrored, as the mirror is told not to follow them"
		case n > 0 && !named:
			v.of(r).Skipped = fmt.Sprintf("%d are left from when they were followed; comparing them takes a request "+
				"for each order that has some, so they are compared when asked for by name", n)
		}
		if n == 0 || !named {
			return nil
		}
	}
	return v.parentsHeld(ctx, r)
}

// parentsHeld adds the parents of which the mirror holds children of a kind.
func (v *verification) parentsHeld(ctx context.Context, r storage.Resource) error {
	seen := map[int64]bool{}
	for _, parent := range v.parents[r] {
		seen[parent] = true
	}
	q := storage.Query{StoreID: v.step.storeID, Resource: r, WithTrash: true}
	for child, err := range v.step.mirror.repo.Records(ctx, q) {
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

func (v *verification) family(ctx context.Context, f *family, parent int64) error {
	listed := map[int64][]byte{}
	err := v.step.eachChild(ctx, f, parent, func(readings []reading.Reading) error {
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
				Ref:      storage.Ref{Resource: f.resource, ID: id},
				Modified: reading.OrEmpty(f.resource, raw).Modified,
				Raw:      raw,
			},
		)
	}
	if err := v.step.watching().learnInList(ctx, f.resource, records, v.step.sampleOfFamily(f, parent)); err != nil {
		return err
	}
	for held, err := range v.step.mirror.repo.Children(ctx, v.step.storeID, f.resource, parent) {
		if err != nil {
			return err
		}
		raw, ok := listed[held.ID]
		switch {
		case !ok:
			v.suspect(held.Ref, parent, false)
		case v.step.same.Content(f.resource, raw, held.Raw):
			v.equal(f.resource)
		default:
			v.suspect(held.Ref, parent, true)
		}
		delete(listed, held.ID)
	}
	for id := range listed {
		v.suspect(storage.Ref{Resource: f.resource, ID: id}, parent, true)
	}
	return nil
}

// lists compares what is read whole. A list that differs is read once more.
func (v *verification) lists(ctx context.Context) error {
	for _, l := range lists() {
		if err := v.list(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) list(ctx context.Context, l *list) error {
	if !v.wanted(l.resource) && l.each == nil {
		return nil
	}
	v.step.tally.begin(l.resource, TaskVerify, 0, 0)
	records, err := v.step.listing().records(ctx, l)
	if err != nil {
		return v.guard(ctx, l.resource, err)
	}
	if !l.bundle {
		if err := v.step.watching().learnInList(ctx, l.resource, records, v.step.listing().sample(l)); err != nil {
			return err
		}
	}
	outcome, err := v.compareList(ctx, l, records)
	if err != nil {
		return err
	}
	if len(outcome.differences) > 0 {
		if records, err = v.step.listing().records(ctx, l); err != nil {
			return v.guard(ctx, l.resource, err)
		}
		if outcome, err = v.compareList(ctx, l, records); err != nil {
			return err
		}
	}
	if v.wanted(l.resource) {
		report := v.of(l.resource)
		report.Store += len(records)
		report.Equal += outcome.equal
		for _, d := range outcome.differences {
			v.note(d)
		}
	}
	if l.each == nil {
		return nil
	}
	for _, r := range records {
		for _, below := range l.each(r) {
			if err := v.list(ctx, below); err != nil {
				return err
			}
		}
	}
	return nil
}

type listOutcome struct {
	equal       int
	differences []RecordDifference
}

func (v *verification) compareList(ctx context.Context, l *list, records []storage.Record) (listOutcome, error) {
	var o listOutcome
	shown := make(map[storage.Ref]storage.Record, len(records))
	for _, r := range records {
		shown[r.Ref] = r
	}
	q := storage.Query{StoreID: v.step.storeID, Resource: l.resource, ParentID: l.parent, WithTrash: true}
	for held, err := range v.step.mirror.repo.Records(ctx, q) {
		if err != nil {
			return o, err
		}
		if !l.owns(held) {
			continue
		}
		r, ok := shown[held.Ref]
		delete(shown, held.Ref)
		switch {
		case !ok:
			o.differences = append(o.differences,
				RecordDifference{Ref: held.Ref, ParentID: held.ParentID, Found: FoundOnlyMirror})
		case v.step.same.Content(l.resource, r.Raw, held.Raw):
			o.equal++
		default:
			o.differences = append(
				o.differences,
				RecordDifference{Ref: held.Ref, ParentID: held.ParentID, Found: FoundDifferent,
					Fields: v.step.same.Differences(l.resource, r.Raw, held.Raw, 5)},
			)
		}
	}
	for _, r := range records {
		if _, left := shown[r.Ref]; left {
			o.differences = append(o.differences,
				RecordDifference{Ref: r.Ref, ParentID: r.ParentID, Found: FoundOnlyStore})
		}
	}
	return o, nil
}
