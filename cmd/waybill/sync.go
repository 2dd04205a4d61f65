package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/heartbeat"
	"github.com/waybillhq/waybill/cmd/waybill/internal/progress"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/pace"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type syncOptions struct {
	store string
	once  bool
	pace  string
	// thorough also compares what no date shows.
	thorough bool
	// acceptLoss takes it for true that a large share of the records is gone.
	acceptLoss bool
	// quiet prints only what needs somebody.
	quiet     bool
	heartbeat string
	// beat is what heartbeat became.
	beat *heartbeat.Beat
}

func newSyncCommand(a *app) *cobra.Command {
	var opts syncOptions
	cmd := &cobra.Command{
		Use:   "sync [STORE]",
		Short: "Bring mirrors up to date, and keep them so",
		Long: `Brings the local copy of a store up to date: what is new, changed or deleted there. Then
it sends what waits in the outbox. With --once it ends when that is done; a write that
waits for its time is left to the next one. Without, it goes on until you stop it.
Stopping loses nothing: the next sync goes on from there.

Some edits do not change a record's date: a customer's new address, a renamed category,
a row changed in the database; on shops that keep orders in posts also addresses, lines
and meta data that a program changed. Waybill finds them by comparing records:

  --once              after the store was seen to change: collections of up to 15,000
                      records whole, of larger ones the newest 15,000
  without --once      as the settings sync.sweep_* say, at most 2 % of the time
  --once --thorough   every field of every record, now

When more than a fifth of the records of a kind is gone from the store at once, as after an
old backup was restored, the copy keeps them and the sync ends with exit status 5, until
they are back or you accept the loss. Where these are orders, products or customers,
nothing is sent to the store meanwhile: what waits in the outbox goes on waiting.
A store to which no connection comes about is tried for a minute (sync.patience).

Without a STORE it works on all that are not paused.`,
		Example: `  # A first copy, and every later catch-up:
  waybill sync --once

  # After an import, or edits made in the database:
  waybill sync my-shop --once --thorough

  # Follow one store until Ctrl-C:
  waybill sync my-shop

  # From cron: a line only when something needs you, and a call to a monitor when nothing does:
  waybill sync --once --quiet --heartbeat https://monitor.example/ping/waybill

  # As fast as the store can, where visitors need no consideration:
  waybill sync my-shop --once --pace full`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = storeArg(args)
			return runSync(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.once, "once", false, "stop when the mirror is up to date")
	flags.BoolVar(&opts.thorough, "thorough", false, "with --once: compare every field of every record, due or not")
	flags.BoolVar(&opts.acceptLoss, "accept-loss", false,
		"with --once: delete here too what is gone from the store, however much it is")
	flags.BoolVarP(&opts.quiet, "quiet", "q", false, "print only what needs somebody: failures and warnings")
	flags.StringVar(&opts.heartbeat, "heartbeat", "", heartbeatUsage)
	flags.StringVar(&opts.pace, "pace", "", "`polite` (visitors must not feel it) or full (find the fastest way)")
	must(cmd.RegisterFlagCompletionFunc("pace", cobra.FixedCompletions(
		[]string{string(pace.Polite), string(pace.Full)}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func runSync(ctx context.Context, a *app, opts *syncOptions) error {
	if opts.thorough && !opts.once {
		return problem.New(problem.Usage, "--thorough is for a sync that ends").Next(
			"Add --once: waybill sync --once --thorough")
	}
	if opts.acceptLoss && !opts.once {
		return problem.New(problem.Usage, "--accept-loss is for a sync that ends").Next(
			"Add --once: waybill sync --once --accept-loss")
	}
	how, err := a.serviceOptions(settings{"pace.mode": opts.pace})
	if err != nil {
		return err
	}
	if opts.beat, err = a.heartbeat(opts.heartbeat); err != nil {
		return err
	}
	defer opts.beat.Wait()
	how.Connected = true
	how.Pace = opts.pace // also of a process that does it in place of this one
	return runService(ctx, how, func(s *service.Service) error {
		stores, err := s.Selected(ctx, opts.store)
		if err != nil {
			return err
		}
		if opts.once {
			return syncOnce(ctx, a, s, stores, opts)
		}
		return runFollow(ctx, a, s, stores, opts)
	})
}

// syncOnce brings one store after the other up to date. A store that fails does not keep the others from it; the first
// failure is the command's.
func syncOnce(ctx context.Context, a *app, s *service.Service, stores []storage.Store, opts *syncOptions) error {
	how := follow.How{Thorough: opts.thorough, AcceptLoss: opts.acceptLoss}
	result := wire.SyncReport{Stores: []wire.Synced{}}
	var failure error
	failed := 0
	for _, st := range stores {
		shown := opts.display(a).Mirror(nameAmong(st, stores))
		report, err := s.Sync(ctx, st, how, shown.Watch)
		shown.Done()
		result.Requests += report.Requests
		one := wire.SyncedOf(report)
		switch {
		case err != nil:
			p := problem.From(err)
			one.Error = wire.ErrorOf(p)
			failed++
			if len(stores) > 1 && !a.global.json {
				a.note("%s %s: %s", a.err.Bad("✗"), st.Name, p.Message)
				if p.Hint != "" {
					a.note("  %s %s", a.err.Faint("->"), p.Hint)
				}
			}
			if failure == nil {
				failure = err
			}
		case opts.quiet && !a.global.json:
			printWarnings(a, needed(report.Warnings))
		case !a.global.json:
			printSynced(a, report)
		}
		if err == nil || !unsent[problem.From(err).Code] {
			sent, sending := sendDue(ctx, a, s, st, opts.quiet)
			if one.Writes = sent; sending != nil && err == nil {
				one.Error = wire.ErrorOf(problem.From(sending))
				if failure == nil {
					failure = sending
				}
			}
		}
		result.Stores = append(result.Stores, one)
		if ctx.Err() != nil {
			break
		}
	}
	if a.global.json {
		if err := a.printJSON(result); err != nil {
			return err
		}
	}
	if failed > 0 && len(stores) > 1 && !a.global.json { // each was told by itself
		p := problem.From(failure)
		failure = problem.Wrap(p.Code, failure, "%d of %d stores could not be brought up to date", failed, len(stores))
	}
	if ctx.Err() == nil { // one call for all stores: none of them failed, or none is made
		opts.beat.Round("", failure == nil)
	}
	return failure
}

// unsent are the failures of a reading after which nothing is sent either: nothing would arrive.
var unsent = map[problem.Code]bool{
	problem.StoreUnreachable: true, problem.StorePaused: true, problem.Interrupted: true,
	problem.CredentialsRefused: true, problem.DataUnusable: true, problem.DatabaseUnreachable: true,
}

// display shows how long work goes on, unless only what needs somebody is wanted.
func (o *syncOptions) display(a *app) progress.Display {
	d := a.display()
	d.Silent = d.Silent || o.quiet
	return d
}

// heartbeatUsage is that of the flag of sync and serve.
const heartbeatUsage = "call this `URL` after each round in which no store failed, and not otherwise; better in " +
	"WAYBILL_HEARTBEAT_URL, where nobody sees it"

// heartbeat is what a monitor is told by, at the address given or in the environment.
func (a *app) heartbeat(address string) (*heartbeat.Beat, error) {
	return heartbeat.New(cmp.Or(address, a.getenv("WAYBILL_HEARTBEAT_URL")), func(why string) {
		a.note("%s The heartbeat was not taken: %s", a.err.Warn("!"), why)
	})
}

func printSynced(a *app, r follow.Report) {
	a.say("%s %s is up to date: %s (%s, %s)", a.out.Good("✓"), a.out.Strong(r.Store.Name), applied(r.Applied),
		terminal.Plural(int(r.Requests), "request", "requests"), terminal.Duration(r.Took))
	if r.Swept.Records > 0 {
		a.say("  %s", a.out.Faint(sweptInWords(r.Swept)))
	}
	printWarnings(a, r.Warnings)
}

// sweptInWords says what sweeps did.
func sweptInWords(did mirror.Swept) string {
	found := "none differed"
	if did.Differences > 0 {
		found = terminal.Count(did.Differences) + " differed"
	}
	text := fmt.Sprintf("compared %s whatever their dates, %s (%s of these)",
		terminal.Plural(did.Records, "record", "records"), found, terminal.Plural(int(did.Requests), "request",
			"requests"))
	if did.Recent {
		text += "; of large collections the newest only, the rest in its turn or with --thorough"
	}
	return text
}

// printWarnings says what the mirror goes without. What the key may not read is named on one line: a key with few
// rights is what people are told to make, and the store's own words for each refusal are in the JSON.
func printWarnings(a *app, warnings []string) {
	var refused []string
	for _, w := range warnings {
		resource, why, _ := strings.Cut(w, ": ")
		if !strings.HasPrefix(why, "the key may not read them") {
			a.say("  %s %s", a.out.Warn("!"), terminal.OneLine(w))
		} else if !slices.Contains(refused, resource) {
			refused = append(refused, resource)
		}
	}
	if len(refused) > 0 {
		a.say("  %s", a.out.Faint("The key may not read "+strings.Join(refused, ", ")+
			", so the copy goes without them."))
	}
}

// needed are the warnings that need somebody: what was never given is as it should be with a key of few rights, and
// where something else refuses it, every line of waybill stores says so.
func needed(warnings []string) []string {
	return slices.DeleteFunc(slices.Clone(warnings), func(w string) bool {
		return strings.Contains(w, ", so the mirror goes without: ")
	})
}

// applied says what a sync did in words.
func applied(done storage.Applied) string {
	var parts []string
	for _, kind := range []struct {
		n    int
		word string
	}{{done.Created, "new"}, {done.Updated, "changed"}, {done.Trashed, "trashed"}, {done.Restored, "restored"},
		{done.Deleted, "deleted"}} {
		if kind.n > 0 {
			parts = append(parts, terminal.Count(kind.n)+" "+kind.word)
		}
	}
	if len(parts) == 0 {
		return "nothing changed"
	}
	return strings.Join(parts, ", ")
}

// nameAmong is the store's name where several are shown, else empty.
func nameAmong(st storage.Store, stores []storage.Store) string {
	if len(stores) == 1 {
		return ""
	}
	return st.Name
}

// runFollow keeps stores up to date until interrupted, which is how it is meant to end.
func runFollow(ctx context.Context, a *app, s *service.Service, stores []storage.Store, opts *syncOptions) error {
	if !a.global.json && !opts.quiet {
		a.note("Following %s; stop with Ctrl-C.", terminal.Plural(len(stores), "store", "stores"))
	}
	shown := opts.display(a).Mirror("")
	var mu sync.Mutex
	err := s.Follow(ctx, stores, opts.store == "", shown.Watch, func(r follow.Round) {
		mu.Lock()
		defer mu.Unlock()
		shown.Done()
		opts.beat.Round(r.Store.Name, r.Err == nil)
		if opts.quiet && r.Err == nil {
			printWarnings(a, needed(r.Result.Warnings))
			return
		}
		printRound(a, r)
	})
	shown.Done()
	return err
}

func printRound(a *app, r follow.Round) {
	if a.global.json {
		event := wire.RoundOf(r, time.Now().UTC())
		// The reader of the stream has gone when this fails; the follower notices by its own signal.
		_ = a.printJSONLine(event)
		return
	}
	at := a.out.Faint(time.Now().Format(time.TimeOnly))
	switch {
	case r.Err != nil:
		p := problem.From(r.Err)
		a.say("%s  %s  %s %s", at, r.Store.Name, a.out.Bad("✗"), p.Message)
		if p.Hint != "" {
			a.say("          %s %s", a.out.Faint("->"), p.Hint)
		}
	case r.Result.Applied.Changes() > 0:
		a.say("%s  %s  %s  %s", at, r.Store.Name, applied(r.Result.Applied),
			a.out.Faint(fmt.Sprintf("(%s, %s)", terminal.Plural(int(r.Result.Requests), "request", "requests"),
				terminal.Duration(r.Took))))
	}
	printWarnings(a, r.Result.Warnings)
}
