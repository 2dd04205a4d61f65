package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage"
)

type listOptions struct {
	store                                    string
	status                                   []string
	createdFrom, createdBefore, modifiedFrom string
	customer                                 int64
	search, format                           string
	limit, offset                            int
	oldestFirst, withTrash                   bool
	csvFlags
}

func newRecordListCommand(a *app, kind recordview.Kind) *cobra.Command {
	var opts listOptions
	name := string(kind.Resource)
	cmd := &cobra.Command{
		Use:   "list [STORE]",
		Short: fmt.Sprintf("List %s of the mirror, the newest first", name),
		Example: fmt.Sprintf(`  waybill %[1]s list
  waybill %[1]s list my-shop --created-from 2026-11-01 --limit 0 --format csv > %[1]s.csv
  waybill %[1]s list --created-from 2026-11-23 --limit 0 --format csv --spreadsheet > excel.csv
  waybill %[1]s list --search "müller" --json`, name),
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = storeArg(args)
			return runRecordList(cmd.Context(), a, kind, &opts)
		},
	}
	flags := cmd.Flags()
	if kind.Resource != storage.Customers {
		flags.StringSliceVar(&opts.status, "status", nil, "only with one of these `statuses`; trash to see the trash")
		flags.BoolVar(&opts.withTrash, "with-trash", false, "also those in the trash")
	}
	flags.StringVar(&opts.createdFrom, "created-from", "",
		"created at this `time` or later, on the clock of the shop: 2026-11-23, or 2026-11-23T10:00; with Z it is "+
			"UTC: 2026-11-23T10:00:00Z; or 36h ago as 36h")
	flags.StringVar(&opts.createdBefore, "created-before", "",
		"created before this `time`, on the clock of the shop: a day is its beginning, and is left out")
	flags.StringVar(&opts.modifiedFrom, "modified-from", "",
		"modified at this `time` or later, on the clock of the shop")
	if kind.ByCustomer {
		flags.Int64Var(&opts.customer, "customer", 0, "only those of the customer with this `id`")
	}
	flags.StringVar(&opts.search, "search", "", "only with this `text` in number, names, e-mail, SKU or title")
	flags.IntVar(&opts.limit, "limit", 50, "at most `N`; 0 for all")
	flags.IntVar(&opts.offset, "offset", 0, "leave out the first `N`")
	flags.BoolVar(&opts.oldestFirst, "oldest-first", false, "the smallest ids first")
	opts.csvFlags.register(flags)
	addFormat(cmd, &opts.format, formatTable, formatTable, formatJSON, formatCSV)
	return cmd
}

func (o *listOptions) query(kind recordview.Kind, st storage.Store) (storage.Query, error) {
	q := storage.Query{
		StoreID: st.ID, Resource: kind.Resource, Statuses: o.status, WithTrash: o.withTrash, CustomerID: o.customer,
		Text: o.search, OldestFirst: o.oldestFirst, Limit: o.limit, Offset: o.offset,
	}
	for _, date := range []struct {
		flag, text string
		into       *time.Time
	}{
		{"--created-from", o.createdFrom, &q.CreatedFrom},
		{"--created-before", o.createdBefore, &q.CreatedBefore},
		{"--modified-from", o.modifiedFrom, &q.ModifiedFrom},
	} {
		at, err := argument.Time(date.text, argument.StoreZone(st), time.Now())
		if err != nil {
			return q, problem.New(problem.Usage, "%s is %q; %v", date.flag, date.text, err)
		}
		*date.into = at
	}
	return q, nil
}

func runRecordList(ctx context.Context, a *app, kind recordview.Kind, opts *listOptions) error {
	format, err := a.pickFormat(opts.format, formatJSON, formatTable, formatJSON, formatCSV)
	if err != nil {
		return err
	}
	csv, err := opts.options()
	if err != nil {
		return err
	}
	if format != formatCSV && csv.Spreadsheet {
		return problem.New(problem.Usage, "--spreadsheet is for CSV, and this is a %s", format).
			Next("Add: --format csv")
	}
	return a.withReader(ctx, func(r *service.Reader) error {
		st, err := r.Store(ctx, opts.store)
		if err != nil {
			return err
		}
		q, err := opts.query(kind, st)
		if err != nil {
			return err
		}
		if err := a.copied(ctx, r, st); err != nil {
			return err
		}
		if err := knownStatuses(ctx, r, st, q); err != nil {
			return err
		}
		switch format {
		case formatCSV:
			_, err := export.CSV(a.stdout, kind.Resource, r.Records(ctx, q), csv)
			return err
		case formatJSON:
			list := jsontext.NewList(a.stdout)
			for record, err := range r.Records(ctx, q) {
				if err != nil {
					return err
				}
				if err := list.Add(record.Raw); err != nil {
					return err
				}
			}
			return list.Close()
		}
		return printRecords(ctx, a, r, kind, st, q)
	})
}

