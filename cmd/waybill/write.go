package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// writeFlags are the flags of every command that writes to a store.
type writeFlags struct {
	key    string
	wait   bool
	dryRun bool
	policy string
}

func (f *writeFlags) register(flags *pflag.FlagSet, update bool) {
	flags.StringVar(&f.key, "idempotency-key", "", "`key` of your own for this write: repeated with the same key it is not done again")
	flags.BoolVar(&f.wait, "wait", false, "wait until the store has it, or a person must decide")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show the exact request and send nothing")
	if update {
		flags.StringVar(&f.policy, "policy", string(outbox.Merge), "when the record changed on the store meanwhile: "+
			choices(string(outbox.Merge), string(outbox.Reject), string(outbox.StoreWins), string(outbox.CallerWins)))
	}
}

// inputFlags say where the rows of a write come from.
type inputFlags struct {
	file    string
	csv     bool
	columns []string
	set     []string
}

func (f *inputFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&f.file, "file", "f", "", "`file` with a JSON object, an array, JSON lines or CSV; - reads standard input")
	flags.BoolVar(&f.csv, "csv", false, "the input is CSV (by default when the file ends in .csv)")
	flags.StringArrayVar(&f.columns, "map", nil, "`COLUMN=FIELD`: write a CSV column to a field such as billing.email, line_items.0.sku or meta_data.erp; repeat it")
	flags.StringArrayVar(&f.set, "set", nil, "`FIELD=VALUE`: one field, such as status=completed or billing.city=Oakland; repeat it")
}

// read makes writes of a file, of standard input, or of --set.
func (f *inputFlags) read(a *app, o intake.Options) ([]outbox.Write, error) {
	if (f.file == "") == (len(f.set) == 0) {
		return nil, problem.New(problem.Usage, "give the fields either with --file or with --set").Next("Example: --file order.json, or --set status=completed")
	}
	if len(f.set) > 0 {
		return f.readSet(o)
	}
	o.CSV = f.csv || strings.HasSuffix(strings.ToLower(f.file), ".csv")
	if len(f.columns) > 0 {
		o.Columns = map[string]string{}
	}
	for _, column := range f.columns {
		name, target, found := strings.Cut(column, "=")
		if !found {
			return nil, problem.New(problem.Usage, "--map %q is not COLUMN=FIELD", column)
		}
		o.Columns[name] = target
	}
	in := a.stdin
	if f.file != "-" {
		file, err := os.Open(f.file)
		if err != nil {
			return nil, problem.Wrap(problem.InputInvalid, err, "the input cannot be read: %v", err)
		}
		defer file.Close()
		in = file
	}
	return readInput(in, o)
}

// readSet reads --set as one row of CSV: the fields are the header.
func (f *inputFlags) readSet(o intake.Options) ([]outbox.Write, error) {
	row, err := intake.Fields(f.set)
	if err != nil {
		return nil, problem.Wrap(problem.Usage, err, "--set: %v", err)
	}
	return readInput(strings.NewReader(string(row)), o)
}

func readInput(in io.Reader, o intake.Options) ([]outbox.Write, error) {
	writes, err := intake.Read(in, o)
	if err == nil {
		return writes, nil
	}
	p := problem.Wrap(problem.InputInvalid, err, "%v; nothing was accepted", err)
	var row *intake.RowError
	if errors.As(err, &row) {
		p.Detail("row", strconv.Itoa(row.Row))
	}
	return nil, p
}

// writeView is a write in JSON results.
type writeView struct {
	ID             string           `json:"id"`
	IdempotencyKey string           `json:"idempotency_key"`
	Action         outbox.Action    `json:"action"`
	Resource       storage.Resource `json:"resource"`
	RecordID       int64            `json:"record_id,omitempty"`
	ParentID       int64            `json:"parent_id,omitempty"`
	State          outbox.State     `json:"state"`
	Policy         outbox.Policy    `json:"policy,omitempty"`
	Attempts       int              `json:"attempts"`
	AcceptedAt     time.Time        `json:"accepted_at"`
	SentAt         time.Time        `json:"sent_at,omitzero"`
	NextAt         time.Time        `json:"next_at,omitzero"`
	DoneAt         time.Time        `json:"done_at,omitzero"`
	Reason         *outbox.Reason   `json:"reason,omitempty"`
	Body           json.RawMessage  `json:"body,omitempty"`
	Base           json.RawMessage  `json:"base,omitempty"`
	Record         json.RawMessage  `json:"record,omitempty"`
}

