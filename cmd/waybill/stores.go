package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

func newStoresCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stores",
		Short: "List connected stores, replace their keys, pause or remove them",
		Long: `Lists the connected stores: what the mirror of each holds, how long ago it was up to
date (CURRENT), and what waits: writes on their way, and records known to have changed
that are not read yet. For cron and monitoring: waybill status.`,
		Example: `  waybill stores
  waybill stores rekey my-shop
  waybill stores pause my-shop`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStoresList(cmd.Context(), a) },
	}
	cmd.AddCommand(
		newStoresListCommand(a), newStoresRekeyCommand(a), newStoresMoveCommand(a), newStoresPauseCommand(a),
		newStoresResumeCommand(a),
		newStoresRemoveCommand(a), newStoresRotateCommand(a), newStoresWebhooksCommand(a),
	)
	return cmd
}

func newStoresListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List connected stores",
		Example: `  waybill stores list
  waybill stores list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStoresList(cmd.Context(), a) },
	}
}

func runStoresList(ctx context.Context, a *app) error {
	return a.withReader(ctx, func(r *service.Reader) error {
		stores, err := r.Stores(ctx)
		if err != nil {
			return err
		}
		standings, err := r.Standings(ctx, stores)
		if err != nil {
			return err
		}
		hooks, err := r.Hooks(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		views := make([]wire.Store, len(stores))
		for i, st := range stores {
			views[i] = wire.StoreOf(st)
			views[i].Standing = wire.StandingOf(standings[i], now)
			views[i].Webhooks = wire.InboxOff
			if h, there := hooks[st.ID]; there {
				views[i].Webhooks = string(h.State)
			}
			if views[i].Mirrored, err = countMirrored(ctx, r, st); err != nil {
				return err
			}
		}
		if a.global.json {
			return a.printJSON(views)
		}
		printStores(a, views)
		for _, st := range stores {
			if h, there := hooks[st.ID]; there && h.Why != "" && !st.Paused {
				a.say("%s %s is polled: %s", a.out.Warn("!"), st.Name, terminal.OneLine(h.Why))
			}
		}
		return nil
	})
}

func countMirrored(ctx context.Context, r *service.Reader, st storage.Store) (*wire.Mirrored, error) {
	var m wire.Mirrored
	for resource, into := range map[storage.Resource]*int{
		storage.Orders: &m.Orders, storage.Products: &m.Products, storage.Customers: &m.Customers,
	} {
		c, err := r.Counts(ctx, st.ID, resource)
		if err != nil {
			return nil, err
		}
		*into = c.Live
	}
	return &m, nil
}

func printStores(a *app, views []wire.Store) {
	if len(views) == 0 {
		a.note("No store is connected yet. Connect one: waybill connect https://shop.example")
		return
	}
	rows := make([][]string, len(views))
	for i, v := range views {
		state := "active"
		switch {
		case v.Paused:
			state = "paused"
		case v.Standing.Error != nil:
			state = "failing"
		}
		rows[i] = []string{v.Name, v.URL, v.Title, terminal.Count(v.Mirrored.Orders),
			terminal.Count(v.Mirrored.Products), terminal.Count(v.Mirrored.Customers), ageOf(v.Standing),
			backlogOf(v.Standing.Backlog), state}
	}
	columns := []terminal.Column{
		{Title: "NAME"}, {Title: "ADDRESS", Elastic: true}, {Title: "SHOP", Elastic: true},
		{Title: "ORDERS", Right: true}, {Title: "PRODUCTS", Right: true}, {Title: "CUSTOMERS", Right: true},
		{Title: "CURRENT"}, {Title: "WAITS", Elastic: true}, {Title: "STATE", Paint: paintState(a.out)},
	}
	if slices.ContainsFunc(views, func(v wire.Store) bool { return v.Webhooks != wire.InboxOff }) {
		columns = append(columns, terminal.Column{Title: "TOLD BY"})
		for i, v := range views {
			rows[i] = append(rows[i], toldBy(v))
		}
	}
	a.table(columns, rows)
	for _, v := range views {
		if v.Diagnosis != nil && v.Standing.Error != nil && !v.Paused {
			printDiagnosis(a, v.Name, v.Diagnosis)
		} else if v.Standing.Error != nil && !v.Paused {
			a.say("%s %s: %s", a.out.Bad("✗"), v.Name, terminal.OneLine(v.Standing.Error.Message))
			if v.Standing.Error.Hint != "" {
				a.say("  %s %s", a.out.Faint("->"), terminal.OneLine(v.Standing.Error.Hint))
			}
		}
		if v.Seen != nil {
			printSightings(a, v.Name, *v.Seen)
		}
	}
}

// toldBy says how Waybill hears of changes on a store.
func toldBy(v wire.Store) string {
	if v.Webhooks == string(storage.HookActive) {
		return "webhooks, polls"
	}
	return "polls"
}

// ageOf says how old a mirror is.
func ageOf(s *wire.Standing) string {
	if s.AgeSeconds == nil {
		return "never"
	}
	return terminal.Ago(time.Duration(*s.AgeSeconds * float64(time.Second)))
}

// backlogOf says what waits for a store; a bar when nothing does.
func backlogOf(b wire.Backlog) string {
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, terminal.Plural(n, one, many))
		}
	}
	add(b.WritesWaiting, "write", "writes")
	add(b.WritesParked, "parked", "parked")
	add(b.WritesRejected, "rejected", "rejected")
	add(b.RecordsMarked, "record to read", "records to read")
	return cmp.Or(strings.Join(parts, ", "), "–")
}

// printSightings tells what of a store's records is peculiar.
func printSightings(a *app, name string, seen storage.Sightings) {
	note := func(format string, args ...any) {
		a.say("%s %s: "+format, append([]any{a.out.Warn("!"), name}, args...)...)
	}
	if seen.UnseenOrders > 0 {
		note("%s on the store are in no list and not mirrored: nothing registers their status",
			terminal.Plural(seen.UnseenOrders, "order", "orders"))
	}
	for _, u := range seen.Unlisted {
		note("%s: the store counts %s, its lists show %s; the others are not mirrored", u.Resource,
			terminal.Count(u.Counted), terminal.Count(u.Shown))
	}
	if seen.HiddenOrders > 0 {
		note("%s mirrored under their ids, because no list shows them: nothing registers their status",
			terminal.Plural(seen.HiddenOrders, "order is", "orders are"))
	}
	if seen.Cache != "" {
		note("a cache answers for the store (%s); Waybill asks past it", terminal.OneLine(seen.Cache))
	}
	var small, closed []storage.Resource
	for _, r := range seen.Refused {
		switch {
		case r == storage.Orders: // a failure of every sync, which says why
		case slices.Contains(seen.Closed, r):
			closed = append(closed, r)
		default:
			small = append(small, r)
		}
	}
	if len(closed) > 0 {
		note("not WooCommerce but something in the shop or in front of it refuses %s, so the copy goes without them "+
			"(what it is: waybill doctor %s)", joinResources(closed), name)
	}
	if len(small) > 0 { // as it should be with a small role, so it is no warning
		a.say("%s", a.out.Faint(name+": the key may not read "+joinResources(small)+", so the copy goes without them"))
	}
	for _, member := range seen.Volatile {
		note("%s is another each time it is read, so it is left out of comparisons and of the change log", member)
	}
}

func joinResources(resources []storage.Resource) string {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// printDiagnosis tells why the last sync of a store failed.
func printDiagnosis(a *app, name string, d *storage.Diagnosis) {
	if d.Cause == "" {
		a.say("%s %s: the last sync failed (%s) and the doctor found no cause; look again with: waybill doctor %s",
			a.out.Bad("✗"), name, d.Failure, name)
		return
	}
	a.say("%s %s: %s %s", a.out.Bad("✗"), name, terminal.OneLine(d.Title),
		a.out.Faint("["+d.Cause+", found "+terminal.Moment(d.At.Local())+"]"))
	a.say("  %s %s", a.out.Faint("->"), terminal.OneLine(d.Fix))
}

func paintState(t terminal.Terminal) func(string, string) string {
	return func(value, laidOut string) string {
		if value == "active" {
			return t.Good(laidOut)
		}
		return t.Warn(laidOut)
	}
}
