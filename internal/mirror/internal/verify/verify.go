package verify

import (
	"context"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// Run compares a store with its mirror. With an error the report still counts what was compared.
func Run(ctx context.Context, sides Sides, opts Options) (Report, error) {
	v := &verification{
		Store: sides.Store, repo: sides.Mirror, watch: sides.Watch, progress: sides.Observer, window: sides.Window,
		notesOf: sides.Notes, fulfillmentsOf: sides.Fulfillments, opts: opts,
		reports: map[storage.Resource]*ResourceReport{}, parents: map[storage.Resource][]int64{},
		short: map[storage.Resource]int{}, stuck: map[storage.Resource]bool{},
	}
	v.Unread = v.unreadable
	began := v.Now()
	err := v.run(ctx)
	report := v.report()
	report.Requests, report.Elapsed = v.Asker.Sent(), v.Now().Sub(began)
	return report, err
}

func (v *verification) run(ctx context.Context) error {
	for _, r := range v.opts.Resources {
		if v.of(r); r == storage.Reports {
			v.of(r).Skipped = "they are snapshots of a moment, and their values move with the calendar"
		}
	}
	if err := v.watch.Recall(ctx); err != nil {
		return err
	}
	if err := v.learn(ctx); err != nil {
		return err
	}
	if err := v.lookAgain(ctx); err != nil {
		return err
	}
	for _, c := range roster.Collections {
		if err := v.guard(ctx, c.Resource, v.collection(ctx, c)); err != nil {
			return err
		}
	}
	if err := v.families(ctx); err != nil {
		return err
	}
	if err := v.lists(ctx); err != nil {
		return err
	}
	if err := v.clear(ctx); err != nil {
		return err
	}
	if err := v.accountVariations(ctx); err != nil {
		return err
	}
	if err := v.account(ctx); err != nil {
		return err
	}
	return v.accountLists(ctx)
}

// lookAgain compares members that count as volatile after all if they have stopped changing. The mirror itself forgets
// such members on its own schedule.
func (v *verification) lookAgain(ctx context.Context) error {
	w := v.watch
	for _, r := range storage.Resources() {
		moves := func(m state.Member) bool { return m.Resource == r && m.Moves() }
		if !v.wanted(r) || !slices.ContainsFunc(w.Members(), moves) {
			continue
		}
		still, err := w.Standing(ctx, r)
		if err != nil {
			if err = v.guard(ctx, r, err); err != nil {
				return err
			}
			continue
		}
		w.Forget(r, still)
	}
	return nil
}

func (v *verification) report() Report {
	var r Report
	for _, resource := range storage.Resources() {
		if one := v.reports[resource]; one != nil && v.wanted(resource) {
			r.Resources = append(r.Resources, *one)
			if one.Skipped != "" && slices.Contains(v.opts.Resources, resource) {
				r.NotCompared = append(r.NotCompared, resource)
			}
		}
	}
	r.Differences, r.Notes = v.shown, v.notes
	for _, member := range v.watch.Learned() {
		r.Notes = append(r.Notes,
			member+" is another each time it is read, though nothing changed, so it was not compared")
	}
	if sign := v.Asker.BehindCache(); sign != "" {
		r.Notes = append(r.Notes, "a cache in front of the store answered ("+sign+"); Waybill asked past it")
	}
	return r
}
