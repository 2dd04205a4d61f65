package listening

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/sandboxadmin"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

type triggerOptions struct {
	url    string
	caFile string
	id     int64
	real   bool
}

// Trigger is waybill trigger.
func Trigger(a *program.App) *cobra.Command {
	var opts triggerOptions
	cmd := &cobra.Command{
		Use:   "trigger EVENT [STORE]",
		Short: "Make something happen on a sandbox: an order comes in, a product changes",
		Long: `Changes a shop the way its owner or a customer would, so that a program under development
gets an event. Without a STORE it is the sandbox that runs on this machine (waybill
sandbox --tls); with one it is a connected shop. A shop that is no sandbox is refused,
unless you say that it is meant (--real-shop): orders made so are orders, and their
e-mails go out.

What is created is new; everything else happens to the newest record of its kind, or to
the one that you name with --id. On a real shop --id is needed.

The events:
` + listOfEvents(),
		Example: `  waybill trigger order.created
  waybill trigger order.completed --id 4711
  waybill trigger product.updated my-sandbox --json`,
		Args: cobra.RangeArgs(1, 2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return eventNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			store := ""
			if len(args) > 1 {
				store = args[1]
			}
			return runTrigger(cmd.Context(), a, &opts, args[0], store)
		},
	}
	flags := cmd.Flags()
	flags.Int64Var(&opts.id, "id", 0, "the record that it happens to, by its `ID` on the shop (default: the newest)")
	flags.BoolVar(&opts.real, "real-shop", false, "let it happen although the shop is no sandbox")
	flags.StringVar(&opts.url, "url", "", sandboxadmin.AddressUsage)
	flags.StringVar(&opts.caFile, "ca-file", "", authorityUsage)
	return cmd
}

// Triggered is what waybill trigger --json prints.
type Triggered struct {
	Event string `json:"event"`
	URL   string `json:"url" doc:"The address of the shop."`
	storage.Ref
	ParentID int64  `json:"parent_id,omitempty"`
	Status   string `json:"status,omitempty"`
}

func runTrigger(ctx context.Context, a *program.App, opts *triggerOptions, name, store string) error {
	i := slices.IndexFunc(happenings, func(h happening) bool { return h.name == singularName(name) })
	switch {
	case i < 0:
		p := problem.New(problem.Usage, "nothing is known that makes the event %q happen", name)
		if near := spelling.Nearest(name, eventNames()); near != "" {
			return p.Next("Did you mean: %s", near)
		}
		return p.Next("There are: %s", strings.Join(eventNames(), ", "))
	case opts.id < 0:
		return problem.New(problem.Usage, "--id is %d, and ids begin with 1", opts.id).
			Next("Leave it out for the newest record")
	case opts.id > 0 && happenings[i].creates:
		return problem.New(problem.Usage, "--id names a record, and %s makes a new one", happenings[i].name).
			Next("Leave --id out")
	}
	h := happenings[i]
	if store == "" {
		return onSandbox(ctx, a, opts, h)
	}
	if opts.url != "" || opts.caFile != "" {
		return eitherOr(store)
	}
	return a.Open(ctx, func(s *service.Service) error {
		found, err := s.Named(ctx, store)
		if err != nil {
			return err
		}
		st := found[0]
		if err := permitted(ctx, a, opts, h, st); err != nil {
			return err
		}
		client, err := s.Shop(st)
		if err != nil {
			return err
		}
		return trigger(ctx, a, h, target{Doer: client, url: st.HomeURL, id: opts.id})
	})
}

// permitted refuses a shop that is no sandbox unless it is meant, and with it the record where one is needed.
func permitted(ctx context.Context, a *program.App, opts *triggerOptions, h happening, st storage.Store) error {
	switch {
	case isSandbox(ctx, a, st):
		return nil
	case !opts.real:
		return problem.New(problem.Usage, "%s (%s) is no sandbox on this machine, and %s would change it", st.Name,
			st.HomeURL, h.name).
			Next("Start a sandbox: waybill sandbox --tls. If this very shop is meant, add --real-shop")
	case opts.id == 0 && !h.creates:
		return problem.New(problem.Usage, "%s is no sandbox, so the record that %s happens to is not chosen for you",
			st.Name, h.name).
			Next("Name it with --id")
	}
	return nil
}

// onSandbox lets it happen on the sandbox that runs on this machine.
func onSandbox(ctx context.Context, a *program.App, opts *triggerOptions, h happening) error {
	admin, err := sandboxadmin.Find(ctx, opts.url, opts.caFile, a.Data())
	if err != nil {
		return err
	}
	key, secret, err := admin.Key(ctx)
	if err != nil {
		return err
	}
	client, err := admin.HTTP()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	credentials := woo.Credentials{Key: key, Secret: secret}
	connection, err := woo.Connect(ctx, admin.URL, credentials, woo.WithHTTPClient(client))
	if err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "The sandbox at %s does not let its own key in: %v",
			admin.URL, err).
			Next("End what breaks it: waybill sandbox fault clear")
	}
	return trigger(ctx, a, h, target{Doer: connection.Client, url: admin.URL, id: opts.id})
}

// isSandbox says whether a connected shop is a sandbox on this machine. No other shop is asked for what only a sandbox
// has.
func isSandbox(ctx context.Context, a *program.App, st storage.Store) bool {
	u, err := url.Parse(st.HomeURL)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	if u.Hostname() != "localhost" && (err != nil || !address.IsLoopback()) {
		return false
	}
	_, _, err = sandboxadmin.Client{URL: u.Scheme + "://" + u.Host, Data: a.Data()}.Key(ctx)
	return err == nil
}

func trigger(ctx context.Context, a *program.App, h happening, on target) error {
	made, err := h.happen(ctx, on)
	if err != nil {
		if refused, ok := woo.AsError(err); ok && refused.Message != "" {
			return problem.Wrap(problem.WriteRejected, err, "the shop refuses %s: %s", h.name, refused.Message).
				Next("Let it happen to another record: --id ID")
		}
		return err
	}
	result := Triggered{Event: h.name, URL: on.url, Ref: storage.Ref{Resource: h.resource, ID: made.ID},
		ParentID: made.parent, Status: made.Status}
	if a.JSON() {
		return a.PrintJSON(result)
	}
	stands := ""
	if made.Status != "" {
		stands = " (" + made.Status + ")"
	}
	out := a.Out()
	a.Say("%s %s: %s%s on %s", out.Good("✓"), h.name, out.Strong(result.Ref.String()), out.Safe(stands), on.url)
	return nil
}

// singularName lets Waybill's own names of events stand for WooCommerce's: orders.created for order.created.
func singularName(name string) string {
	resource, kind, found := strings.Cut(strings.ToLower(strings.TrimSpace(name)), ".")
	if !found {
		return name
	}
	return singular(storage.Resource(resource)) + "." + kind
}
