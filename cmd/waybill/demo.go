package main

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/showcase"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/sandbox"
)

type demoOptions struct {
	once     bool
	terminal bool
	orders   int
	live     float64
	seed     uint64
}

func newDemoCommand(a *app) *cobra.Command {
	var opts demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See it work: a store in memory is connected, copied, and shown on the dashboard",
		Long: `Starts a store in memory with 2,000 orders that keeps living, connects it over TLS,
copies it, and shows on the dashboard what happens there. It prints the dashboard's
address, and opens the browser where there is one. Soon the store's host begins to refuse
Waybill: the dashboard says why and what to do, and a while later the fault heals. It
needs nothing, keeps nothing, and talks to nobody but itself.

--terminal shows in the terminal what arrives, in place of the dashboard.`,
		Example: `  waybill demo
  waybill demo --terminal
  waybill demo --once`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a, &opts) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.once, "once", false, "end when the mirror is proven equal")
	flags.BoolVar(&opts.terminal, "terminal", false, "show what arrives in the terminal")
	flags.IntVar(&opts.orders, "orders", 2000, "begin with `N` orders")
	flags.Float64Var(&opts.live, "live", 2, "let `RATE` things a second happen on the store")
	flags.Uint64Var(&opts.seed, "seed", 1, "`number` that repeats the same store")
	return cmd
}

// demo is a store that lives and a mirror of it.
type demo struct {
	app     *app
	shop    *sandbox.Server
	service *service.Service
	store   storage.Store
	crowd   crowd
}

// crowd keeps a bulk edit of hundreds of records from rushing past: of the changes of one second only the first are
// shown, the rest are counted.
type crowd struct {
	second        int64
	shown, hidden int
}

const shownPerSecond = 8

// admit says whether a change is shown, and how many were not shown in the second that ended before it.
func (c *crowd) admit(at time.Time) (show bool, missed int) {
	if at.Unix() != c.second {
		missed = c.hidden
		*c = crowd{second: at.Unix()}
	}
	if c.shown++; c.shown > shownPerSecond {
		c.hidden++
		return false, missed
	}
	return true, missed
}

func runDemo(ctx context.Context, a *app, opts *demoOptions) error {
	if opts.live < 0 {
		return problem.New(problem.Usage, "--live cannot be negative")
	}
	a.demoStep("Making a store with %s", terminal.Plural(opts.orders, "order", "orders"))
	if !opts.terminal && !opts.once && !a.global.json {
		return showDemo(ctx, a, opts)
	}
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithName("Demo Shop"), sandbox.WithSeed(opts.seed),
		sandbox.WithOrders(opts.orders))
	if err != nil {
		return err
	}
	defer shop.Close()

	authorities := x509.NewCertPool()
	authorities.AddCert(shop.CertificateAuthority)
	return a.forgetful(ctx, authorities, func(s *service.Service) error {
		d := &demo{app: a, shop: shop, service: s}
		return d.run(ctx, opts)
	})
}

// showDemo shows the demo on the dashboard.
func showDemo(ctx context.Context, a *app, opts *demoOptions) error {
	return showcase.Show{Open: a.forgetful, Version: buildInfo().Version, Orders: opts.orders, Rate: opts.live,
		Seed: opts.seed, Quiet: 20 * time.Second, Broken: 40 * time.Second, Say: a.demoStep,
		Ready: func(address string) {
			a.say("%s The dashboard: %s", a.out.Good("✓"), address)
			if a.out.Interactive {
				showcase.OpenBrowser(ctx, a.getenv, address)
			}
		}}.Run(ctx)
}

