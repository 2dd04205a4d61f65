package mirror

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Orders can have a status that nothing registers: its plugin was switched off, or the status was written into the
// database. No list shows such orders, on any version, and no filter takes their status; under its id each order
// answers. Only stores that keep orders in posts show them in a list, with "any".
//
// The mirror keeps those that it holds, and reads them again under their ids. The number of orders in the database,
// which the system status tells, shows that there are others. Those are looked for under the ids that the mirror does
// not know, a few at a time. People are told how many were not found.

const (
	// rereadHidden is how many hidden orders are read again in a round.
	rereadHidden = 20
	// huntAtOnce is how many ids a step asks for when a caller waits, huntQuietly when no caller does.
	huntAtOnce, huntQuietly = 100, 10
	// huntBeyond is how far beyond the greatest known id the search goes.
	huntBeyond = 20
)

// look reads hidden orders again, a few in each step when there are many, and accounts for all orders that the store
// counts.
func (s hunting) look(ctx context.Context) error {
	h := &s.About.Hidden
	if !s.states[roster.Orders].Live || !h.At.Before(s.budget.Since) && s.Now().Sub(h.At) < aboutFresh {
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
	// A step that ends early has not looked: the next step continues.
	if err := s.account(ctx); err != nil {
		return err
	}
	h.At, h.Past = s.Now(), 0
	return s.keepAbout()
}

// account compares the number of orders that the store counts with the number in the mirror. A surplus on the store
// consists of orders whose status the mirror does not know or no list takes, or of rows that are no orders.
func (s hunting) account(ctx context.Context) error {
	h := &s.About.Hidden
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
	before := slices.Clone(s.About.Statuses)
	if err := s.inquiring().readStatuses(ctx); err != nil {
		return err
	}
	if !slices.Equal(before, s.About.Statuses) {
		s.states[roster.Orders].Census.At = time.Time{}
		if err := s.of(roster.Orders).round(ctx); err != nil {
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

// uncounted returns how many orders and refunds the store counts beyond those in the mirror. known is false when the
// store gives no count.
func (s hunting) uncounted(ctx context.Context) (extra int, known bool, err error) {
	if s.About.Counted == 0 || !s.states[roster.Refunds].Live && !s.RefundsByOrder {
		return 0, false, nil
	}
	order, err := s.counts(ctx, storage.Orders)
	if err != nil {
		return 0, false, err
	}
	refund, err := s.counts(ctx, storage.Refunds)
	return s.About.Counted - order.Live - order.Trash - refund.Live, true, err
}

// countOthers asks for the number of subscriptions, which order tables keep among the orders.
func (s hunting) countOthers(ctx context.Context) error {
	got, err := s.Asker.Glance(
		ctx, "subscriptions", ask.Query(nil, "status", woo.StatusAny, "per_page", "1", "_fields", "id"),
	)
	if ends := ask.Ended(ctx, err); ends != nil {
		return ends
	}
	if s.About.Hidden.Others = 0; err == nil && !s.About.Posts {
		s.About.Hidden.Others = max(got.Total, 0)
	}
	return nil
}

// topID returns the greatest id in the mirror among the resources that share their numbers with orders.
func (s hunting) topID(ctx context.Context) (int64, error) {
	top := int64(0)
	for _, r := range sharedIDs {
		q := storage.Query{StoreID: s.StoreID, Resource: r, WithTrash: true, Limit: 1}
		for held, err := range s.repo.Records(ctx, q) {
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
// missing. The next call continues where it stopped.
//
// Failure policy: when a store has more unknown ids than are worth the requests, the search is left out, and people are
// told that orders are missing.
func (s hunting) askForUnknown(ctx context.Context) error {
	h := &s.About.Hidden
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
	if top-int64(held) > shown.WorthAsking {
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
	if h.High < top {
		h.Past = 0
	}
	// The ids after those already asked for come first, because the youngest orders have them.
	for id := h.High + h.Past + 1; id <= top+huntBeyond && budget > 0 && h.Missing > 0; id++ {
		asked, err := s.askFor(ctx, id)
		if err != nil {
			return errors.Join(err, s.keepAbout())
		}
		if h.High, h.Past = min(id, top), max(id-top, 0); asked {
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

// askFor asks for one id, unless the mirror holds it. It returns whether a request was sent.
func (s hunting) askFor(ctx context.Context, id int64) (bool, error) {
	for _, r := range sharedIDs {
		if held, err := s.HeldReading(ctx, storage.Ref{Resource: r, ID: id}); err != nil || held.ID != 0 {
			return false, err
		}
	}
	got, err := s.Asker.One(ctx, woo.RouteOrders.Record(0, id), nil)
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
	h := &s.About.Hidden
	h.Missing--
	if s.LeftOut(r.Status) {
		h.Explained++
		return true, s.keepAbout()
	}
	batch, _, err := s.tracing().changed(ctx, roster.Orders, []reading.Reading{r})
	if err != nil {
		return true, err
	}
	batch.Cursors = append(batch.Cursors, s.aboutCursor())
	if err := s.writer.put(batch); err != nil {
		return true, err
	}
	return true, s.checkListable(ctx, &r)
}
