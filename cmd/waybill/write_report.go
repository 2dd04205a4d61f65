package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

func reportAccepted(a *app, st storage.Store, accepted []outbox.Write) error {
	if a.global.json {
		return printWrites(a, writeview.AllSaid(accepted, map[int64]string{st.ID: st.Name}))
	}
	repeated := 0
	for _, w := range accepted {
		if w.Repeated {
			repeated++
		}
	}
	switch {
	case repeated == len(accepted) && repeated == 1:
		if gone := writes.Outcome(accepted[0]); accepted[0].State == outbox.Done && gone != nil {
			return gone
		}
		a.say("%s %s", a.out.Warn("–"), writeview.WrittenBefore(accepted[0]))
		return nil
	case repeated == len(accepted):
		a.say("%s All %d were accepted before, so nothing is sent; %s", a.out.Warn("–"), repeated,
			writeview.OnceMore(accepted[0]))
		return nil
	case repeated > 0:
		a.say("%s %d of %d were accepted before and are not sent again", a.out.Warn("–"), repeated, len(accepted))
	}
	if len(accepted) == 1 {
		a.say("%s Accepted as %s (%s)", a.out.Good("✓"), a.out.Strong(accepted[0].ID), accepted[0].State)
	} else {
		a.say("%s Accepted %d writes for %s", a.out.Good("✓"), len(accepted)-repeated, a.out.Strong(st.Name))
	}
	if held := slices.IndexFunc(accepted, outbox.Write.HeldByPerson); held >= 0 {
		a.note("%s %s", accepted[held].ID, accepted[held].Behind)
	}
	if slices.ContainsFunc(accepted, func(w outbox.Write) bool { return !w.HeldByPerson() }) {
		a.note("They are on the disk and will be sent once, by waybill serve or waybill sync, or by: "+
			"waybill outbox run %s", st.Name)
	}
	return nil
}

// deliver waits for the writes of rows and ends with the error of one that did not go through. bound is the longest
// wait; 0: none.
func deliver(
	ctx context.Context, a *app, s *service.Service, st storage.Store, accepted []outbox.Write, rows []intake.Row,
	bound time.Duration,
) error {
	ids := make([]string, len(accepted))
	for i, w := range accepted {
		ids[i] = w.ID
	}
	settled := map[string]outbox.Write{}
	show := a.display().Writes(st.Name)
	delivery := follow.Delivery{Waiting: show.Tell}
	if bound > 0 {
		delivery.Until = time.Now().Add(bound)
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, bound+requestGrace)
		defer stop()
	}
	delivery.Settled = func(w outbox.Write) {
		settled[w.ID] = w
		// One line for each of a few, now and then one for thousands.
		if every := max(len(accepted)/20, 1); !a.global.json && len(accepted) > 1 && len(settled)%every == 0 {
			a.note("%d of %d settled", len(settled), len(accepted))
		}
	}
	known, err := s.Lessons(ctx, st.ID)
	if err != nil {
		return err
	}
	open, err := s.Deliver(ctx, st, ids, delivery)
	timedOut := bound > 0 && (errors.Is(err, context.DeadlineExceeded) || err == nil && len(open) > 0)
	if problem.From(err) != nil && problem.From(err).Code == problem.Interrupted && !timedOut {
		// The same command again could be another write: what was accepted goes on without it.
		return problem.Wrap(problem.Interrupted, err, "interrupted while %d of %d writes were not settled",
			len(accepted)-len(settled), len(accepted)).
			Next("They are on the disk and are not lost. Go on with: waybill outbox run %s", st.Name)
	}
	if err != nil && !timedOut {
		return err
	}
	if timedOut {
		ctx = context.WithoutCancel(ctx) // for the report
	}
	failed := 0
	var first error
	for i, w := range accepted {
		if end, ok := settled[w.ID]; ok {
			accepted[i] = end
		} else if accepted[i], err = s.Write(ctx, w.ID); err != nil {
			return err
		}
		accepted[i].Repeated, accepted[i].Unconfirmed = w.Repeated, w.Unconfirmed
		accepted[i] = writeview.Said(accepted[i], st.Name)
		if outcome := writes.OutcomeOfRow(accepted[i], rows[i]); outcome != nil {
			failed++
			if first == nil {
				first = outcome
			}
		}
	}
	if err := reportSettled(ctx, a, s, st, accepted, rows); err != nil {
		return err
	}
	learned, err := s.Lessons(ctx, st.ID)
	if err != nil {
		return err
	}
	for _, lesson := range learned {
		if !slices.Contains(known, lesson) {
			a.note("Learned: %s.", lesson)
		}
	}
	if timedOut && len(open) > 0 {
		show.Tell(slices.DeleteFunc(slices.Clone(accepted), // also where nothing was said in so short a time
			func(w outbox.Write) bool { return !slices.Contains(open, w.ID) }))
		return notSettled(st, accepted, open, bound)
	}
	if failed > 1 {
		return problem.New(problem.From(first).Code, "%d of %d writes did not go through", failed, len(accepted)).
			Next("See why: waybill outbox list %s --state rejected,parked", st.Name)
	}
	return first
}

