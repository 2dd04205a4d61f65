package mirror

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Orders can have a status that nothing registers: its plugin was switched off, or somebody wrote it into the database.
// No list shows them, on any version, and no filter takes their status; under their id they answer. On posts alone
// "any" shows them.
//
// What the mirror holds of them stays, and is read again under its id. That there are others shows in the number of
// orders in the database, which the system status tells; those are looked for under the ids that the mirror does not
// know, a few at a time (hunt). What is left is said, never passed over.
type hidden struct {
	// At is when they were last looked at, by our clock; Seen how many orders the store then counted that the mirror
	// did not hold.
	At   time.Time `json:"at,omitzero"`
	Seen int       `json:"seen,omitempty"`
	// Known are the ids of mirrored orders that no list shows.
	Known []int64 `json:"known,omitempty"`
	// Turn is where the next reading of those begins.
	Turn int `json:"turn,omitempty"`
	// Missing is how many orders the store counts that are in no list and that the mirror does not hold.
	Missing int `json:"missing,omitempty"`
	// Explained is how many it counts that are no orders to mirror: auto-drafts, and rows behind which no order
	// answers.
	Explained int `json:"explained,omitempty"`
	// Every id in (Low, High] was asked for or is held.
	Low  int64 `json:"low,omitempty"`
	High int64 `json:"high,omitempty"`
	// Others is how many records of another kind the store keeps among its orders: subscriptions.
	Others int `json:"others,omitempty"`
}

const (
	// rereadHidden is how many hidden orders are read again in a round.
	rereadHidden = 20
	// huntAtOnce is how many ids are asked for in a step: for somebody who waits, and for nobody.
	huntAtOnce, huntQuietly = 100, 10
	// huntMost is the most unknown ids that are worth asking for.
	huntMost = 2000
	// huntBeyond is how far behind the greatest known id is looked.
	huntBeyond = 20
)

// isHidden says whether lists do not show orders of a status.
func (s *step) isHidden(status string) bool {
	names := s.about.Statuses
	return len(names) > 0 && status != storage.StatusTrash &&
		(!slices.Contains(names, status) || slices.Contains(s.about.Unlistable, status))
}

// notListed is the reason of a mark on a record that a list lacks.
const notListed = "the store lists it no more"

// checkListable asks for an order through the list, by its status alone, after it was missing there and answered under
// its id. What the store does not show then hides all orders of that status.
func (s *step) checkListable(ctx context.Context, r *reading.Reading) error {
	if r.Status == storage.StatusTrash || s.isHidden(r.Status) || s.leftOut(r.Status) || len(s.named()) == 0 {
		return nil
	}
	q := ask.Query(nil, "status", r.Status, "include", strconv.FormatInt(r.ID, 10), "_fields", "id")
	got, err := s.asker.List(ctx, orders.path(), s.asker.Fresh(q))
	if err != nil {
		return err
	}
	if ask.Length(got) > 0 {
		return nil
	}
	s.about.Unlistable = append(s.about.Unlistable, r.Status)
	if err := s.rehide(ctx); err != nil {
		return err
	}
	return s.keepAbout()
}

// noteHidden keeps the list of hidden orders right when one is read, and says whether it changed.
func (s *step) noteHidden(r *reading.Reading) bool {
	known := s.about.Hidden.Known
	at, found := slices.BinarySearch(known, r.ID)
	switch is := s.isHidden(r.Status); {
	case is && !found:
		s.about.Hidden.Known = slices.Insert(known, at, r.ID)
	case !is && found:
		s.about.Hidden.Known = slices.Delete(known, at, at+1)
	default:
		return false
	}
	return true
}

// unhide forgets an order that is gone.
func (s *step) unhide(id int64) []storage.Cursor {
	if at, found := slices.BinarySearch(s.about.Hidden.Known, id); found {
		s.about.Hidden.Known = slices.Delete(s.about.Hidden.Known, at, at+1)
		return []storage.Cursor{s.aboutCursor()}
	}
	return nil
}

