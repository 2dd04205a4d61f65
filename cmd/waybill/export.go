package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

type exportOptions struct {
	resource    string
	store       string
	format      string
	output      string
	withTrash   bool
	spreadsheet bool
}

func newExportCommand(a *app) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export RESOURCE [STORE]",
		Short: "Write all records of a resource as CSV or JSON lines",
		Long: `Writes every record of a resource of the mirror. CSV has one row per record (for
order_items one per line of an order), values as the store wrote them. JSON lines
are the store's own JSON, one record a line.`,
		Example: `  waybill export orders --format csv > orders.csv
  waybill export order-items --spreadsheet --output items.csv
  waybill export customers my-shop --format jsonl`,
		Args: cobra.RangeArgs(1, 2),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return append(argument.ResourceNames(), string(export.OrderItems)), cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeStores(cmd, args[1:], typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.resource, opts.store = args[0], storeArg(args[1:])
			return runExport(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	addFormat(cmd, &opts.format, formatCSV, formatCSV, formatJSONL)
	flags.StringVarP(&opts.output, "output", "o", "", "write to this `file` (default: standard output)")
	flags.BoolVar(&opts.withTrash, "with-trash", false, "also records in the trash")
	flags.BoolVar(&opts.spreadsheet, "spreadsheet", false,
		"CSV for spreadsheet programs: marked as UTF-8, and text that looks like a formula made harmless")
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
	return a.withReader(ctx, func(r *service.Reader) error {
		st, err := r.Store(ctx, opts.store)
		if err != nil {
			return err
		}
		return a.writeTo(opts.output, func(w io.Writer) error {
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
				n, err = export.CSV(w, resource, records, export.CSVOptions{Spreadsheet: opts.spreadsheet})
			}
			if err == nil && opts.output != "" {
				a.note("%s written to %s", terminal.Plural(n, "row", "rows"), opts.output)
			}
			return err
		})
	})
}

// writeTo writes to a file, or to standard output without a name. The file is readable by its owner only: it holds
// customers' data.
func (a *app) writeTo(path string, write func(io.Writer) error) error {
	if path == "" {
		out := bufio.NewWriterSize(a.stdout, 64<<10)
		return errors.Join(write(out), out.Flush())
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return problem.Wrap(problem.Usage, err, "%s cannot be written: %v", path, err)
	}
	out := bufio.NewWriterSize(file, 64<<10)
	return errors.Join(write(out), out.Flush(), file.Close())
}
