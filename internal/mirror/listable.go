package mirror

import (
	"context"
	"slices"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// notListed is the reason in the mark of a record that a list lacks.
const notListed = "the store lists it no more"

// checkListable asks for an order through the list, by its status alone, after the list lacked the order and the order
// answered under its id. If the list then shows neither this order nor any other, the store hides all orders of that
// status. An order that is hidden alone, as plugins for vendors do, says nothing about the others.
func (s *step) checkListable(ctx context.Context, r *reading.Reading) error {
	if r.Status == storage.StatusTrash || s.IsHidden(r.Status) || s.LeftOut(r.Status) || len(s.Named()) == 0 {
		return nil
	}
	for _, filter := range [][]string{{"include", strconv.FormatInt(r.ID, 10)}, {"per_page", "1"}} {
		q := ask.Query(nil, append(filter, "status", r.Status, "_fields", "id")...)
		got, err := s.Asker.List(ctx, roster.Orders.Path(), s.Asker.Fresh(q))
		if err != nil || ask.Length(got) > 0 {
			return err
		}
	}
	s.About.Unlistable = append(s.About.Unlistable, r.Status)
	if err := s.rehide(ctx); err != nil {
		return err
	}
	return s.keepAbout()
}

// noteHidden updates the list of hidden orders after an order was read, and returns whether the list changed.
func (s *step) noteHidden(r *reading.Reading) bool {
	known := s.About.Hidden.Known
	at, found := slices.BinarySearch(known, r.ID)
	switch is := s.IsHidden(r.Status); {
	case is && !found:
		s.About.Hidden.Known = slices.Insert(known, at, r.ID)
	case !is && found:
		s.About.Hidden.Known = slices.Delete(known, at, at+1)
	default:
		return false
	}
	return true
}

// unhide removes an order that is gone from the list of hidden orders. It returns the cursors to save.
func (s *step) unhide(id int64) []storage.Cursor {
	if at, found := slices.BinarySearch(s.About.Hidden.Known, id); found {
		s.About.Hidden.Known = slices.Delete(s.About.Hidden.Known, at, at+1)
		return []storage.Cursor{s.aboutCursor()}
	}
	return nil
}

// rehide finds the mirrored orders that no list shows, after the statuses that lists name have changed.
func (s *step) rehide(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	var known []int64
	q := storage.Query{StoreID: s.StoreID, Resource: storage.Orders, OldestFirst: true}
	for held, err := range s.repo.Records(ctx, q) {
		if err != nil {
			return err
		}
		if s.IsHidden(held.Status) {
			known = append(known, held.ID)
		}
	}
	s.About.Hidden.Known = known
	return nil
}
