package listening

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/sandboxadmin"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/forward"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
)

type listenOptions struct {
	store   string
	url     string
	caFile  string
	to      string
	headers []string
	events  []string
	secret  string
	thin    bool
}

// Command is waybill listen.
func Command(a *program.App) *cobra.Command {
	var opts listenOptions
	cmd := &cobra.Command{
		Use:   "listen [STORE]",
		Short: "Show what happens on a shop, and hand it to a program under development",
		Long: `Shows each thing that happens on a shop from now on, and with --forward-to posts it to a
program of yours: the same events, signed in the same way, as a subscription of
waybill serve sends them. What the program answers is shown.

Without a STORE it is the sandbox that runs on this machine (waybill sandbox --tls),
which is connected and copied for the occasion; with one it is a connected shop. When it
ends, everything is as it was: no subscription, no position, no copy of the sandbox is
kept. To make something happen: waybill trigger order.created

Events are sent once, in order. One that your program does not take is shown and not sent
again; subscriptions are what repeats (waybill subscriptions create). The secret that
signs is made for this run, unless you give one.

The address is your own: this machine and private networks are allowed. A connected shop is
followed as by waybill sync, unless another process does so: what waits in its outbox is
sent, too.`,
		Example: `  waybill listen
  waybill listen --forward-to http://localhost:8080/hook
  waybill listen --forward-to http://localhost:8080/hook --events order.created,order.updated
  waybill listen my-shop --events orders --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.store = args[0]
			}
			return runListen(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.to, "forward-to", "",
		"POST each event to this `URL`; it may be an address of this machine or a private network")
	flags.StringSliceVar(&opts.events, "events", nil,
		"only these `events`: orders.created, order.created as WooCommerce says it, or orders for all of them")
	flags.StringArrayVar(&opts.headers, "header", nil, "with --forward-to: send this `header` too, as 'Name: value'")
	flags.StringVar(&opts.secret, "secret", "",
		"sign with this `secret` (whsec_…) rather than one made for this run")
	flags.BoolVar(&opts.thin, "thin", false, "leave the record out: only what changed, not how it is now")
	flags.StringVar(&opts.url, "url", "", sandboxadmin.AddressUsage)
	flags.StringVar(&opts.caFile, "ca-file", "",
		authorityUsage)
	return cmd
}

// authorityUsage is the help of the flag --ca-file.
const authorityUsage = "certificate authority of the sandbox in this `file` (default: the one that waybill sandbox " +
	"keeps while it runs)"

// eitherOr refuses a sandbox and a connected shop at once.
func eitherOr(store string) error {
	return problem.New(problem.Usage, "--url and --ca-file name a sandbox, and %s is a connected shop", store).
		Next("Leave out one of the two")
}

// Listening is the first line of waybill listen --json.
type Listening struct {
	Store string `json:"store"`
	URL   string `json:"url" doc:"The address of the shop."`
	// Secret is for whoever checks the signatures of this run.
	Secret    string `json:"secret,omitempty" doc:"What events are signed with (Standard Webhooks)."`
	ForwardTo string `json:"forward_to,omitempty" doc:"Where events go, without what may be secret in the address."`
}

// Heard is a line of waybill listen --json.
type Heard struct {
	ID    string     `json:"id" doc:"The id of the event: the header Webhook-Id."`
	Event wire.Event `json:"event"`
	Taken *bool      `json:"taken,omitempty" doc:"Whether the receiver took it; absent without --forward-to."`
	Why   string     `json:"why,omitempty" doc:"Why it did not."`
}

// listener shows what happens, and hands it on.
type listener struct {
	*program.App
	opts   *listenOptions
	wanted wanted
	sink   *forward.HTTP // nil hands nothing on
}

func runListen(ctx context.Context, a *program.App, opts *listenOptions) error {
	l := &listener{App: a, opts: opts}
	var err error
	if l.wanted, err = parseEvents(opts.events); err != nil {
		return err
	}
	if err = l.receiver(); err != nil {
		return err
	}
	if opts.store != "" {
		if opts.url != "" || opts.caFile != "" {
			return eitherOr(opts.store)
		}
		return a.Open(ctx, func(s *service.Service) error {
			found, err := s.Named(ctx, opts.store)
			if err != nil {
				return err
			}
			return l.listen(ctx, s, found[0])
		})
	}
	return l.sandbox(ctx)
}

// receiver makes what hands events on.
func (l *listener) receiver() error {
	opts := l.opts
	if opts.to == "" {
		if len(opts.headers) > 0 || opts.secret != "" {
			return problem.New(problem.Usage, "--header and --secret go with --forward-to").
				Next("Say where events go: --forward-to http://localhost:8080/hook")
		}
		return nil
	}
	header := http.Header{}
	for _, text := range opts.headers {
		name, value, found := strings.Cut(text, ":")
		if !found || strings.TrimSpace(name) == "" {
			// It is not repeated: it may be a secret.
			return problem.New(problem.Usage, "a --header has no colon").Next("Write it as 'Name: value'")
		}
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if opts.secret == "" {
		opts.secret = signature.NewSecret()
	}
	if err := signature.CheckSecret(opts.secret); err != nil {
		return problem.New(problem.Usage, "--secret is none of Standard Webhooks").
			Next("It is whsec_ with 24 to 64 bytes in base64 behind it. Leave it out to have one made")
	}
	var err error
	l.sink, err = forward.NewHTTP(opts.to, header, opts.secret)
	return err
}

// sandbox listens to the sandbox that runs on this machine, on a copy that is gone afterwards.
func (l *listener) sandbox(ctx context.Context) error {
	admin, err := sandboxadmin.Find(ctx, l.opts.url, l.opts.caFile, l.Data())
	if err != nil {
		return err
	}
	key, secret, err := admin.Key(ctx)
	if err != nil {
		return problem.From(err).Next("Start one with `waybill sandbox --tls`. For a connected shop, name it: " +
			"waybill listen STORE")
	}
	roots, err := admin.Roots()
	if err != nil {
		return err
	}
	return l.Forgetful(ctx, roots, func(s *service.Service) error {
		connected, err := s.Connect(ctx, stores.Connection{URL: admin.URL, Key: key, Secret: secret, Name: "sandbox"})
		if err != nil {
			return err
		}
		return l.listen(ctx, s, connected.Store)
	})
}

// listen follows a shop until it is interrupted, which is how it is meant to end.
func (l *listener) listen(ctx context.Context, s *service.Service, st storage.Store) error {
	if err := l.copyFirst(ctx, s, st); err != nil {
		return err
	}
	after, err := s.LastChange(ctx)
	if err != nil {
		return err
	}
	if err = l.ready(st); err != nil {
		return err
	}
	command := ctx
	ctx, cancel := context.WithCancel(command)
	defer cancel()
	followed := make(chan error, 1)
	go func() {
		defer cancel()
		followed <- s.Follow(ctx, []storage.Store{st}, false, nil, l.round)
	}()
	q := storage.ChangeQuery{After: after, StoreID: st.ID}
	heard := s.EachChange(ctx, q, true, func(c records.NamedChange) error {
		if !l.wanted.wants(c.Change) {
			return nil
		}
		return l.heard(ctx, s, c)
	})
	cancel()
	err = <-followed
	if command.Err() != nil {
		return nil // whatever was cut off by that
	}
	return errors.Join(err, heard)
}

// copyFirst copies a shop of which nothing, or not all, is copied: everything in it would seem to happen now.
func (l *listener) copyFirst(ctx context.Context, s *service.Service, st storage.Store) error {
	copies, err := s.Copies(ctx, st)
	switch lacks := len(copies.Missing) + len(copies.Begun); {
	case lacks == 0:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	l.Note("Copying %s first …", st.Name)
	_, err = s.SyncOnce(ctx, st, nil)
	return err
}

// round tells of a round that failed: nothing is heard of the shop meanwhile.
func (l *listener) round(r follow.Round) {
	if r.Err == nil {
		return
	}
	p := problem.From(r.Err)
	l.Note("%s  %s %s", l.Err().Faint(time.Now().Format(time.TimeOnly)), l.Err().Bad("✗"), terminal.OneLine(p.Message))
	if p.Hint != "" {
		l.Note("          %s %s", l.Err().Faint("->"), terminal.OneLine(p.Hint))
	}
}

// ready says that from now on everything is heard.
func (l *listener) ready(st storage.Store) error {
	first := Listening{Store: st.Name, URL: st.HomeURL, ForwardTo: l.where()}
	if l.sink != nil {
		first.Secret = l.opts.secret
	}
	if l.JSON() {
		return l.PrintJSONLine(first)
	}
	l.Note("%s Listening to %s; stop with Ctrl-C.", l.Err().Good("✓"), l.Err().Strong(st.HomeURL))
	if l.sink != nil {
		l.Note("  Events go to %s, signed with %s", first.ForwardTo, first.Secret)
	}
	if l.opts.store == "" {
		l.Note("  Make something happen, in another terminal: %s", l.Err().Accent("waybill trigger order.created"))
	}
	return nil
}

// where names the receiver, without what may be a secret in its address.
func (l *listener) where() string {
	u, err := url.Parse(l.opts.to)
	if err != nil || l.opts.to == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// heard shows one change, and hands it on. A receiver that does not take it holds nothing up.
func (l *listener) heard(ctx context.Context, s *service.Service, c records.NamedChange) error {
	e, one, err := DeliveryOf(ctx, s.Record, c, l.opts.thin)
	if err != nil {
		return err
	}
	line := Heard{ID: one.ID, Event: e}
	if l.sink != nil {
		err := l.sink.Deliver(ctx, one)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		taken := err == nil
		if line.Taken = &taken; !taken {
			line.Why = terminal.OneLine(err.Error())
		}
	}
	if l.JSON() {
		return l.PrintJSONLine(line)
	}
	out, came := l.Out(), ""
	switch {
	case line.Taken == nil:
	case *line.Taken:
		came = out.Good("✓") + " taken"
	default:
		came = out.Bad("✗") + " " + line.Why
	}
	l.Say("%s", strings.TrimRight(out.Faint(c.At.Local().Format(time.TimeOnly))+"  "+
		terminal.PadRight(e.Type, 18)+"  "+terminal.PadRight(c.Ref.String(), 16)+"  "+came, " "))
	return nil
}