// rehide finds anew which mirrored orders no list shows, after the statuses that lists name changed.
func (s *step) rehide(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	var known []int64
	q := storage.Query{StoreID: s.storeID, Resource: storage.Orders, OldestFirst: true}
	for held, err := range s.mirror.repo.Records(ctx, q) {
		if err != nil {
			return err
		}
		if s.isHidden(held.Status) {
			known = append(known, held.ID)
		}
	}
	s.about.Hidden.Known = known
	return nil
}

// look reads hidden orders again, by turns when there are many, and accounts for all that the store counts.
func (s hunting) look(ctx context.Context) error {
	h := &s.about.Hidden
	if !s.states[orders].Live || !h.At.Before(s.budget.Since) && s.now().Sub(h.At) < aboutFresh {
		return nil
	}
	var marks []storage.Mark
	for i := range min(rereadHidden, len(h.Known)) {
		id := h.Known[(h.Turn+i)%len(h.Known)]
		marks = append(marks, storage.Mark{Resource: storage.Orders, ID: id, Reason: "no list shows it"})
	}
	if len(marks) > 0 {
		h.Turn = (h.Turn + len(marks)) % len(h.Known)
		if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.aboutCursor()}}); err != nil {
			return err
		}
		if err := s.rereading().all(ctx); err != nil {
			return err
		}
	}
	// A step that ends on the way has not looked: the next one goes on from there.
	if err := s.account(ctx); err != nil {
		return err
	}
	h.At = s.now()
	return s.keepAbout()
}

// account compares how many orders the store counts with how many the mirror holds. More on the store are of a status
// that the mirror does not name yet, or that nobody can name, or no orders.
func (s hunting) account(ctx context.Context) error {
	h := &s.about.Hidden
	extra, known, err := s.uncounted(ctx)
	if err != nil || !known {
		return err
	}
	seen := h.Seen
	h.Seen = extra
	switch {
	case extra <= h.Explained:
		h.Missing, h.Explained = 0, max(extra, 0)
		return s.keepAbout()
	case extra == seen && h.Missing > 0:
		return s.askForUnknown(ctx)
	case extra == seen:
		return s.keepAbout()
	}
	before := slices.Clone(s.about.Statuses)
	if err := s.inquiring().readStatuses(ctx); err != nil {
		return err
	}
	if !slices.Equal(before, s.about.Statuses) {
		s.states[orders].Census.At = time.Time{}
		if err := s.of(orders).round(ctx); err != nil {
			return err
		}
		if extra, _, err = s.uncounted(ctx); err != nil {
			return err
		}
	}
	h.Missing = max(extra-h.Explained, 0)
	if h.Missing > 0 {
		if err := s.countOthers(ctx); err != nil {
			return err
		}
		h.Missing = max(h.Missing-h.Others, 0)
	}
	if err := s.keepAbout(); err != nil || h.Missing == 0 {
		return err
	}
	return s.askForUnknown(ctx)
}

// uncounted is how many orders and refunds the store counts beyond those that the mirror holds; known is false where it
// does not say.
func (s hunting) uncounted(ctx context.Context) (extra int, known bool, err error) {
	if s.about.Counted == 0 || !s.states[refunds].Live && !s.refundsByOrder {
		return 0, false, nil
	}
	order, err := s.counts(ctx, storage.Orders)
	if err != nil {
		return 0, false, err
	}
	refund, err := s.counts(ctx, storage.Refunds)
	return s.about.Counted - order.Live - order.Trash - refund.Live, true, err
}

// countOthers asks for the number of subscriptions, which order tables keep among the orders.
func (s hunting) countOthers(ctx context.Context) error {
	got, err := s.asker.Glance(
		ctx, "subscriptions", ask.Query(nil, "status", woo.StatusAny, "per_page", "1", "_fields", "id"),
	)
	if ends := ask.Ended(ctx, err); ends != nil {
		return ends
	}
	if s.about.Hidden.Others = 0; err == nil && !s.about.Posts {
		s.about.Hidden.Others = max(got.Total, 0)
	}
	return nil
}

