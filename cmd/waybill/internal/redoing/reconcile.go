package redoing

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/reconcile"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
	"github.com/waybillhq/waybill/internal/wire"
)

type reconcileOptions struct {
	file, url, column, reference, encoding, delimiter string
	by, since, until, subscription, group             string
	redeliver, dryRun                                 bool
}

// Reconcile is waybill reconcile.
func Reconcile(a *program.App) *cobra.Command {
	var o reconcileOptions
	cmd := &cobra.Command{
		Use:   "reconcile [STORE]",
		Short: "Compare the orders of a shop with a list: what is missing where",
		Long: `Compares the orders of a shop's mirror with a list of somebody else's, such as an export of the
ERP: which are in both, which only in the shop, which only there. The list is a CSV with a
header, a JSON list, or one number a line. Numbers and ids are told apart by which finds more
orders. No request goes to the shop. Orders in the trash and drafts are left out.

With --subscription only what the subscription gets is expected there, what is on its way is
told apart, and what the list says is noted as its receipts: waybill trace shows it. With
--redeliver exactly what is missing is sent again. --dry-run shows it first, and does nothing.

Exit status: 0 when nothing is missing on either side, 10 when something is.`,
		Example: `  waybill reconcile my-shop --file erp.csv --column "order number"
  waybill reconcile my-shop --file erp.csv --subscription erp --since 30d --redeliver --dry-run
  waybill reconcile my-shop --url https://erp.example.com/orders.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReconcile(cmd.Context(), a, strings.Join(args, ""), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.file, "file", "f", "", "`file` with the list; - reads standard input")
	flags.StringVar(&o.url, "url", "", "`URL` that the list is fetched from")
	flags.StringVar(&o.column, "column", "", "the `COLUMN` that names the orders; the usual names are known")
	flags.StringVar(&o.reference, "reference-column", "", "the `COLUMN` with the other side's own number of the order")
	flags.StringVar(&o.encoding, "encoding", "", "how the file is written where it is not UTF-8: `NAME`")
	flags.StringVar(&o.delimiter, "delimiter", "", "what stands between cells: a `character`, or comma, semicolon, tab")
	flags.StringVar(&o.by, "by", "", "what the list holds: `number` or id")
	flags.StringVar(&o.since, "since", "", "only orders that were placed since this `time`: 30d, or a date")
	flags.StringVar(&o.until, "until", "", "only orders that were placed before this `time`")
	flags.StringVar(&o.subscription, "subscription", "", "the `name` of the subscription whose list it is")
	flags.StringVar(&o.group, "group", "", "the `group` that the subscription belongs to")
	flags.BoolVar(&o.redeliver, "redeliver", false, "send what is only in the shop to the subscription again")
	flags.BoolVar(&o.dryRun, "dry-run", false, "note nothing and send nothing")
	return cmd
}

// question is what is compared, but for the list.
func (o reconcileOptions) question(
	ctx context.Context, a *program.App, s *service.Service, store string,
) (q reconcile.Question, err error) {
	if o.by != "" && o.by != string(reconcile.ByNumber) && o.by != string(reconcile.ByID) {
		return q, noBy(o.by)
	}
	if o.redeliver && o.subscription == "" {
		return q, toWhom()
	}
	if q.Store, err = s.Store(ctx, store); err != nil {
		return q, err
	}
	q.By, q.Note = reconcile.By(o.by), !o.dryRun
	zone, now := argument.StoreZone(q.Store), time.Now()
	for text, into := range map[*string]*time.Time{&o.since: &q.Since, &o.until: &q.Until} {
		if *text == "" {
			continue
		}
		if *into, err = argument.Time(*text, zone, now); err != nil {
			return q, err
		}
	}
	if o.subscription != "" {
		sub, err := s.SubscriptionNamed(ctx, a.Caller(), o.group, o.subscription)
		if err != nil {
			return q, err
		}
		q.To = &sub
	}
	return q, nil
}

// list reads the list.
func (o reconcileOptions) list(ctx context.Context, a *program.App, s *service.Service) ([]reconcile.Entry, error) {
	form := reconcile.Form{Column: o.column, Reference: o.reference, Encoding: o.encoding}
	var err error
	if o.delimiter != "" {
		if form.Delimiter, err = table.ParseDelimiter(o.delimiter); err != nil {
			return nil, noDelimiter(err)
		}
	}
	if (o.file == "") == (o.url == "") {
		return nil, oneSource()
	}
	if o.url != "" {
		return s.FetchList(ctx, reconcile.Source{URL: o.url}, form)
	}
	var in io.Reader = a.In
	if o.file != "-" {
		file, err := os.Open(o.file)
		if err != nil {
			return nil, notReadable(err, o.file)
		}
		defer file.Close()
		in = file
	}
	return reconcile.Read(in, form)
}

func runReconcile(ctx context.Context, a *program.App, store string, o reconcileOptions) error {
	var view wire.Reconciled
	err := a.Open(ctx, func(s *service.Service) error {
		q, err := o.question(ctx, a, s, store)
		if err != nil {
			return err
		}
		if q.List, err = o.list(ctx, a, s); err != nil {
			return err
		}
		found, err := s.Reconciler.Compare(ctx, q)
		if err != nil {
			return err
		}
		view = wire.ReconciledOf(found)
		if o.redeliver {
			if err := redeliver(ctx, s, q, found, o.dryRun, &view); err != nil {
				return err
			}
		}
		if o.dryRun {
			return nil
		}
		return s.Did(ctx, a.Caller(), "reconcile", q.Store.Name)
	})
	if err != nil {
		return err
	}
	if a.JSON() {
		err = a.PrintJSON(view)
	} else {
		show(a, view)
	}
	if err == nil && view.OnlyInShop+view.OnlyThere > 0 {
		err = a.Exit(problem.ExitDifferent)
	}
	return err
}

func redeliver(ctx context.Context, s *service.Service, q reconcile.Question, found reconcile.Found, preview bool,
	view *wire.Reconciled,
) error {
	plan, err := s.Redo.Redeliver(ctx, redo.Delivery{To: *q.To, Store: q.Store, Records: found.Refs(),
		Preview: preview})
	if err != nil {
		return err
	}
	done := wire.RedoneOf(plan, preview)
	view.Redelivered = &done
	return nil
}

// mostShown is how many orders of a side are shown to people.
const mostShown = 20

func show(a *program.App, v wire.Reconciled) {
	out := a.Out()
	mark := out.Good("✓")
	if v.OnlyInShop+v.OnlyThere > 0 {
		mark = out.Bad("✗")
	}
	a.Say("%s %d in both, %d only in the shop, %d only in the list (by %s)", mark, v.Both, v.OnlyInShop, v.OnlyThere,
		v.By)
	if v.Underway > 0 {
		a.Say("  %d are on their way", v.Underway)
	}
	if v.LeftOut > 0 {
		a.Say("  %d are not meant for the subscription", v.LeftOut)
	}
	for _, o := range v.InShop[:min(len(v.InShop), mostShown)] {
		a.Say("  only in the shop: %s %s", out.Safe(o.Number),
			out.Faint(storage.Ref{Resource: storage.Orders, ID: o.ID}.String()+", "+out.Safe(o.Status)))
	}
	for _, word := range v.There[:min(len(v.There), mostShown)] {
		a.Say("  only in the list: %s", out.Safe(word))
	}
	if v.OnlyInShop > mostShown || v.OnlyThere > mostShown {
		a.Note("All of them: --json")
	}
	if r := v.Redelivered; r != nil {
		SayRedone(a, *r, "sent again", "the shop is asked nothing")
	}
}

// SayRedone says what was done again, or would be.
func SayRedone(a *program.App, r wire.Redone, done, cost string) {
	would := a.Out().Good("✓") + " %d are " + done + "; " + cost
	if r.Preview {
		would = a.Out().Faint("–") + " %d would be " + done + "; " + cost + ". Nothing was done."
	}
	a.Say(would, r.Count)
	if len(r.Underway) > 0 {
		a.Say("  %d are on their way already", len(r.Underway))
	}
	for _, id := range r.LeftOut[:min(len(r.LeftOut), mostShown)] {
		a.Say("  %s %d is not known, or the receiver does not get it", a.Out().Warn("!"), id)
	}
}
