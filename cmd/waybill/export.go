package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

type exportOptions struct {
	resource  string
	store     string
	format    string
	output    string
	withTrash bool
	csvFlags
}

// csvFlags say how CSV is written.
type csvFlags struct {
	spreadsheet        bool
	delimiter, decimal string
}

func (o *csvFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&o.spreadsheet, "spreadsheet", false,
		"CSV for spreadsheet programs: marked as UTF-8, and text that looks like a formula made harmless")
	flags.StringVar(&o.delimiter, "delimiter", "",
		"what stands between cells of CSV (default a comma): a `character`, or semicolon, tab")
	flags.StringVar(&o.decimal, "decimal", "point", "`comma|point`: how amounts are written in CSV")
}

func newExportCommand(a *app) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export RESOURCE [STORE]",
		Short: "Write all records of a resource as CSV or JSON lines",
		Long: `Writes every record of a resource of the mirror. CSV has one row per record (for
order_items one per line of an order), values as the store wrote them. JSON lines
are the store's own JSON, one record a line; a file named .json or .jsonl gets them.

For Excel and LibreOffice add --spreadsheet; where the comma is the decimal sign also
--delimiter ';' --decimal comma. A spreadsheet takes text that begins with = + - or @
for a formula and runs it: such text gets an apostrophe before it. Waybill takes that
apostrophe away when it reads CSV, so values come back unchanged.

A part of the orders, such as those of a day or of a status: waybill orders list
--format csv, which takes --spreadsheet too.`,
		Example: `  waybill export orders --format csv > orders.csv
  waybill export order-items --spreadsheet --output items.csv
  waybill export orders --spreadsheet --delimiter ';' --decimal comma -o orders.csv
  waybill export customers my-shop --format jsonl`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.resource, opts.store = args[0], storeArg(args[1:])
			if name := strings.ToLower(opts.output); !cmd.Flags().Changed("format") &&
				(strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonl")) {
				opts.format = formatJSONL // what the file says it holds
			}
			return runExport(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	addFormat(cmd, &opts.format, formatCSV, formatCSV, formatJSONL)
	flags.StringVarP(&opts.output, "output", "o", "", "write to this `file` (default: standard output)")
	flags.BoolVar(&opts.withTrash, "with-trash", false, "also records in the trash")
	opts.csvFlags.register(flags)
	return cmd
}

func runExport(ctx context.Context, a *app, opts *exportOptions) error {
	format, err := a.pickFormat(opts.format, formatJSONL, formatCSV, formatJSONL)
	if err != nil {
		return err
	}
	resource, err := export.Known(opts.resource)
	if err != nil {
		return problem.Wrap(problem.Usage, err, "%v", err)
	}
	csv, err := opts.options()
	if err != nil {
		return err
	}
	return a.withReader(ctx, func(r *service.Reader) error {
		st, err := r.Store(ctx, opts.store)
		if err != nil {
			return err
		}
		if err := a.copied(ctx, r, st); err != nil { // before a file of yesterday is replaced by an empty one
			return err
		}
		return a.writeTo(opts.output, func(w io.Writer, instead string) error {
			stored := resource
			if resource == export.OrderItems {
				stored = storage.Orders
			}
			records := r.Records(ctx, storage.Query{StoreID: st.ID, Resource: stored, WithTrash: opts.withTrash,
				OldestFirst: true})
			var n int
			if format == formatJSONL {
				n, err = export.JSONLines(w, records)
			} else {
				n, err = export.CSV(w, resource, records, csv)
			}
			if err == nil && opts.output != "" {
				a.note("%s written to %s%s", terminal.Plural(n, "row", "rows"), opts.output, instead)
			}
			return err
		})
	})
}

// options are those of a CSV file.
func (o *csvFlags) options() (export.CSVOptions, error) {
	csv := export.CSVOptions{Spreadsheet: o.spreadsheet, Decimal: table.Decimal(o.decimal)}
	if csv.Decimal != table.Comma && csv.Decimal != table.Point {
		return csv, problem.New(problem.Usage, "--decimal is %q; it can be comma or point", o.decimal)
	}
	if o.delimiter == "" {
		return csv, nil
	}
	var err error
	if csv.Delimiter, err = table.ParseDelimiter(o.delimiter); err != nil {
		return csv, problem.Wrap(problem.Usage, err, "--delimiter: %v", err)
	}
	return csv, nil
}

// writeTo writes to a file; without a name, to standard output. The file is readable by its owner only: it holds
// customers' data. What was there under its name is replaced when all is written, and not where that fails; instead
// says so.
func (a *app) writeTo(path string, write func(w io.Writer, instead string) error) error {
	if path == "" {
		out := bufio.NewWriterSize(a.stdout, 64<<10)
		return errors.Join(write(out, ""), out.Flush())
	}
	if to, err := filepath.EvalSymlinks(path); err == nil {
		path = to // a link stays one
	}
	there, err := os.Stat(path)
	if err == nil && !there.Mode().IsRegular() { // a pipe, a device
		return into(path, os.O_WRONLY, func(w io.Writer) error { return write(w, "") })
	}
	if err != nil {
		return into(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, func(w io.Writer) error { return write(w, "") })
	}
	instead := ", in place of the file of " + there.ModTime().Format("2006-01-02 15:04") + " that was there"
	part := path + ".part"
	err = into(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, func(w io.Writer) error { return write(w, instead) })
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part) // what is left of it harms nobody
	}
	return err
}

// into writes to a file that is opened in a way.
func into(path string, flags int, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return problem.Wrap(problem.Usage, err, "%s cannot be written: %s", path, problem.Reason(err)).
			Next("Name a file in a directory that exists and that you may write to")
	}
	out := bufio.NewWriterSize(file, 64<<10)
	return errors.Join(write(out), out.Flush(), file.Close())
}