// topID is the greatest id the mirror knows of anything that shares its numbers with orders.
func (s hunting) topID(ctx context.Context) (int64, error) {
	top := int64(0)
	for _, r := range sharedIDs {
		q := storage.Query{StoreID: s.storeID, Resource: r, WithTrash: true, Limit: 1}
		for held, err := range s.mirror.repo.Records(ctx, q) {
			if err != nil {
				return 0, err
			}
			top = max(top, held.ID)
		}
	}
	return top, nil
}

// sharedIDs are the resources that WordPress numbers in one sequence.
var sharedIDs = []storage.Resource{
	storage.Orders,
	storage.Refunds,
	storage.Products,
	storage.Variations,
	storage.Coupons,
}

// askForUnknown asks for ids that the mirror does not know, the newest first, until it has found as many orders as are
// missing. It goes on where it stopped.
//
// Failure policy: a store with more unknown ids than are worth the requests is not hunted; that orders are missing is
// then said and not mended.
func (s hunting) askForUnknown(ctx context.Context) error {
	h := &s.about.Hidden
	top, err := s.topID(ctx)
	if err != nil {
		return err
	}
	held := 0
	for _, r := range sharedIDs {
		c, err := s.counts(ctx, r)
		if err != nil {
			return err
		}
		held += c.Live + c.Trash
	}
	if top-int64(held) > huntMost {
		return nil
	}
	if h.High == 0 {
		h.Low, h.High = top, top
	}
	budget := huntQuietly
	if s.budget.Compare {
		budget = huntAtOnce
	}
	s.tally.begin(storage.Orders, TaskReread, 0, h.Missing)
	// Behind the greatest known id first: there the youngest are.
	for id := h.High + 1; id <= top+huntBeyond && budget > 0 && h.Missing > 0; id++ {
		asked, err := s.askFor(ctx, id)
		if err != nil {
			return errors.Join(err, s.keepAbout())
		}
		if h.High = min(id, top); asked {
			budget--
		}
	}
	for ; h.Low > 0 && budget > 0 && h.Missing > 0; h.Low-- {
		asked, err := s.askFor(ctx, h.Low)
		if err != nil {
			return errors.Join(err, s.keepAbout())
		}
		if asked {
			budget--
		}
	}
	if h.Low == 0 && h.High >= top && budget > 0 && h.Missing > 0 {
		h.Explained, h.Missing = h.Explained+h.Missing, 0 // no order answers under any id
	}
	h.Seen = h.Explained + h.Missing
	return s.keepAbout()
}

// askFor asks for one id, and says whether that took a request.
func (s hunting) askFor(ctx context.Context, id int64) (bool, error) {
	for _, r := range sharedIDs {
		if held, err := s.heldReading(ctx, storage.Ref{Resource: r, ID: id}); err != nil || held.ID != 0 {
			return false, err
		}
	}
	got, err := s.asker.One(ctx, woo.RouteOrders.Record(0, id), nil)
	if ask.Gone(err) {
		return true, nil
	}
	if err != nil {
		return true, err
	}
	r, err := reading.Of(storage.Orders, got.Body)
	if err != nil || r.ID != id {
		return true, ask.Unusable("orders", "it is not record %d", id)
	}
	r.Decisive = true
	h := &s.about.Hidden
	h.Missing--
	if s.leftOut(r.Status) {
		h.Explained++
		return true, s.keepAbout()
	}
	batch, _, err := s.tracing().changed(ctx, orders, []reading.Reading{r})
	if err != nil {
		return true, err
	}
	batch.Cursors = append(batch.Cursors, s.aboutCursor())
	if err := s.writer.put(batch); err != nil {
		return true, err
	}
	return true, s.checkListable(ctx, &r)
}
