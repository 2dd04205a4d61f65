package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// rereadAtOnce is how many marks are looked up together.
const rereadAtOnce = 100

// all reads all marked records that are due again.
//
// Failure policy: a record is only removed from the mirror when the store, asked for exactly this record, says that it
// knows none. Being absent from a list is a hint, never a proof.
func (s rereading) all(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	waiting, err := s.mirror.repo.MarkCounts(ctx, s.storeID)
	if err != nil {
		return err
	}
	if waiting[storage.OrderLines] > 0 {
		if err := s.lines(ctx); err != nil {
			return err
		}
	}
	// A reread can make new marks (an order marks its products), so resources come in an order in which those follow.
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

// lines turns marks of the lines of orders with a product into marks of each order and refund that has such lines.
func (s rereading) lines(ctx context.Context) error {
	marks, err := s.mirror.repo.Marks(ctx, s.storeID, storage.OrderLines, s.now(), 0)
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
		marks, err := s.mirror.repo.Marks(ctx, s.storeID, r, s.now(), min(rereadAtOnce, s.opts.PerPage))
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

// singles reads records by their ids: together where the store has a list of them, one by one what that list does not
// show.
func (s rereading) singles(ctx context.Context, r storage.Resource, marks []storage.Mark) error {
	c := collectionOf(r)
	if c != nil && len(marks) > 1 && !(c == refunds && s.refundsByOrder) {
		var err error
		if marks, err = s.together(ctx, c, marks, nil); err != nil {
			return err
		}
		if c.route.HasTrash() && len(marks) > 2 {
			if marks, err = s.together(ctx, c, marks, []string{"status", storage.StatusTrash}); err != nil {
				return err
			}
		}
	}
	for _, m := range marks {
		if err := s.one(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func collectionOf(r storage.Resource) *collection {
	for _, c := range collections {
		if c.resource == r {
			return c
		}
	}
	return nil
}

// together reads marked records through their list and gives back the marks of those it does not show.
func (s rereading) together(
	ctx context.Context, c *collection, marks []storage.Mark, filter []string,
) ([]storage.Mark, error) {
	ids := make([]string, len(marks))
	for i, m := range marks {
		ids[i] = strconv.FormatInt(m.ID, 10)
	}
	pairs := slices.Concat(
		filter,
		[]string{
			"include",
			strings.Join(ids, ","),
			"per_page",
			strconv.Itoa(len(ids)),
			"orderby",
			"id",
			"order",
			"asc",
		},
	)
	got, err := s.asker.List(ctx, c.path(), s.asker.Fresh(s.query(c, pairs...)))
	if err != nil && pagesize.TooHeavy(err) {
		return marks, nil // one of them may be damaged: alone the others pass
	}
	if err != nil {
		return nil, err
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil {
		return nil, err
	}
	shown := make(map[int64]bool, len(p.Readings))
	wanted := make(map[int64]storage.Mark, len(marks))
	for _, m := range marks {
		wanted[m.ID] = m
	}
	var readings []reading.Reading
	for _, r := range p.Readings {
		// A store that does not heed include answers with others: they are records like any, but not what was asked
		// for.
		if mark, asked := wanted[r.ID]; asked {
			shown[r.ID] = true
			if r.ParentID == 0 && c != refunds {
				r.ParentID = mark.ParentID
			}
			r.Decisive = true
			readings = append(readings, r)
		}
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

// withoutDone drops marks for records this very batch brings: a product that an order marks while the product itself is
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

// one reads one record under its own address, or removes it when the store says that there is none.
func (s rereading) one(ctx context.Context, m storage.Mark) error {
	ref := storage.Ref{Resource: m.Resource, ID: m.ID}
	path, known := s.addressOf(ctx, ref, m.ParentID)
	if !known && m.Resource == storage.Refunds {
		return s.orphan(ctx, m)
	}
	if !known {
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	}
	// A reading made for a mark settles what another left in doubt, so it passes every cache.
	got, err := s.asker.One(ctx, path, s.asker.Fresh(nil))
	if err != nil && pagesize.TooHeavy(err) {
		got, err = s.askAfterControl(ctx, path, err)
	}
	switch {
	case ask.Gone(err) && m.Resource == storage.Refunds:
		return s.orphan(ctx, m)
	case goneRecord(m.Resource, err):
		return s.removed(ctx, ref, m)
	case errors.Is(err, errOfRecord):
		return s.putOff(m, err)
	case err != nil && s.asker.Refused(ctx, m.Resource, err):
		if m.Resource == storage.Refunds && s.refundsRefused {
			return s.writer.put(storage.Batch{Done: []storage.Mark{m}}) // all are read when they may be
		}
		return s.putOff(m, err)
	case err != nil:
		return err
	}
	r, err := reading.Of(m.Resource, singleBody(m.Resource, got.Body))
	if err != nil || r.ID != m.ID {
		return ask.Unusable(path, "it is not record %d", m.ID)
	}
	if m.ParentID != 0 {
		r.ParentID = m.ParentID
	}
	s.tally.read(1)
	r.Decisive = true
	if c := collectionOf(m.Resource); c != nil {
		batch, _, err := s.tracing().changed(ctx, c, []reading.Reading{r})
		if err != nil {
			return err
		}
		batch.Done = append(batch.Done, m)
		if err := s.writer.put(batch); err != nil || c != orders || m.Reason != notListed {
			return err
		}
		return s.checkListable(ctx, &r)
	}
	marks, err := s.tracing().familyTouches(ctx, []reading.Reading{r})
	if err != nil {
		return err
	}
	return s.writer.put(storage.Batch{Records: []storage.Record{r.Record}, Marks: marks, Done: []storage.Mark{m}})
}

// errOfRecord is the failure of a store on one record alone.
var errOfRecord = errors.New("it answers for others")

// askAfterControl asks again for a record on which the store failed, once it answered another question: a store that
// fails on everything would else have each marked record put off for hours, and be followed late when it is well again.
// What then fails is the record's own failure, errOfRecord.
func (s rereading) askAfterControl(ctx context.Context, path string, failure error) (*ask.Answer, error) {
	if _, err := s.asker.List(ctx, orders.path(), ask.Query(nil, "per_page", "1", "_fields", "id")); err != nil &&
		ask.Passes(err) {
		return nil, failure
	}
	got, err := s.asker.One(ctx, path, nil)
	if err != nil && pagesize.TooHeavy(err) {
		return nil, fmt.Errorf("%w; %w", err, errOfRecord)
	}
	return got, err
}

// heldReading is a record as the mirror holds it; what it does not hold or cannot be read names nothing.
func (s *step) heldReading(ctx context.Context, ref storage.Ref) (*reading.Reading, error) {
	held, err := s.mirror.repo.Record(ctx, s.storeID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return &reading.Reading{}, nil
	}
	return reading.OrEmpty(ref.Resource, held.Raw), err
}

// addressOf is where the store keeps one record; false when that cannot be told, because nothing is known of its
// parent.
func (s *step) addressOf(ctx context.Context, ref storage.Ref, parent int64) (string, bool) {
	if c := collectionOf(ref.Resource); c != nil && c != refunds {
		return c.route.Record(0, ref.ID), true
	}
	f := families[ref.Resource]
	if parent = s.parentOf(ctx, ref, storage.Mark{ParentID: parent}); f == nil || parent == 0 {
		return "", false
	}
	return f.route.Record(parent, ref.ID), true
}

// parentOf is a record's parent as the mark or the mirror knows it; 0 when neither does.
func (s *step) parentOf(ctx context.Context, ref storage.Ref, m storage.Mark) int64 {
	if m.ParentID != 0 {
		return m.ParentID
	}
	held, err := s.mirror.repo.Record(ctx, s.storeID, ref)
	if err != nil {
		return 0
	}
	return held.ParentID
}

// removed takes a record out of the mirror, and with it what could only be reached through it.
func (s rereading) removed(ctx context.Context, ref storage.Ref, m storage.Mark) error {
	batch := storage.Batch{Gone: []storage.Ref{ref}, Done: []storage.Mark{m}, Cursors: []storage.Cursor{s.stirred()}}
	children := map[storage.Resource][]storage.Resource{
		storage.Orders: {
			storage.OrderNotes,
			storage.Refunds,
			storage.Fulfillments,
		}, storage.Products: {storage.Variations},
	}
	if parent := s.parentOf(ctx, ref, m); ref.Resource == storage.Refunds && parent != 0 {
		// Its order listed it, and says nothing of the change.
		order := storage.Ref{Resource: storage.Orders, ID: parent}
		if _, err := s.mirror.repo.Record(ctx, s.storeID, order); err == nil {
			batch.Marks = []storage.Mark{{Resource: storage.Orders, ID: parent, Reason: "a refund of it was deleted"}}
		}
	}
	if ref.Resource == storage.Orders {
		batch.Cursors = append(batch.Cursors, s.unhide(ref.ID)...)
		// Its stock and its use of coupons went back with it.
		if held, err := s.mirror.repo.Record(ctx, s.storeID, ref); err == nil {
			if batch.Marks, err = s.tracing().heldOrderTouches(ctx, held); err != nil {
				return err
			}
		}
	}
	if ref.Resource == storage.Products || ref.Resource == storage.Variations {
		before, err := s.heldReading(ctx, ref)
		if err != nil {
			return err
		}
		batch.Marks = append(termsTouched(before, &reading.Reading{}), linesTouched(before, &reading.Reading{})...)
	}
	for _, resource := range children[ref.Resource] {
		for child, err := range s.mirror.repo.Children(ctx, s.storeID, resource, ref.ID) {
			if err != nil {
				return err
			}
			if resource == storage.Refunds && !s.refundsByOrder {
				// It may have been left behind.
				batch.Marks = append(batch.Marks,
					storage.Mark{Resource: resource, ID: child.ID, ParentID: ref.ID, Reason: "its order is gone"})
				continue
			}
			batch.Gone = append(batch.Gone, child.Ref)
		}
	}
	return s.writer.put(batch)
}

// putOff leaves a mark for later, longer each time.
func (s rereading) putOff(m storage.Mark, cause error) error {
	pause := min(unreadablePause<<min(m.Attempts, 5), 24*time.Hour)
	m.NotBefore, m.Reason = s.now().Add(pause), pages.UnreadableReason(cause)
	s.warn(storage.Ref{Resource: m.Resource, ID: m.ID}.String() + ": " + m.Reason)
	return s.writer.put(storage.Batch{Failed: []storage.Mark{m}})
}
