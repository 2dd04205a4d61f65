package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// writeView is a write in JSON results.
type writeView struct {
	ID             string           `json:"id"`
	IdempotencyKey string           `json:"idempotency_key"`
	Action         outbox.Action    `json:"action"`
	Resource       storage.Resource `json:"resource"`
	RecordID       int64            `json:"record_id,omitempty"`
	ParentID       int64            `json:"parent_id,omitempty"`
	State          outbox.State     `json:"state"`
	Policy         outbox.Policy    `json:"policy,omitempty"`
	Attempts       int              `json:"attempts"`
	AcceptedAt     time.Time        `json:"accepted_at"`
	SentAt         time.Time        `json:"sent_at,omitzero"`
	NextAt         time.Time        `json:"next_at,omitzero"`
	DoneAt         time.Time        `json:"done_at,omitzero"`
	Reason         *outbox.Reason   `json:"reason,omitempty"`
	WaitsBehind    *outbox.Behind   `json:"waits_behind,omitempty"`
	Body           json.RawMessage  `json:"body,omitempty"`
	Base           json.RawMessage  `json:"base,omitempty"`
	Record         json.RawMessage  `json:"record,omitempty"`
	// Lessons are what sending to the store has taught, where it bears on how lost writes are found.
	Lessons []string `json:"lessons,omitempty"`
	// Conflict shows every version of each field that a person has to decide about.
	Conflict []outbox.Difference `json:"conflict,omitempty"`
}

func viewWrite(w outbox.Write) writeView {
	v := writeView{
		ID: w.ID, IdempotencyKey: w.Key, Action: w.Action, Resource: w.Resource, RecordID: w.RecordID, ParentID: w.ParentID,
		State: w.State, Attempts: w.Attempts, AcceptedAt: w.AcceptedAt, SentAt: w.SentAt, DoneAt: w.DoneAt, Reason: w.Reason, WaitsBehind: w.Behind,
	}
	if w.Action == outbox.Update {
		v.Policy = w.Policy
	}
	if !w.State.Final() && w.State != outbox.Parked && w.Behind == nil {
		v.NextAt = w.NextAt
	}
	return v
}

func reportAccepted(a *app, st storage.Store, accepted []outbox.Write) error {
	if a.global.json {
		return printWrites(a, accepted)
	}
	repeated := 0
	for _, w := range accepted {
		if w.Repeated {
			repeated++
		}
	}
	switch {
	case repeated == len(accepted) && repeated == 1:
		a.say("%s %s", a.out.warn("–"), writtenBefore(accepted[0]))
		return nil
	case repeated == len(accepted):
		a.say("%s All %d were accepted before, so nothing is sent; --again makes others", a.out.warn("–"), repeated)
		return nil
	case repeated > 0:
		a.say("%s %d of %d were accepted before and are not sent again", a.out.warn("–"), repeated, len(accepted))
	}
	if len(accepted) == 1 {
		a.say("%s Accepted as %s (%s)", a.out.good("✓"), a.out.strong(accepted[0].ID), accepted[0].State)
	} else {
		a.say("%s Accepted %d writes for %s", a.out.good("✓"), len(accepted)-repeated, a.out.strong(st.Name))
	}
	if held := slices.IndexFunc(accepted, outbox.Write.HeldByPerson); held >= 0 {
		a.note("%s %s", accepted[held].ID, accepted[held].Behind)
	}
	if slices.ContainsFunc(accepted, func(w outbox.Write) bool { return !w.HeldByPerson() }) {
		a.note("They are on the disk and will be sent once, by waybill sync or: waybill outbox run %s", st.Name)
	}
	return nil
}

// writtenBefore says what became of a write that the same content was accepted as earlier.
func writtenBefore(w outbox.Write) string {
	when := w.AcceptedAt.Local().Format("2006-01-02 15:04:05")
	if w.State == outbox.Done && w.RecordID != 0 {
		return fmt.Sprintf("%s: already %s by the same write of %s; --again makes another", w.Ref(), pastTense(w.Action), when)
	}
	return fmt.Sprintf("the same was accepted %s as %s, which is %s; --again makes another", when, w.ID, w.State)
}

// deliver waits for writes and ends with the error of one that did not go through. bound is the longest wait; 0: none.
func deliver(ctx context.Context, a *app, s *service.Service, st storage.Store, accepted []outbox.Write, bound time.Duration) error {
	ids := make([]string, len(accepted))
	for i, w := range accepted {
		ids[i] = w.ID
	}
	settled := map[string]outbox.Write{}
	show := &waiting{app: a}
	delivery := service.Delivery{Waiting: show.tell}
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
		return problem.Wrap(problem.Interrupted, err, "interrupted while %d of %d writes were not settled", len(accepted)-len(settled), len(accepted)).
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
		accepted[i].Repeated = w.Repeated
		if outcome := service.Outcome(accepted[i]); outcome != nil {
			failed++
			if first == nil {
				first = outcome
			}
		}
	}
	if err := reportSettled(ctx, a, s, st, accepted); err != nil {
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
	p := problem.New(problem.WriteUnresolved, "%d of %d writes are not settled after %s; the first, %s, is %s: %s", len(open), len(writes), bound, w.ID, w.State, whyWaiting(w))
	if w.HeldByPerson() {
		return p.Next("Decide about the parked one: waybill outbox show %s", w.Behind.ID)
	}
	return p.Next("They are on the disk and go on by waybill sync, or now with: waybill outbox run %s", st.Name).
		Detail("next_try", w.NextAt.UTC().Format(time.RFC3339))
}

func reportSettled(ctx context.Context, a *app, s *service.Service, st storage.Store, writes []outbox.Write) error {
	if a.global.json {
		views := make([]writeView, len(writes))
		for i, w := range writes {
			views[i] = viewWrite(w)
			if record, err := s.Record(ctx, st, w.Ref()); err == nil && w.State == outbox.Done {
				views[i].Record = record.Raw
			}
		}
		return printViews(a, views)
	}
	for _, w := range writes {
		switch {
		case w.State != outbox.Done && service.Outcome(w) != nil: // its error is said by the caller
		case w.Repeated:
			a.say("%s %s", a.out.warn("–"), writtenBefore(w))
		case w.Reason != nil && notDone[w.Reason.Code]:
			a.say("%s %s %s", a.out.warn("–"), w.Ref(), w.Reason.Message)
		default:
			a.say("%s %s %s", a.out.good("✓"), w.Ref(), a.out.faint(pastTense(w.Action)))
			if w.Reason != nil {
				a.say("  %s %s", a.out.warn("!"), w.Reason.Message)
			}
		}
	}
	return nil
}

// notDone are reasons of writes that need nothing more and of which it would be wrong to say "created" or "updated".
var notDone = map[string]bool{outbox.CodeStoreKept: true, outbox.CodeGone: true, outbox.CodeAdopted: true, outbox.CodeSuperseded: true}

// requestGrace is how long after the time given a request under way is waited for.
const requestGrace = 10 * time.Second

func pastTense(action outbox.Action) string { return string(action) + "d" }

func printWrites(a *app, writes []outbox.Write) error {
	views := make([]writeView, len(writes))
	for i, w := range writes {
		views[i] = viewWrite(w)
	}
	return printViews(a, views)
}

// printViews prints one write as one JSON value, several as one a line.
func printViews(a *app, views []writeView) error {
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
