package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/cmd/waybill/internal/rowinput"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/writes"
)

// writeFlags are the flags of every command that writes to a store.
type writeFlags struct {
	key    string
	wait   bool
	bound  time.Duration
	again  bool
	dryRun bool
	yes    bool
	// byColumn says that each row has a key of its own, made of a column.
	byColumn bool
	shown    bool // rows of a table, which a person sees before the first is sent
	policy   string
	base     string
	allow    []string
	order    orderFlags
}

func (f *writeFlags) register(flags *pflag.FlagSet, update bool) {
	flags.StringVar(&f.key, "idempotency-key", "",
		"`key` of your own for this write: repeated with the same key it is not done again")
	flags.BoolVar(&f.wait, "wait", false, "wait until the store has it, or a person must decide")
	flags.DurationVar(&f.bound, "timeout", 0,
		"with --wait: wait no longer than this `time`, such as 2m; what is not settled then goes on by itself")
	if !update {
		f.registerAgain(flags)
	}
	flags.BoolVar(&f.dryRun, "dry-run", false, "show the exact request and send nothing")
	flags.StringSliceVar(&f.allow, "allow-unknown", nil,
		"`FIELD` that a plugin of the store takes and WooCommerce does not know, such as acme_lot or "+
			"line_items.acme_lot; repeat it")
	if update {
		flags.StringVar(&f.base, "base", "",
			"`file` with the record as you saw it, in JSON; by default the mirror's. The policy decides when the "+
				"store has another")
		flags.StringVar(&f.policy, "policy", string(outbox.Merge), "when the record changed on the store meanwhile: "+
			choices(string(outbox.Merge), string(outbox.Reject), string(outbox.StoreWins), string(outbox.CallerWins)))
	}
}

// registerYes is for what may come from a file.
func (f *writeFlags) registerYes(flags *pflag.FlagSet) {
	flags.BoolVarP(&f.yes, "yes", "y", false, "do not show the first rows of a CSV file and ask before they are sent")
}

// registerAgain is for what is recognised by its content (see [intake.NameByContent]).
func (f *writeFlags) registerAgain(flags *pflag.FlagSet) {
	flags.BoolVar(&f.again, "again", false, "do it once more, although the same was written before")
}

// orderFlags say what the word stands for that names an order.
type orderFlags struct{ id, number bool }

func (f *orderFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.id, "id", false, "the order is named by its id, whatever numbers the shop gives")
	cmd.Flags().BoolVar(&f.number, "number", false,
		"the order is named by the number that people see, which a plugin may give")
	cmd.MarkFlagsMutuallyExclusive("id", "number")
}

// ofOrders says whether records are orders, or belong to one that names them.
func ofOrders(r storage.Resource) bool {
	return r == storage.Orders || r == storage.OrderNotes || r == storage.Refunds || r == storage.Fulfillments
}

func (f orderFlags) by() records.NamedBy {
	switch {
	case f.id:
		return records.ByID
	case f.number:
		return records.ByNumber
	}
	return records.ByEither
}

// runInput sends what the input says, all of it or nothing.
func runInput(
	ctx context.Context, a *app, store string, flags writeFlags, input *rowinput.Flags, o intake.Options,
) error {
	rows, err := input.Read(a.stdin, o)
	if err != nil {
		return err
	}
	flags.shown, flags.byColumn = input.IsTable(), input.ByColumn()
	if o.Action == outbox.Create && o.Resource == storage.Orders {
		warnOfLines(a, rows)
	}
	return runWrites(ctx, a, store, flags, rows)
}

// warnOfLines says that rows which look like the lines of one order are orders of their own.
func warnOfLines(a *app, rows []intake.Row) {
	repeat, found := intake.Repeated(rows)
	if !found {
		return
	}
	first := make([]string, min(len(repeat.Rows), 3))
	for i := range first {
		first[i] = strconv.Itoa(repeat.Rows[i])
	}
	more := ""
	if n := len(repeat.Rows) - len(first); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	a.note("Warning: rows %s%s have the same %s (%s), and each row becomes an order of its own. Where they are lines "+
		"of one order, write them as one: line_items.0.sku, line_items.1.sku, … in one row, or one JSON object with "+
		"several line_items.",
		strings.Join(first, ", "), more, repeat.Field, repeat.Value)
}

