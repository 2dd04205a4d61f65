package verify

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// lists compares the lists that are read whole. A list that differs is read once more.
func (v *verification) lists(ctx context.Context) error {
	for _, l := range roster.Lists() {
		if err := v.list(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) list(ctx context.Context, l *roster.List) error {
	if !v.wanted(l.Resource) && l.Each == nil {
		return nil
	}
	v.progress.Begin(l.Resource, 0)
	records, err := v.ListRecords(ctx, l)
	if err != nil {
		return v.guard(ctx, l.Resource, err)
	}
	if !l.Bundle {
		if err := v.watch.LearnInList(ctx, l.Resource, records, v.SampleOfList(l)); err != nil {
			return err
		}
	}
	outcome, err := v.compareList(ctx, l, records)
	if err != nil {
		return err
	}
	if len(outcome.differences) > 0 {
		if records, err = v.ListRecords(ctx, l); err != nil {
			return v.guard(ctx, l.Resource, err)
		}
		if outcome, err = v.compareList(ctx, l, records); err != nil {
			return err
		}
	}
	if v.wanted(l.Resource) {
		report := v.of(l.Resource)
		report.Store += len(records)
		report.Equal += outcome.equal
		for _, d := range outcome.differences {
			v.note(d)
		}
	}
	if l.Each == nil {
		return nil
	}
	for _, r := range records {
		for _, below := range l.Each(r) {
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

func (v *verification) compareList(ctx context.Context, l *roster.List, records []storage.Record) (listOutcome, error) {
	var o listOutcome
	shown := make(map[storage.Ref]storage.Record, len(records))
	for _, r := range records {
		shown[r.Ref] = r
	}
	q := storage.Query{StoreID: v.StoreID, Resource: l.Resource, ParentID: l.Parent, WithTrash: true}
	for held, err := range v.repo.Records(ctx, q) {
		if err != nil {
			return o, err
		}
		if !l.Owns(held) {
			continue
		}
		r, ok := shown[held.Ref]
		delete(shown, held.Ref)
		switch {
		case !ok:
			o.differences = append(o.differences,
				RecordDifference{Ref: held.Ref, ParentID: held.ParentID, Found: FoundOnlyMirror})
		case v.watch.Same.Content(l.Resource, r.Raw, held.Raw):
			o.equal++
		default:
			o.differences = append(
				o.differences,
				RecordDifference{Ref: held.Ref, ParentID: held.ParentID, Found: FoundDifferent,
					Fields: v.watch.Same.Differences(l.Resource, r.Raw, held.Raw, 5)},
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
