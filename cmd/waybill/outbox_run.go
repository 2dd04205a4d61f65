package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

func newOutboxRunCommand(a *app) *cobra.Command {
	var bound time.Duration
	cmd := &cobra.Command{
		Use:   "run [STORE]",
		Short: "Send what waits, find out about what was lost, and end when nothing more can be sent",
		Long: `The exit status says whether it could work. Writes that wait for a person are named; they
make waybill status end with 11.`,
		Example: `  waybill outbox run
  waybill outbox run my-shop --timeout 10m`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStores(cmd.Context(), func(s *service.Service) error {
				return runOutbox(cmd.Context(), a, s, storeArg(args), bound)
			})
		},
	}
	cmd.Flags().DurationVar(&bound, "timeout", 0,
		"work no longer than this `time`, such as 10m; what is left goes on next time")
	return cmd
}

func runOutbox(ctx context.Context, a *app, s *service.Service, name string, bound time.Duration) error {
	stores, err := s.Selected(ctx, name)
	if err != nil {
		return err
	}
	var delivery follow.Delivery
	if bound > 0 {
		delivery.Until = time.Now().Add(bound)
	}
	left, through := map[outbox.State]int{}, 0
	for _, st := range stores {
		begun, err := s.Writes(ctx, outbox.Query{StoreID: st.ID, States: movingStates})
		if err != nil {
			return err
		}
		delivery.Waiting = a.display().Writes(st.Name).Tell
		if _, err := s.Deliver(ctx, st, nil, delivery); err != nil {
			return err
		}
		done, err := countDone(ctx, s, begun)
		if err != nil {
			return err
		}
		through += done
		if err := countLeft(ctx, s, st, left); err != nil {
			return err
		}
	}
	if a.global.json {
		counts := map[string]int{string(outbox.Done): through}
		for _, state := range leftStates {
			counts[string(state)] = left[state]
		}
		return a.printJSON(counts)
	}
	if through > 0 {
		a.say("%s %s done", a.out.Good("✓"), terminal.Plural(through, "write", "writes"))
	}
	reportLeft(a, left)
	for _, st := range stores {
		undecided, err := s.Writes(ctx, outbox.Query{StoreID: st.ID,
			States: []outbox.State{outbox.Rejected, outbox.Parked}, Limit: writeview.MostNamed + 1})
		if err != nil {
			return err
		}
		for _, line := range writeview.Undecided(undecided, st.Name) {
			a.say("  %s %s", a.out.Warn("!"), line)
		}
	}
	return nil
}

// movingStates are those in which a write goes on by itself.
var movingStates = []outbox.State{outbox.Pending, outbox.Unknown, outbox.Sending}

// countDone is how many of some writes are done by now.
func countDone(ctx context.Context, s *service.Service, writes []outbox.Write) (int, error) {
	done, err := among(ctx, s, writes, outbox.Done)
	return len(done), err
}

// among are the writes of a list that are in one of the given states by now.
func among(
	ctx context.Context, s *service.Service, writes []outbox.Write, states ...outbox.State,
) ([]outbox.Write, error) {
	var all []outbox.Write
	for part := range slices.Chunk(writes, 1000) {
		ids := make([]string, len(part))
		for i, w := range part {
			ids[i] = w.ID
		}
		found, err := s.Writes(ctx, outbox.Query{IDs: ids, States: states})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// sendDue sends, for a sync that ends, what waits for a store, and says what became of it: nil when nothing waited.
// Writes that wait for a person now are named. It comes after the reading, which finds out whether the shop, and its
// state, are those that the writes were meant for.
func sendDue(ctx context.Context, a *app, s *service.Service, st storage.Store, quiet bool) (*wire.WritesSent, error) {
	begun, err := s.Writes(ctx, outbox.Query{StoreID: st.ID, States: movingStates})
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	sending := s.SendDue(ctx, st)
	now, err := among(context.WithoutCancel(ctx), s, begun,
		append(slices.Clone(movingStates), outbox.Done, outbox.Rejected, outbox.Parked)...)
	if err != nil {
		return nil, errors.Join(sending, err)
	}
	sent := wire.WritesSentOf(now)
	if a.global.json {
		return &sent, sending
	}
	if sent.Done > 0 && !quiet {
		a.say("%s %s: %s done", a.out.Good("✓"), a.out.Strong(st.Name), terminal.Plural(sent.Done, "write", "writes"))
	}
	if sent.Waiting > 0 && !quiet {
		a.say("  %s", a.out.Faint(terminal.Plural(sent.Waiting, "write goes", "writes go")+" on with the next sync"))
	}
	for _, line := range writeview.Undecided(now, st.Name) {
		a.say("  %s %s", a.out.Warn("!"), line)
	}
	return &sent, sending
}

// leftStates are those in which a write is not done and not given up.
var leftStates = []outbox.State{outbox.Pending, outbox.Unknown, outbox.Rejected, outbox.Parked}

func countLeft(ctx context.Context, s *service.Service, st storage.Store, into map[outbox.State]int) error {
	writes, err := s.Writes(ctx, outbox.Query{StoreID: st.ID, States: leftStates})
	for _, w := range writes {
		into[w.State]++
	}
	return err
}

// reportLeft says what did not go through: "nothing waits" is said only where nothing is left of any kind.
func reportLeft(a *app, left map[outbox.State]int) {
	held := left[outbox.Pending] + left[outbox.Unknown]
	if held+left[outbox.Rejected]+left[outbox.Parked] == 0 {
		a.say("%s Nothing waits to be sent", a.out.Good("✓"))
		return
	}
	a.say("%s Not everything went through", a.out.Warn("–"))
	if n := left[outbox.Rejected]; n > 0 {
		a.say("  %d rejected: waybill outbox list --state rejected, then edit, retry or discard them", n)
	}
	if n := left[outbox.Parked]; n > 0 {
		a.say("  %s for a decision: waybill outbox list --state parked", terminal.Plural(n, "waits", "wait"))
	}
	if held > 0 {
		a.say("  %s behind those, or for their time: waybill outbox list --state pending,unknown",
			terminal.Plural(held, "waits", "wait"))
	}
}
