package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

func newStoresCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stores",
		Short: "List connected stores, replace their keys, pause or remove them",
		Example: `  waybill stores
  waybill stores rekey my-shop
  waybill stores pause my-shop`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStoresList(cmd.Context(), a) },
	}
	cmd.AddCommand(
		newStoresListCommand(a), newStoresRekeyCommand(a), newStoresPauseCommand(a), newStoresResumeCommand(a),
		newStoresRemoveCommand(a), newStoresRotateCommand(a),
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

// storeView is a store in JSON results.
type storeView struct {
	Name        string    `json:"name"`
	URL         string    `json:"url"`
	RESTRoot    string    `json:"rest_root"`
	Title       string    `json:"title"`
	WooCommerce string    `json:"woocommerce,omitempty"`
	Currency    string    `json:"currency,omitempty"`
	TimeZone    string    `json:"time_zone,omitempty"`
	GMTOffset   float64   `json:"gmt_offset"`
	ClockAhead  float64   `json:"clock_ahead_seconds"`
	Auth        string    `json:"auth"`
	KeyStored   bool      `json:"key_stored"`
	Paused      bool      `json:"paused"`
	ConnectedAt time.Time `json:"connected_at"`
	Mirrored    *mirrored `json:"mirrored,omitempty"`
	// Seen is what the mirror saw on the store that people should know.
	Seen *storage.Sightings `json:"seen,omitempty"`
	// Diagnosis is why the last sync failed; absent when it did not.
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

// mirrored counts what the mirror of a store holds.
type mirrored struct {
	Orders    int `json:"orders"`
	Products  int `json:"products"`
	Customers int `json:"customers"`
}

func viewStore(st storage.Store) storeView {
	view := storeView{
		Name: st.Name, URL: st.HomeURL, RESTRoot: st.RESTRoot, Title: st.Facts.SiteName,
		WooCommerce: st.Facts.WooCommerce,
		Currency:    st.Facts.Currency, TimeZone: st.Facts.TimeZone, GMTOffset: st.Facts.GMTOffset,
		ClockAhead: st.Facts.ClockAhead.Seconds(), Auth: string(st.Auth), KeyStored: st.Credentials.Environment == "",
		Paused: st.Paused, ConnectedAt: st.CreatedAt, Diagnosis: st.Facts.Diagnosis,
	}
	if seen := st.Facts.Seen; !seen.Equal(storage.Sightings{}) {
		view.Seen = &seen
	}
	return view
}

func runStoresList(ctx context.Context, a *app) error {
	return a.withReader(ctx, func(r *service.Reader) error {
		stores, err := r.Stores(ctx)
		if err != nil {
			return err
		}
		views := make([]storeView, len(stores))
		for i, st := range stores {
			views[i] = viewStore(st)
			if views[i].Mirrored, err = countMirrored(ctx, r, st); err != nil {
				return err
			}
		}
		if a.global.json {
			return a.printJSON(views)
		}
		printStores(a, views)
		return nil
	})
}

func countMirrored(ctx context.Context, r *service.Reader, st storage.Store) (*mirrored, error) {
	var m mirrored
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

func printStores(a *app, views []storeView) {
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
		case v.Diagnosis != nil:
			state = "failing"
		}
		rows[i] = []string{v.Name, v.URL, v.Title, terminal.Count(v.Mirrored.Orders),
			terminal.Count(v.Mirrored.Products), terminal.Count(v.Mirrored.Customers), state}
	}
	a.table([]terminal.Column{
		{Title: "NAME"}, {Title: "ADDRESS", Elastic: true}, {Title: "SHOP", Elastic: true},
		{Title: "ORDERS", Right: true},
		{Title: "PRODUCTS", Right: true}, {Title: "CUSTOMERS", Right: true}, {Title: "STATE", Paint: paintState(a.out)},
	}, rows)
	for _, v := range views {
		if v.Diagnosis != nil && !v.Paused {
			printDiagnosis(a, v.Name, v.Diagnosis)
		}
		if v.Seen != nil {
			printSightings(a, v.Name, *v.Seen)
		}
	}
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
	if seen.HiddenOrders > 0 {
		note("%s mirrored under their ids, because no list shows them: nothing registers their status",
			terminal.Plural(seen.HiddenOrders, "order is", "orders are"))
	}
	if seen.Cache != "" {
		note("a cache answers for the store (%s); Waybill asks past it", terminal.OneLine(seen.Cache))
	}
	if len(seen.Refused) > 0 {
		note("the key may not read %s, so they are left out", joinResources(seen.Refused))
	}
	for _, member := range seen.Volatile {
		note("%s differs on every reading, so it is left out of comparisons and of the change log", member)
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
		a.out.Faint("["+d.Cause+", found "+d.At.Local().Format("2006-01-02 15:04")+"]"))
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

type rekeyOptions struct {
	store       string
	scopes      string
	credentials credentialFlags
}

func newStoresRekeyCommand(a *app) *cobra.Command {
	var opts rekeyOptions
	cmd := &cobra.Command{
		Use:   "rekey STORE",
		Short: "Replace the API key of a store; its mirror stays as it is",
		Example: `  export WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_…
  waybill stores rekey my-shop`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = args[0]
			return runStoresRekey(cmd.Context(), a, &opts)
		},
	}
	opts.credentials.register(cmd.Flags())
	cmd.Flags().StringVar(&opts.scopes, "for", "",
		"`scopes` the store is used for: the key must read the first of them (default orders:read)")
	must(cmd.RegisterFlagCompletionFunc("for", completeScopes))
	return cmd
}

func runStoresRekey(ctx context.Context, a *app, opts *rekeyOptions) error {
	key, secret, err := opts.credentials.find(a)
	if err != nil {
		return err
	}
	scopes, err := wantedScopes(opts.scopes)
	if err != nil {
		return err
	}
	return a.withService(ctx, nil, func(s *service.Service) error {
		connected, err := s.Rekey(ctx, opts.store, service.Connection{Key: key, Secret: secret,
			Environment: opts.credentials.fromEnv, Scopes: scopes})
		if err != nil {
			return err
		}
		return printConnected(a, "New key for", connected, nil)
	})
}

func newStoresPauseCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "pause STORE",
		Short:             "Send nothing to a store until it is resumed",
		Example:           `  waybill stores pause my-shop`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), nil, func(s *service.Service) error {
				st, err := s.Pause(cmd.Context(), args[0])
				return printStore(a, "Paused", st, err)
			})
		},
	}
}

func newStoresResumeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "resume STORE",
		Short:             "Let work on a paused store go on where it stopped",
		Example:           `  waybill stores resume my-shop`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), nil, func(s *service.Service) error {
				st, err := s.Resume(cmd.Context(), args[0])
				return printStore(a, "Resumed", st, err)
			})
		},
	}
}

func newStoresRemoveCommand(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove STORE",
		Short: "Forget a store, its key and its mirror; nothing changes on the store itself",
		Example: `  waybill stores remove my-shop
  waybill stores remove my-shop --yes`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), nil, func(s *service.Service) error {
				if _, err := s.Store(cmd.Context(), args[0]); err != nil {
					return err
				}
				if err := a.prompt().Confirm("Forget "+args[0]+" and everything mirrored from it?", yes); err != nil {
					return err
				}
				st, err := s.Remove(cmd.Context(), args[0])
				return printStore(a, "Removed", st, err)
			})
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func newStoresRotateCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate-master-key",
		Short: "Encrypt all stored keys anew with a new master key",
		Long: `Makes a new master key in the data directory's key file and encrypts all stored
keys with it. A master key given in WAYBILL_MASTER_KEY is rotated by setting that
variable to the new key and WAYBILL_MASTER_KEY_PREVIOUS to the old one.`,
		Example: `  waybill stores rotate-master-key`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withService(cmd.Context(), nil, func(s *service.Service) error {
				if err := s.RotateMasterKey(cmd.Context()); err != nil {
					return err
				}
				if a.global.json {
					return a.printJSON(map[string]bool{"rotated": true})
				}
				a.say("%s All stored keys are encrypted with a new master key", a.out.Good("✓"))
				return nil
			})
		},
	}
}

func printStore(a *app, done string, st storage.Store, err error) error {
	if err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(viewStore(st))
	}
	a.say("%s %s %s", a.out.Good("✓"), done, a.out.Strong(st.Name))
	return nil
}