func printRecords(
	ctx context.Context, a *app, r *service.Reader, kind recordview.Kind, st storage.Store, q storage.Query,
) error {
	var rows [][]string
	for record, err := range r.Records(ctx, q) {
		if err != nil {
			return err
		}
		fields, err := export.ReadFields(record.Raw)
		if err != nil {
			return err
		}
		rows = append(rows, kind.Row(fields))
	}
	if len(rows) == 0 {
		a.note("No %s match.", kind.Resource)
		held, err := r.Counts(ctx, st.ID, kind.Resource)
		if err == nil && held.Live+held.Trash == 0 {
			a.note("  %s The mirror holds no %s yet: %s", a.err.Faint("->"), kind.Resource,
				a.err.Accent("waybill sync "+st.Name+" --once"))
		}
		return err
	}
	a.table(kind.In(argument.ZoneName(st)), rows)
	if q.Limit > 0 && len(rows) == q.Limit {
		total, err := r.CountRecords(ctx, q)
		if err != nil {
			return err
		}
		if total > len(rows)+q.Offset {
			a.note("%s of %s; all with --limit 0.", terminal.Count(len(rows)),
				terminal.Plural(total, kind.One, string(kind.Resource)))
		}
	}
	return nil
}

func newRecordGetCommand(a *app, kind recordview.Kind) *cobra.Command {
	var order orderFlags
	cmd := &cobra.Command{
		Use:   "get [STORE] ID",
		Short: fmt.Sprintf("Show one %s of the mirror", kind.One),
		Example: fmt.Sprintf(`  waybill %[1]s get 46
  waybill %[1]s get my-shop 46 --json`, kind.Resource),
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRecordGet(cmd.Context(), a, kind, storeArg(args[:len(args)-1]), args[len(args)-1], order)
		},
	}
	if kind.Resource == storage.Orders {
		order.register(cmd)
	}
	return cmd
}

func runRecordGet(ctx context.Context, a *app, kind recordview.Kind, store, word string, order orderFlags) error {
	return a.withReader(ctx, func(r *service.Reader) error {
		st, err := r.Store(ctx, store)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(word, 10, 64)
		if kind.Resource == storage.Orders {
			if id, err = r.Order(ctx, st, word, order.by()); err != nil {
				return err
			}
		} else if err != nil || id <= 0 {
			return problem.New(problem.Usage, "%q is no id of a record", word).Next("Ids are numbers, such as 46")
		}
		if err := a.copied(ctx, r, st); err != nil {
			return err
		}
		record, err := r.Record(ctx, st, storage.Ref{Resource: kind.Resource, ID: id})
		if err != nil {
			return err
		}
		if a.global.json {
			return a.printJSON(record.Raw)
		}
		fields, err := export.ReadFields(record.Raw)
		if err != nil {
			return err
		}
		kind.Detail(a.stdout, fields)
		a.note("%s", a.err.Faint("As last read from the store at "+terminal.Moment(record.SeenAt.Local())+
			". All fields: --json"))
		return nil
	})
}

// knownStatuses refuses a status that the store does not register and no record of the mirror has. It is a slip of the
// pen, and an empty list would hide it.
func knownStatuses(ctx context.Context, r *service.Reader, st storage.Store, q storage.Query) error {
	if len(q.Statuses) == 0 {
		return nil
	}
	known := r.Statuses(ctx, st, q.Resource)
	for _, status := range q.Statuses {
		if slices.Contains(known, status) {
			continue
		}
		p := problem.New(problem.Usage, "--status %q is no status of %s in %s, which has %s", status, q.Resource,
			st.Name, strings.Join(known, ", "))
		if meant := spelling.Nearest(status, known); meant != "" {
			return p.Next("Did you mean: %s", meant)
		}
		return p.Next("A status that is new in the shop is known after: waybill sync %s --once", st.Name)
	}
	return nil
}
