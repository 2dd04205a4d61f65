package mirror

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// The mirror notes which orders show a product when that is first asked for. Later uses bring the notes up to date from
// the log of changes. A first copy then needs no notes, and a change of a product costs a look at the changes since,
// not at all orders.
//
// Failure policy: the notes and the number of the last noted change are saved together. After a step that dies, the
// next step notes the rest; noting a record twice changes nothing.

// linesAtOnce is how many records one batch notes the lines of, and how many changes are read at once.
const linesAtOnce = 500

// noteLines brings the notes up to date that say which orders and refunds show which products.
func (s tracing) noteLines(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	noted, err := s.repo.LinesNoted(ctx, s.StoreID)
	if err != nil {
		return err
	}
	if noted == 0 {
		err = s.noteAllLines(ctx)
	} else {
		err = s.noteChangedLines(ctx, noted)
	}
	if err != nil {
		return err
	}
	return s.flushed()
}

// noteAllLines notes every order and refund, for the first time.
func (s tracing) noteAllLines(ctx context.Context) error {
	// The number is read before the records: later changes are then looked at again.
	last, err := s.repo.LastSeq(ctx)
	if err != nil {
		return err
	}
	var lines []storage.Lines
	for _, resource := range []storage.Resource{storage.Orders, storage.Refunds} {
		q := storage.Query{StoreID: s.StoreID, Resource: resource, WithTrash: true}
		for held, err := range s.repo.Records(ctx, q) {
			if err != nil {
				return err
			}
			if lines = append(lines, linesOf(held)); len(lines) == linesAtOnce {
				if err := s.writer.put(storage.Batch{Lines: lines}); err != nil {
					return err
				}
				lines = nil
			}
		}
	}
	return s.writer.put(storage.Batch{Lines: lines, LinesUpTo: last})
}

// noteChangedLines notes the lines of orders and refunds that changed after the last notes.
func (s tracing) noteChangedLines(ctx context.Context, noted int64) error {
	for {
		changes, err := s.repo.Changes(ctx, storage.ChangeQuery{StoreID: s.StoreID, After: noted,
			Resources: []storage.Resource{storage.Orders, storage.Refunds}, Limit: linesAtOnce})
		if err != nil || len(changes) == 0 {
			return err
		}
		var lines []storage.Lines
		seen := map[storage.Ref]bool{}
		for _, c := range changes {
			noted = c.Seq
			if seen[c.Ref] {
				continue
			}
			seen[c.Ref] = true
			held, err := s.repo.Record(ctx, s.StoreID, c.Ref)
			switch {
			case errors.Is(err, storage.ErrNotFound):
				lines = append(lines, storage.Lines{Ref: c.Ref})
			case err != nil:
				return err
			default:
				lines = append(lines, linesOf(held))
			}
		}
		if err := s.writer.put(storage.Batch{Lines: lines, LinesUpTo: noted}); err != nil {
			return err
		}
	}
}

// linesOf returns the products and variations that the lines of an order or a refund show.
func linesOf(held storage.Record) storage.Lines {
	items := reading.OrEmpty(held.Resource, held.Raw).Items
	return storage.Lines{Ref: held.Ref, ParentID: held.ParentID,
		Products: append(reading.IDsIn(items, "product_id"), reading.IDsIn(items, "variation_id")...)}
}