// runWrites accepts the writes of rows, waits for them if asked, and reports.
func runWrites(ctx context.Context, a *app, store string, flags writeFlags, rows []intake.Row) error {
	if err := flags.complete(a, rows); err != nil {
		return err
	}
	if flags.dryRun {
		return a.beside(ctx, nil, func(s *service.Asker) error {
			st, found, err := findWrites(ctx, a, s, store, rows, flags.order.by())
			if err != nil {
				return err
			}
			shown, err := s.Preview(ctx, st, found)
			if err != nil {
				return writes.AtRow(err, rows)
			}
			return showRequests(a, shown)
		})
	}
	return a.withStores(ctx, func(s *service.Service) error {
		st, found, err := findWrites(ctx, a, s.Asker, store, rows, flags.order.by())
		if err != nil {
			return err
		}
		if !flags.again {
			intake.NameByContent(found)
		}
		if err := flags.confirm(ctx, a, s.Asker, st, found); err != nil {
			return writes.AtRow(err, rows)
		}
		accepted, err := s.Submit(ctx, st, found)
		if err != nil {
			return writes.AtRow(err, rows)
		}
		if !flags.wait {
			return reportAccepted(a, st, accepted)
		}
		return deliver(ctx, a, s, st, accepted, rows, flags.bound)
	})
}

// rowsShown is how many rows of a table are shown before they are sent.
const rowsShown = 3

// confirm shows the person at the keyboard the first rows of a table as they will be sent, and asks. A script has
// nobody to ask: it sends what was mapped.
func (f *writeFlags) confirm(
	ctx context.Context, a *app, s *service.Asker, st storage.Store, writes []outbox.Write,
) error {
	if !f.shown || f.yes || !a.prompt().CanAsk() {
		return nil
	}
	first, err := s.Preview(ctx, st, writes[:min(len(writes), rowsShown)])
	if err != nil {
		return err
	}
	for _, r := range first {
		fmt.Fprintln(a.stderr, a.err.Safe(r.Method+" "+r.Path))
		if err := jsontext.Write(a.stderr, r.Body); err != nil {
			return err
		}
	}
	return a.prompt().Confirm(ctx, fmt.Sprintf("%s for %s; above is how the first of them are sent. Send all?",
		terminal.Plural(len(writes), "row", "rows"), st.Name), false)
}

// complete puts into every row what stands on the command line once for all: policy, key, base, members allowed.
func (f *writeFlags) complete(a *app, rows []intake.Row) error {
	if f.bound != 0 && !f.wait {
		return problem.New(problem.Usage, "--timeout bounds --wait, which is not given").Next(
			"Add --wait, or leave --timeout out")
	}
	if f.again && f.byColumn {
		return problem.New(problem.Usage,
			"--again makes new writes each time, and --key-column one of each row: give one of them")
	}
	if f.again && f.key != "" {
		return problem.New(problem.Usage,
			"--again makes a new write each time, and --idempotency-key at most one: give one of them")
	}
	for i := range rows {
		rows[i].Policy = outbox.Policy(f.policy)
		if f.again {
			rows[i].Key = ""
		}
		rows[i].Allowed = f.allow
		if rows[i].Key == "" && len(rows) == 1 {
			rows[i].Key = f.key
		}
	}
	if f.base == "" {
		return nil
	}
	if len(rows) != 1 {
		return problem.New(problem.Usage, "--base is the version of one record; %d are written", len(rows))
	}
	base, err := readAll(a, f.base)
	if err != nil {
		return err
	}
	if !json.Valid(base) || !strings.HasPrefix(strings.TrimSpace(string(base)), "{") {
		return problem.New(problem.InputInvalid, "--base: %s holds no JSON object; nothing was accepted", f.base).
			Next("Such a file is made by: waybill orders get ID --json > order.json")
	}
	rows[0].Base = base
	return nil
}

func findWrites(
	ctx context.Context, a *app, s *service.Asker, store string, rows []intake.Row, by records.NamedBy,
) (storage.Store, []outbox.Write, error) {
	st, err := s.Store(ctx, store)
	if err != nil {
		return st, nil, err
	}
	writes, err := s.Find(ctx, st, rows, by)
	for i, w := range writes {
		if w.Unconfirmed != nil {
			a.note("The store could not be asked (%v): %s is %s by the mirror alone, which may be late. Look with: "+
				"waybill outbox list %s",
				w.Unconfirmed, rows[i].Name, w.Ref(), st.Name)
			break // one says it for all
		}
	}
	return st, writes, err
}

// showRequests prints what would be sent.
func showRequests(a *app, requests []outbox.Shown) error {
	for _, r := range requests {
		if a.global.json {
			if err := a.printJSONLine(r); err != nil {
				return err
			}
			continue
		}
		a.say("%s %s", a.out.Strong(r.Method), r.Path)
		if r.Body != nil {
			if err := a.printJSON(r.Body); err != nil {
				return err
			}
		}
	}
	a.note("Nothing was sent.")
	return nil
}
