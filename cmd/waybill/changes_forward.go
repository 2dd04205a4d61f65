package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/listening"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/forward"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// forwardFlags say where changes go and how.
type forwardFlags struct {
	to, exec, as string
	headers      []string
	thin, once   bool
	giveUp       time.Duration
}

func (f *forwardFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.to, "forward-to", "",
		"POST each change to this `URL`; it may be an address of this machine or a private network")
	flags.StringVar(&f.exec, "exec", "", "run this `command` for each change, with the change on its standard input")
	flags.StringVar(&f.as, "as", "", "keep the position under this `name` in the data directory, so that a restart goes on without a gap")
	flags.StringArrayVar(&f.headers, "header", nil, "with --forward-to: send this `header` too, as 'Name: value'")
	flags.BoolVar(&f.thin, "thin", false, "leave the record out: only what changed, not how it is now")
	flags.BoolVar(&f.once, "once", false, "deliver what there is, and end")
	flags.DurationVar(&f.giveUp, "give-up", 0,
		"end with an error when one change was not taken for this `time` (default: never; with --once 30s)")
}

// wanted says whether changes are to be delivered rather than printed.
func (f *forwardFlags) wanted() bool { return f.to != "" || f.exec != "" }

func (f *forwardFlags) check(follow bool) error {
	switch {
	case f.to != "" && f.exec != "":
		return problem.New(problem.Usage, "--forward-to and --exec cannot be used together").
			Next("Run one of them each, under a name of its own (--as)")
	case !f.wanted() && (f.as != "" || f.thin || f.once || f.giveUp != 0 || len(f.headers) > 0):
		return problem.New(problem.Usage, "--as, --thin, --once, --give-up and --header go with --forward-to or --exec")
	case f.once && follow:
		return problem.New(problem.Usage, "--once ends and --follow does not: give one of them")
	case f.to == "" && len(f.headers) > 0:
		return problem.New(problem.Usage, "--header goes with --forward-to")
	case f.giveUp < 0:
		return problem.New(problem.Usage, "--give-up cannot be negative")
	}
	return nil
}

func (f *forwardFlags) sink(a *app) (forward.Sink, error) {
	if f.exec != "" {
		return &forward.Command{Shell: forward.DefaultShell(), Line: f.exec, Env: a.env, Stdout: a.stdout,
			Stderr: a.stderr}, nil
	}
	header := http.Header{}
	for _, text := range f.headers {
		name, value, found := strings.Cut(text, ":")
		if !found || strings.TrimSpace(name) == "" {
			// It is not repeated: it may be a secret.
			return nil, problem.New(problem.Usage, "a --header has no colon").Next("Write it as 'Name: value'")
		}
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return forward.NewHTTP(f.to, header)
}

// forwardChanges delivers changes until it is interrupted, which is no error, or, with --once, until none is left.
func forwardChanges(ctx context.Context, a *app, r *service.Reader, q storage.ChangeQuery, f *forwardFlags) error {
	sink, err := f.sink(a)
	if err != nil {
		return err
	}
	d := forward.Deliverer{To: sink, GiveUp: f.giveUp}
	if f.once && d.GiveUp == 0 {
		d.GiveUp = 30 * time.Second
	}
	if f.as != "" {
		consumer, err := forward.OpenConsumer(r.Config().Data, f.as)
		if err != nil {
			return err
		}
		defer func() { _ = consumer.Close() }() // what was noted down is on the disk
		if q.After, err = takeUp(ctx, r, consumer, f.as, q.After); err != nil {
			return err
		}
		d.Position = consumer
	}
	d.Failed = func(one forward.Delivery, tries int, why error, pause time.Duration) {
		a.note("%s change %d (%s): %s; try %d follows in %s", a.err.Warn("!"), one.Seq, one.Type,
			terminal.OneLine(why.Error()), tries+1, terminal.Duration(pause.Round(100*time.Millisecond)))
	}
	if !f.once {
		a.note("Delivering changes after number %d to %s; stop with Ctrl-C.", q.After, f.where())
	}
	delivered := 0
	err = r.EachChange(ctx, q, !f.once, func(c records.NamedChange) error {
		_, one, err := listening.DeliveryOf(ctx, r.Record, c, f.thin)
		if err != nil {
			return err
		}
		if err := d.Deliver(ctx, one); err != nil {
			return err
		}
		delivered++
		if !f.once {
			a.note("%s  %s  %s  %s  %s", a.err.Faint(terminal.PadLeft(c.Seq, 8)), terminal.Moment(c.At.Local()),
				c.Store,
				paintKind(a.err, c.Kind), c.Ref)
		}
		return nil
	})
	if ctx.Err() != nil && !f.once && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	if err == nil {
		a.note("%s delivered", terminal.Plural(delivered, "change", "changes"))
	}
	return err
}

// takeUp is the number of the change after which a consumer goes on. A new consumer begins where it was told to, and
// that is kept, so that a restart before the first delivery leaves nothing out. A log that ends before the consumer's
// position is another log, or an older state of the same one.
func takeUp(
	ctx context.Context, r *service.Reader, consumer *forward.Consumer, name string, from int64,
) (int64, error) {
	seq, known := consumer.Seq()
	if !known {
		return from, consumer.Keep(from)
	}
	last, err := r.LastChange(ctx)
	if err != nil || seq <= last {
		return seq, err
	}
	return 0, problem.New(problem.DataUnusable, "%q has had change %d, and the log ends at %d: the data is an older "+
		"state, or another one", name, seq, last).
		Next("Deliver under another name, beginning with --from")
}

// where names the receiver, without what may be a secret in its address.
func (f *forwardFlags) where() string {
	if u, err := url.Parse(f.to); err == nil && f.to != "" {
		return u.Scheme + "://" + u.Host
	}
	return "the command"
}
