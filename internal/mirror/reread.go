package mirror

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// rereadAtOnce is how many marks are looked up together.
const rereadAtOnce = 100

// all reads again all marked records that are due.
//
// Failure policy: a record is only removed from the mirror when the store, asked for exactly this record, says that it
// knows none. Being absent from a list is a hint, never a proof.
func (s rereading) all(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	waiting, err := s.repo.MarkCounts(ctx, s.StoreID)
	if err != nil {
		return err
	}
	if waiting[storage.OrderLines] > 0 {
		if err := s.lines(ctx); err != nil {
			return err
		}
	}
	// A reading can make new marks (an order marks its products), so the resources stand in an order in which new marks
	// come later.
	for _, r := range []storage.Resource{
		storage.Orders, storage.Refunds, storage.OrderNotes, storage.Fulfillments,
		storage.Products, storage.Variations, storage.Coupons, storage.Customers,
	} {
		if waiting[r]+waiting[storage.OrderLines] == 0 && r == storage.Orders {
			continue
		}
		if err := s.resource(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// lines turns a mark for the lines that show a product into marks for each order and refund with such lines.
func (s rereading) lines(ctx context.Context) error {
	marks, err := s.repo.Marks(ctx, s.StoreID, storage.OrderLines, s.Now(), 0)
	if err != nil || len(marks) == 0 {
		return err
	}
	return s.tracing().markOrdersWith(ctx, marks)
}

func (s rereading) resource(ctx context.Context, r storage.Resource) error {
	for {
		if err := s.flushed(); err != nil {
			return err
		}
		marks, err := s.repo.Marks(ctx, s.StoreID, r, s.Now(), min(rereadAtOnce, s.PerPage))
		if err != nil || len(marks) == 0 {
			return err
		}
		s.tally.begin(r, TaskReread, 0, len(marks))
		var single []storage.Mark
		for _, m := range marks {
			if m.ID != 0 {
				single = append(single, m)
			} else if err := s.family(ctx, m); err != nil {
				return err
			}
		}
		if err := s.singles(ctx, r, single); err != nil {
			return err
		}
	}
}

// singles reads records by their ids: together where a list shows them, and the others one by one.
func (s rereading) singles(ctx context.Context, r storage.Resource, marks []storage.Mark) error {
	c := roster.CollectionOf(r)
	if c != nil && len(marks) > 1 && !(c == roster.Refunds && s.RefundsByOrder) {
		var err error
		chunk := len(marks)
		if marks, err = s.together(ctx, c, marks, nil); err != nil {
			return err
		}
		if c.Route.HasTrash() && len(marks) > 2 {
			if marks, err = s.together(ctx, c, marks, []string{"status", storage.StatusTrash}); err != nil {
				return err
			}
		}
		if marks, err = s.foresee(ctx, c, chunk, marks); err != nil {
			return err
		}
	}
	for _, m := range marks {
		if err := s.one(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// together reads marked records through their list, and returns the marks of the records that the list does not show.
func (s rereading) together(
	ctx context.Context, c *roster.Collection, marks []storage.Mark, filter []string,
) ([]storage.Mark, error) {
	ids := make([]int64, len(marks))
	wanted := make(map[int64]storage.Mark, len(marks))
	for i, m := range marks {
		ids[i], wanted[m.ID] = m.ID, m
	}
	readings, err := s.ByIDs(ctx, c, ids, filter...)
	if err != nil {
		return nil, err
	}
	shown := make(map[int64]bool, len(readings))
	for i := range readings {
		r := &readings[i]
		shown[r.ID] = true
		if r.ParentID == 0 && c != roster.Refunds {
			r.ParentID = wanted[r.ID].ParentID
		}
		r.Decisive = true
	}
	batch, _, err := s.tracing().changed(ctx, c, readings)
	if err != nil {
		return nil, err
	}
	var left []storage.Mark
	for _, m := range marks {
		if shown[m.ID] {
			batch.Done = append(batch.Done, m)
		} else {
			left = append(left, m)
		}
	}
	batch.Marks = withoutDone(batch.Marks, batch.Done)
	s.tally.read(len(readings))
	return left, s.writer.put(batch)
}

// withoutDone drops the marks of records that are in the same batch: an order may mark a product while that product is
// being read.
func withoutDone(marks, done []storage.Mark) []storage.Mark {
	var left []storage.Mark
	for _, m := range marks {
		satisfied := false
		for _, d := range done {
			satisfied = satisfied || d.Resource == m.Resource && d.ID == m.ID && d.ParentID == m.ParentID
		}
		if !satisfied {
			left = append(left, m)
		}
	}
	return left
}
