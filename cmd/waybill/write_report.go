package main

import (
	"context"
	"encoding/json"
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
	Body           json.RawMessage  `json:"body,omitempty"`
	Base           json.RawMessage  `json:"base,omitempty"`
	Record         json.RawMessage  `json:"record,omitempty"`
	// Conflict shows every version of each field that a person has to decide about.
	Conflict []outbox.Difference `json:"conflict,omitempty"`
}

func viewWrite(w outbox.Write) writeView {
	v := writeView{
		ID: w.ID, IdempotencyKey: w.Key, Action: w.Action, Resource: w.Resource, RecordID: w.RecordID, ParentID: w.ParentID,
		State: w.State, Attempts: w.Attempts, AcceptedAt: w.AcceptedAt, SentAt: w.SentAt, DoneAt: w.DoneAt, Reason: w.Reason,
	}
	if w.Action == outbox.Update {
		v.Policy = w.Policy
	}
	if !w.State.Final() && w.State != outbox.Parked {
		v.NextAt = w.NextAt
	}
	return v
}

func reportAccepted(a *app, st storage.Store, accepted []outbox.Write) error {
	if a.global.json {
		return printWrites(a, accepted)
	}
	if len(accepted) == 1 {
		a.say("%s Accepted as %s (%s)", a.out.good("✓"), a.out.strong(accepted[0].ID), accepted[0].State)
	} else {
		a.say("%s Accepted %d writes for %s", a.out.good("✓"), len(accepted), a.out.strong(st.Name))
	}
	a.note("They are on the disk and will be sent once, by waybill sync or: waybill outbox run %s", st.Name)
	return nil
}

// deliver waits for writes and ends with the error of one that did not go through.
func deliver(ctx context.Context, a *app, s *service.Service, st storage.Store, accepted []outbox.Write) error {
	ids := make([]string, len(accepted))
	for i, w := range accepted {
		ids[i] = w.ID
	}
	settled := map[string]outbox.Write{}
	err := s.Deliver(ctx, st, ids, func(w outbox.Write) {
		settled[w.ID] = w
		// One line for each of a few, now and then one for thousands.
		if every := max(len(accepted)/20, 1); !a.global.json && len(accepted) > 1 && len(settled)%every == 0 {
			a.note("%d of %d settled", len(settled), len(accepted))
		}
	})
	if err != nil {
		return err
	}
	failed := 0
	var first error
	for i, w := range accepted {
		if end, ok := settled[w.ID]; ok {
			accepted[i] = end
		}
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
	if failed > 1 {
		return problem.New(problem.From(first).Code, "%d of %d writes did not go through", failed, len(accepted)).
			Next("See why: waybill outbox list %s --state rejected,parked", st.Name)
	}
	return first
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
		case w.State == outbox.Done && w.Reason != nil: // the policy store left nothing to write
			a.say("%s %s %s", a.out.warn("–"), w.Ref(), w.Reason.Message)
		case w.State == outbox.Done:
			a.say("%s %s %s", a.out.good("✓"), w.Ref(), a.out.faint(pastTense(w.Action)))
		}
	}
	return nil
}

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
