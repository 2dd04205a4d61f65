package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
)

type retryOptions struct {
	policy, store string
	all, wait     bool
	states        []string
	bound         time.Duration
}

func newOutboxRetryCommand(a *app) *cobra.Command {
	var opts retryOptions
	cmd := &cobra.Command{
		Use:   "retry [WRITE…]",
		Short: "Send rejected or parked writes again, as they are or under another policy",
		Long: `Sends writes again whose cause is mended. A write that may have reached the store is
looked for once more first, so that nothing is done twice. After a conflict, the version
that the store has now counts as the one you saw: the write goes through unless the
record changes once more.

With --all it is every one that waits for a person, or those of one --store or --state.
Writes that may have been made already, of which a record of the store is named that could
be the one, are left out then: each of them needs your decision.

They are sent by the running waybill serve or sync, by the next waybill outbox run, or,
with --wait, by this command.`,
		Example: `  waybill outbox retry 01j9x2
  waybill outbox retry 01j9x2 --policy caller

  # After an outage whose cause is mended:
  waybill outbox retry --all --store my-shop --wait`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.check(args); err != nil {
				return err
			}
			return a.withStores(cmd.Context(), func(s *service.Service) error {
				return runRetry(cmd.Context(), a, s, &opts, args)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.policy, "policy", "", "`policy` from now on: merge, reject, store or caller")
	flags.BoolVar(&opts.all, "all", false, "every rejected or parked write, in place of those named")
	flags.StringVar(&opts.store, "store", "", "with --all: only those to this `STORE`")
	flags.StringSliceVar(&opts.states, "state", nil, "with --all: only those in this `state`, rejected or parked")
	flags.BoolVar(&opts.wait, "wait", false, "send them now, and wait until the store has them or a person must decide")
	flags.DurationVar(&opts.bound, "timeout", 0,
		"with --wait: wait no longer than this `time`, such as 2m; what is not settled then goes on by itself")
	must(cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(
		[]string{string(outbox.Rejected), string(outbox.Parked)}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (o *retryOptions) check(ids []string) error {
	switch {
	case len(ids) == 0 && !o.all:
		return problem.New(problem.Usage, "no write is named").
			Next("Name some (waybill outbox list --state rejected,parked), or take all of them: --all")
	case len(ids) > 0 && o.all:
		return problem.New(problem.Usage, "--all takes every write, and some are named").Next("Give one of the two")
	case !o.all && (o.store != "" || len(o.states) > 0):
		return problem.New(problem.Usage, "--store and --state choose among all writes").Next("Add --all")
	case o.bound != 0 && !o.wait:
		return problem.New(problem.Usage, "--timeout bounds --wait, which is not given").
			Next("Add --wait, or leave --timeout out")
	}
	for _, state := range o.states {
		if state != string(outbox.Rejected) && state != string(outbox.Parked) {
			return problem.New(problem.Usage, "--state is %q, and a write in another state goes on by itself", state).
				Next("It can be rejected or parked")
		}
	}
	return nil
}

func runRetry(ctx context.Context, a *app, s *service.Service, opts *retryOptions, ids []string) error {
	chosen, err := opts.chosen(ctx, a, s, ids)
	if err != nil {
		return err
	}
	var again []outbox.Write
	for _, w := range chosen {
		if w, err = s.RetryWrite(ctx, w.ID, nil, outbox.Policy(opts.policy)); err != nil {
			return err
		}
		again = append(again, w)
	}
	if opts.all && len(again) == 0 && !a.global.json {
		a.say("%s No write is to be sent again", a.out.Good("✓"))
		return nil
	}
	if opts.wait {
		return sendAgain(ctx, a, s, again, opts.bound)
	}
	return sayDecided(ctx, a, s, again, "will be sent again")
}

// chosen are the writes that are meant. Of all of them those stay behind of which the store may have made something
// already: which record that is, only a person can say.
func (o *retryOptions) chosen(
	ctx context.Context, a *app, s *service.Service, ids []string,
) (chosen []outbox.Write, err error) {
	if !o.all {
		for _, prefix := range ids {
			w, err := s.Write(ctx, prefix)
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, w)
		}
		return chosen, nil
	}
	stores, err := s.Selected(ctx, o.store)
	if err != nil {
		return nil, err
	}
	states := []outbox.State{outbox.Rejected, outbox.Parked}
	if len(o.states) > 0 {
		states = nil
		for _, state := range o.states {
			states = append(states, outbox.State(state))
		}
	}
	for _, st := range stores {
		waiting, err := s.Writes(ctx, outbox.Query{StoreID: st.ID, States: states})
		if err != nil {
			return nil, err
		}
		slices.Reverse(waiting) // the oldest first, as they were accepted
		for _, w := range waiting {
			if writeview.Choices(w, st.Name) == "" {
				chosen = append(chosen, w)
				continue
			}
			a.note("%s %s of %s is left as it is: the store may have it already. Decide: waybill outbox show %s",
				a.err.Warn("!"), w.ID, st.Name, w.ID)
		}
	}
	return chosen, nil
}

// sendAgain sends writes, store by store, and reports on them as the command does that has accepted them.
func sendAgain(
	ctx context.Context, a *app, s *service.Service, again []outbox.Write, bound time.Duration,
) error {
	stores, err := s.Stores(ctx)
	if err != nil {
		return err
	}
	var first error
	for _, st := range stores {
		of := slices.DeleteFunc(slices.Clone(again), func(w outbox.Write) bool { return w.StoreID != st.ID })
		if len(of) == 0 {
			continue
		}
		if len(stores) > 1 {
			a.note("%s: %s", st.Name, terminal.Plural(len(of), "write", "writes"))
		}
		if err := deliver(ctx, a, s, st, of, make([]intake.Row, len(of)), bound); err != nil && first == nil {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return first
}

// sayDecided says what was decided about writes.
func sayDecided(ctx context.Context, a *app, s *service.Service, writes []outbox.Write, done string) error {
	if a.global.json {
		names, err := storeNames(ctx, s.Reader)
		if err != nil {
			return err
		}
		return printWrites(a, writeview.AllSaid(writes, names))
	}
	for _, w := range writes {
		a.say("%s %s %s", a.out.Good("✓"), a.out.Strong(w.ID), done)
		if w.State == outbox.Done && w.Reason != nil {
			for _, f := range w.Reason.Fields {
				a.say("%s %s", a.out.Warn("!"), f.Message)
			}
		}
	}
	return nil
}