func (d *demo) run(ctx context.Context, opts *demoOptions) error {
	a := d.app
	stopLife := d.live(ctx, opts.live)
	defer stopLife()
	a.demoStep("Connecting %s", d.shop.URL)
	connected, err := d.service.Connect(ctx, stores.Connection{URL: d.shop.URL, Key: d.shop.Key, Secret: d.shop.Secret,
		Name: "demo"})
	if err != nil {
		return err
	}
	d.store = connected.Store
	a.demoStep("Copying it while it goes on living")
	first, err := d.sync(ctx)
	if err != nil {
		return err
	}
	if opts.once {
		return d.prove(ctx, first, stopLife)
	}
	return d.watch(ctx)
}

func (a *app) demoStep(format string, args ...any) {
	a.note(a.err.Accent("▸ ")+format, args...)
}

// live lets the store live until the function it gives is called, twice if need be.
func (d *demo) live(ctx context.Context, rate float64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { d.shop.Live(ctx, rate, nil) })
	return func() {
		cancel()
		wg.Wait()
	}
}

func (d *demo) sync(ctx context.Context) (follow.Report, error) {
	shown := d.app.display().Mirror("")
	report, err := d.service.SyncOnce(ctx, d.store, shown.Watch)
	shown.Done()
	if err == nil && !d.app.global.json {
		printSynced(d.app, report)
	}
	return report, err
}

// demoReport is the result of demo --once.
type demoReport struct {
	Synced   wire.Synced   `json:"synced"`
	Verified wire.Verified `json:"verified"`
	Equal    bool          `json:"equal"`
}

// prove stops the store's life, so that there is something to be equal to, catches up and compares every record.
func (d *demo) prove(ctx context.Context, first follow.Report, stopLife func()) error {
	a := d.app
	stopLife()
	a.demoStep("Catching up with what happened meanwhile")
	if _, err := d.sync(ctx); err != nil {
		return err
	}
	a.demoStep("Comparing every record with the store")
	shown := a.display().Mirror("")
	report, err := d.service.Verify(ctx, d.store, mirror.VerifyOptions{}, shown.Watch)
	shown.Done()
	if err != nil {
		return err
	}
	if a.global.json {
		err = a.printJSON(demoReport{Synced: wire.SyncedOf(first), Verified: wire.VerifiedOf(d.store, report),
			Equal: report.Equal()})
	} else {
		printVerified(a, d.store, report)
	}
	if err == nil && !report.Equal() {
		return exit(problem.ExitDifferent)
	}
	return err
}

// watch follows the store and shows what arrives, until interrupted.
func (d *demo) watch(ctx context.Context) error {
	d.app.demoStep("Showing what happens on the store as it arrives here; stop with Ctrl-C\n")
	last, err := d.service.LastChange(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	followed := make(chan error, 1)
	go func() {
		defer cancel()
		followed <- d.service.Follow(ctx, []storage.Store{d.store}, true, nil, nil)
	}()
	shown := d.service.EachChange(ctx, storage.ChangeQuery{After: last}, true, func(c records.NamedChange) error {
		return d.show(ctx, c)
	})
	cancel()
	return errors.Join(<-followed, shown)
}

func (d *demo) show(ctx context.Context, c records.NamedChange) error {
	a := d.app
	if a.global.json {
		return a.printJSONLine(wire.ChangeOf(c))
	}
	show, missed := d.crowd.admit(c.At)
	if missed > 0 {
		a.say("%s", a.out.Faint("          … and "+terminal.Plural(missed, "more change",
			"more changes")+" in that second"))
	}
	if !show {
		return nil
	}
	what := ""
	record, err := d.service.Record(ctx, d.store, c.Ref)
	switch {
	case problem.Is(err, problem.RecordNotFound):
		// Deleted since, or by this very change.
	case err != nil:
		return err
	default:
		if fields, err := export.ReadFields(record.Raw); err == nil {
			what = recordview.Gist(a.out, c.Resource, fields)
		}
	}
	a.say("%s  %s  %s %s", a.out.Faint(c.At.Local().Format(time.TimeOnly)), paintKind(a.out, c.Kind),
		terminal.PadRight(c.String(), 18), what)
	return nil
}