func viewWrite(w outbox.Write) writeView {
	v := writeView{
		ID: w.ID, IdempotencyKey: w.Key, Action: w.Action, Resource: w.Resource, RecordID: w.RecordID, ParentID: w.ParentID,
		State: w.State, Attempts: w.Attempts, AcceptedAt: w.AcceptedAt, SentAt: w.SentAt, DoneAt: w.DoneAt, Reason: w.Reason,
	}
	if w.Action == outbox.Update {
		v.Policy = w.Policy
	}
	if !w.State.Final() && w.State != outbox.Parked {
		v.NextAt = w.NextAt
	}
	return v
}

// runWrites accepts writes, waits for them if asked, and reports.
func runWrites(ctx context.Context, a *app, store string, flags writeFlags, writes []outbox.Write) error {
	for i := range writes {
		writes[i].Policy = outbox.Policy(flags.policy)
		if writes[i].Key == "" && len(writes) == 1 {
			writes[i].Key = flags.key
		}
	}
	if flags.dryRun {
		return showRequests(a, writes)
	}
	return a.withService(ctx, nil, func(s *service.Service) error {
		st, err := s.Store(ctx, store)
		if err != nil {
			return err
		}
		accepted, err := s.Submit(ctx, st, writes)
		if err != nil {
			return err
		}
		if !flags.wait {
			return reportAccepted(a, st, accepted)
		}
		return deliver(ctx, a, s, st, accepted)
	})
}

// showRequests prints what would be sent.
func showRequests(a *app, writes []outbox.Write) error {
	for _, w := range writes {
		preview, err := outbox.Show(w)
		if err != nil {
			return problem.Wrap(problem.InputInvalid, err, "%v", err)
		}
		if a.global.json {
			if err := a.printJSONLine(preview); err != nil {
				return err
			}
			continue
		}
		a.say("%s %s", a.out.strong(preview.Method), preview.Path)
		if preview.Body != nil {
			if err := a.printJSON(preview.Body); err != nil {
				return err
			}
		}
	}
	a.note("Nothing was sent.")
	return nil
}

func reportAccepted(a *app, st storage.Store, accepted []outbox.Write) error {
	if a.global.json {
		return printWrites(a, accepted)
	}
	if len(accepted) == 1 {
		a.say("%s Accepted as %s (%s)", a.out.good("✓"), a.out.strong(accepted[0].ID), accepted[0].State)
	} else {
		a.say("%s Accepted %d writes for %s", a.out.good("✓"), len(accepted), a.out.strong(st.Name))
	}
	a.note("They are on the disk and will be sent once, by waybill sync or: waybill outbox run %s", st.Name)
	return nil
}

// deliver waits for writes and ends with the error of one that did not go through.
func deliver(ctx context.Context, a *app, s *service.Service, st storage.Store, accepted []outbox.Write) error {
	ids := make([]string, len(accepted))
	for i, w := range accepted {
		ids[i] = w.ID
	}
	settled := map[string]outbox.Write{}
	err := s.Deliver(ctx, st, ids, func(w outbox.Write) {
		settled[w.ID] = w
		if !a.global.json && len(accepted) > 1 {
			a.note("%d of %d settled", len(settled), len(accepted))
		}
	})
	if err != nil {
		return err
	}
	failed := 0
	var first error
	for i, w := range accepted {
		if end, ok := settled[w.ID]; ok {
			accepted[i] = end
		}
		if outcome := service.Outcome(accepted[i]); outcome != nil {
			failed++
			if first == nil {
				first = outcome
			}
		}
	}
	if err := reportSettled(ctx, a, s, st, accepted); err != nil {
		return err
	}
	if failed > 1 {
		return problem.New(problem.From(first).Code, "%d of %d writes did not go through", failed, len(accepted)).
			Next("See why: waybill outbox list %s --state rejected,parked", st.Name)
	}
	return first
}

func reportSettled(ctx context.Context, a *app, s *service.Service, st storage.Store, writes []outbox.Write) error {
	if a.global.json {
		views := make([]writeView, len(writes))
		for i, w := range writes {
			views[i] = viewWrite(w)
			if record, err := s.Record(ctx, st, w.Ref()); err == nil && w.State == outbox.Done {
				views[i].Record = record.Raw
			}
		}
		return printViews(a, views)
	}
	for _, w := range writes {
		if w.State == outbox.Done {
			a.say("%s %s %s", a.out.good("✓"), w.Ref(), a.out.faint(pastTense(w.Action)))
		}
	}
	return nil
}

