package mirror

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// readStale reads the lists of terms that changed products have marked. A step reads each list at most once; later
// marks wait for the next step.
func (s listing) readStale(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	waiting, err := s.repo.MarkCounts(ctx, s.StoreID)
	if err != nil {
		return err
	}
	for _, resource := range countingLists {
		if waiting[resource] == 0 {
			continue
		}
		marks, err := s.repo.Marks(ctx, s.StoreID, resource, s.Now(), rereadAtOnce)
		if err != nil {
			return err
		}
		for _, m := range marks {
			if err := s.readStaleOne(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// readStaleOne reads the list that a mark names.
//
// Failure policy: a list that cannot be read now is read later on its own schedule, so a refusal delays the list and
// loses nothing.
func (s listing) readStaleOne(ctx context.Context, m storage.Mark) error {
	l := listOf(m)
	if l != nil {
		if m.ID != 0 {
			// Waybill changed this term itself, so the list will show no difference to the mirror.
			marks, err := s.productsUnder(ctx, l, map[int64]bool{m.ID: true})
			if err != nil {
				return err
			}
			if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
				return err
			}
		}
		s.tally.begin(m.Resource, TaskList, 0, 0)
		err := s.read(ctx, l)
		if err != nil && !ask.NoRoute(err) && !ask.Gone(err) && !ask.Denied(err) {
			return err
		}
	}
	return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
}

// listOf returns the list of terms that a mark names; nil for another mark.
func listOf(m storage.Mark) *roster.List {
	if m.Resource == storage.AttributeTerms {
		return roster.AttributeTerms(m.ParentID)
	}
	for _, l := range roster.Lists() {
		if l.Resource == m.Resource {
			return l
		}
	}
	return nil
}