// notSettled is the error of a bounded wait that left writes open. Those that wait behind a parked one do not go on by
// themselves, and nothing else is said of them.
func notSettled(st storage.Store, writes []outbox.Write, open []string, bound time.Duration) error {
	left := slices.DeleteFunc(slices.Clone(writes), func(w outbox.Write) bool { return !slices.Contains(open, w.ID) })
	first := max(slices.IndexFunc(left, func(w outbox.Write) bool { return !w.HeldByPerson() }), 0)
	w := left[first]
	p := problem.New(problem.WriteUnresolved, "%d of %d writes are not settled after %s; the first, %s, is %s: %s",
		len(open), len(writes), bound, w.ID, w.State, writeview.Why(w, st.Name))
	if w.HeldByPerson() {
		return p.Next("Decide about the parked one: waybill outbox show %s", w.Behind.ID)
	}
	return p.Next("They are on the disk and go on by waybill sync, or now with: waybill outbox run %s", st.Name).
		Detail("next_try", w.NextAt.UTC().Format(time.RFC3339))
}

func reportSettled(
	ctx context.Context, a *app, s *service.Service, st storage.Store, settled []outbox.Write, rows []intake.Row,
) error {
	if a.global.json {
		views := make([]rowView, len(settled))
		for i, w := range settled {
			views[i] = rowView{Write: wire.WriteOf(w), Row: rows[i].Row, Line: rows[i].Line}
			if record, err := s.Record(ctx, st, w.Ref()); err == nil && w.State == outbox.Done {
				views[i].Record = record.Raw
			}
		}
		return printViews(a, views)
	}
	defer reportCounts(a, settled)
	for i, w := range settled {
		switch {
		case writes.Outcome(w) != nil:
			if len(settled) > 1 { // that of one is said by the caller
				a.say("%s %v", a.out.Bad("✗"), writes.OutcomeOfRow(w, rows[i]))
			}
		case w.Repeated:
			a.say("%s %s", a.out.Warn("–"), writeview.WrittenBefore(w))
		case w.Reason != nil && notDone[w.Reason.Code]:
			a.say("%s %s %s", a.out.Warn("–"), w.Ref(), w.Reason.Message)
		default:
			a.say("%s %s %s", a.out.Good("✓"), w.Ref(), a.out.Faint(writeview.PastTense(w.Action)))
			if w.Reason != nil {
				a.say("  %s %s", a.out.Warn("!"), w.Reason.Message)
			}
		}
	}
	return nil
}

// requestGrace is how long after the time given a request under way is waited for.
const requestGrace = 10 * time.Second

func printWrites(a *app, writes []outbox.Write) error {
	views := make([]wire.Write, len(writes))
	for i, w := range writes {
		views[i] = wire.WriteOf(w)
	}
	return printViews(a, views)
}

// printViews prints one write as one JSON value, several as one a line.
func printViews[T wire.Write | rowView](a *app, views []T) error {
	if len(views) == 1 {
		return a.printJSON(views[0])
	}
	for _, v := range views {
		if err := a.printJSONLine(v); err != nil {
			return err
		}
	}
	return nil
}