func pastTense(action outbox.Action) string { return string(action) + "d" }

func printWrites(a *app, writes []outbox.Write) error {
	views := make([]writeView, len(writes))
	for i, w := range writes {
		views[i] = viewWrite(w)
	}
	return printViews(a, views)
}

// printViews prints one write as one JSON value, several as one a line.
func printViews(a *app, views []writeView) error {
	if len(views) == 1 {
		return a.printJSON(views[0])
	}
	for _, v := range views {
		if err := a.printJSONLine(v); err != nil {
			return err
		}
	}
	return nil
}

// recordNumber reads the number of a record from the command line.
func recordNumber(text string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, problem.New(problem.Usage, "%q is not the number of a record", text)
	}
	return id, nil
}

// one is a command that writes one record named by the command line.
type one struct {
	use, short, example string
	resource            storage.Resource
	update              bool
	args                int // beyond STORE and ID
	flags               func(*pflag.FlagSet)
	write               func(id int64, args []string) (outbox.Write, error)
}

func newOneCommand(a *app, o one) *cobra.Command {
	var flags writeFlags
	cmd := &cobra.Command{
		Use: o.use, Short: o.short, Example: o.example,
		Args:              cobra.ExactArgs(2 + o.args),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := recordNumber(args[1])
			if err != nil {
				return err
			}
			w, err := o.write(id, args[2:])
			if err != nil {
				return err
			}
			w.Resource = o.resource
			return runWrites(cmd.Context(), a, args[0], flags, []outbox.Write{w})
		},
	}
	flags.register(cmd.Flags(), o.update)
	if o.flags != nil {
		o.flags(cmd.Flags())
	}
	return cmd
}

// newCreateCommand writes new records of a resource from an input.
func newCreateCommand(a *app, resource storage.Resource, singular, example string) *cobra.Command {
	var flags writeFlags
	var input inputFlags
	cmd := &cobra.Command{
		Use:   "create STORE",
		Short: "Create " + singular + "s from a file, standard input or flags, each exactly once",
		Long: `Reads one JSON object, an array, JSON lines or CSV, and creates what it says.

The input is checked as a whole before anything is accepted. Each row gets an
idempotency key from its content unless you give one, so reading the same file
again creates nothing twice.`,
		Example:           example,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			writes, err := input.read(a, intake.Options{Action: outbox.Create, Resource: resource, Key: flags.key})
			if err != nil {
				return err
			}
			return runWrites(cmd.Context(), a, args[0], flags, writes)
		},
	}
	flags.register(cmd.Flags(), false)
	input.register(cmd.Flags())
	return cmd
}

// newUpdateCommand changes records of a resource: one named, or those of an input's rows.
func newUpdateCommand(a *app, resource storage.Resource, singular, example string) *cobra.Command {
	var flags writeFlags
	var input inputFlags
	cmd := &cobra.Command{
		Use:   "update STORE [ID]",
		Short: "Change fields of " + singular + "s; what you do not name stays as it is",
		Long: `Changes one ` + singular + ` by its number, or many by the id in each row of the input.

Only the fields given are sent, and only if nobody else changed them on the store
since it was last read; --policy says what happens otherwise.`,
		Example:           example,
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			o := intake.Options{Action: outbox.Update, Resource: resource, Key: flags.key}
			if len(args) == 2 {
				id, err := recordNumber(args[1])
				if err != nil {
					return err
				}
				o.RecordID = id
			}
			writes, err := input.read(a, o)
			if err != nil {
				return err
			}
			return runWrites(cmd.Context(), a, args[0], flags, writes)
		},
	}
	flags.register(cmd.Flags(), true)
	input.register(cmd.Flags())
	return cmd
}

// newDeleteCommand deletes one record.
func newDeleteCommand(a *app, resource storage.Resource, singular string, trash bool) *cobra.Command {
	force := !trash
	o := one{
		use: "delete STORE ID", resource: resource, short: "Delete a " + singular + " for good",
		example: "  waybill " + string(resource) + " delete my-shop 4711",
		write: func(id int64, _ []string) (outbox.Write, error) {
			return outbox.Write{Action: outbox.Delete, RecordID: id, Force: force}, nil
		},
	}
	if trash {
		o.short = "Put a " + singular + " into the trash, or delete it for good with --force"
		o.flags = func(flags *pflag.FlagSet) {
			flags.BoolVar(&force, "force", false, "delete for good instead of to the trash")
		}
	}
	return newOneCommand(a, o)
}
