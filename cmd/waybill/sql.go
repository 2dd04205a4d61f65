package main

import (
	"context"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/hint"
	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/dictionary"
)

type sqlOptions struct {
	statement string
	format    string
	limit     int
	tables    bool
}

func newSQLCommand(a *app) *cobra.Command {
	var opts sqlOptions
	cmd := &cobra.Command{
		Use:   "sql STATEMENT",
		Short: "Ask the mirror with SQL, reading only",
		Long: `Runs one SQL statement that reads. What would write is refused. Before the first sync
there is nothing to ask: exit status 3.

The views are what you want most of the time: orders, order_items, order_meta, products,
customers and others. All of them with their columns: waybill sql --tables. At length:
docs/schema.md.`,
		Example: `  waybill sql --tables
  waybill sql --tables order_items
  waybill sql "SELECT status, count(*) FROM orders GROUP BY status"
  waybill sql "SELECT sku, sum(quantity) AS sold FROM order_items GROUP BY sku ORDER BY sold DESC LIMIT 10" --format csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if opts.tables {
				return nil
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			if opts.tables {
				return hint.TableNames(), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.tables {
				return runTables(a, args)
			}
			opts.statement = args[0]
			return runSQL(cmd.Context(), a, &opts)
		},
	}
	addFormat(cmd, &opts.format, formatTable, formatTable, formatJSON, formatCSV)
	cmd.Flags().BoolVar(&opts.tables, "tables", false, "list tables and views, or the columns of those named")
	cmd.Flags().IntVar(&opts.limit, "limit", 10000, "at most `N` rows; 0 for all")
	return cmd
}

func runSQL(ctx context.Context, a *app, opts *sqlOptions) error {
	format, err := a.pickFormat(opts.format, formatJSON, formatTable, formatJSON, formatCSV)
	if err != nil {
		return err
	}
	return a.withReader(ctx, func(r *service.Reader) error {
		if hint.AsksMirrors(opts.statement) {
			if err := a.copied(ctx, r); err != nil {
				return err
			}
		}
		rows, err := r.Query(ctx, opts.statement, opts.limit)
		if err != nil {
			return hint.SQL(err, opts.statement)
		}
		if err := printRows(a, rows, format); err != nil {
			return err
		}
		if rows.Truncated {
			a.note("Only the first %s rows are shown; all with --limit 0.", terminal.Count(opts.limit))
		}
		return nil
	})
}

// runTables lists what can be asked with SQL: all tables and views, or those named with their columns.
func runTables(a *app, names []string) error {
	tables := dictionary.Tables()
	if len(names) > 0 {
		named := make([]dictionary.Table, 0, len(names))
		for _, name := range names {
			table, err := hint.Table(name)
			if err != nil {
				return err
			}
			named = append(named, table)
		}
		tables = named
	}
	if a.global.json {
		return a.printJSON(tables)
	}
	if len(names) == 0 {
		rows := make([][]string, len(tables))
		for i, t := range tables {
			rows[i] = []string{t.Name, kindOf(t), t.About}
		}
		a.table([]terminal.Column{{Title: "NAME"}, {Title: "KIND"}, {Title: "WHAT", Elastic: true}}, rows)
		a.note("The columns of one: waybill sql --tables orders")
		return nil
	}
	for i, t := range tables {
		if i > 0 {
			a.say("")
		}
		a.say("%s (%s): %s", a.out.Strong(t.Name), kindOf(t), t.About)
		rows := make([][]string, len(t.Columns))
		for j, c := range t.Columns {
			rows[j] = []string{"  " + c.Name, c.About}
		}
		a.table([]terminal.Column{{Title: "  COLUMN"}, {Title: "WHAT", Elastic: true}}, rows)
	}
	return nil
}

func kindOf(t dictionary.Table) string {
	if t.View {
		return "view"
	}
	return "table"
}

func printRows(a *app, rows storage.Rows, format string) error {
	switch format {
	case formatJSON:
		return printRowsJSON(a, rows)
	case formatCSV:
		out := csv.NewWriter(a.stdout)
		if err := out.Write(rows.Columns); err != nil {
			return err
		}
		if err := out.WriteAll(cells(rows)); err != nil {
			return err
		}
		return out.Error()
	}
	columns := make([]terminal.Column, len(rows.Columns))
	for i, name := range rows.Columns {
		columns[i] = terminal.Column{Title: name, Elastic: true, Right: isNumeric(rows, i)}
	}
	a.table(columns, cells(rows))
	return nil
}

// printRowsJSON prints a list with one object a row, its members in the order of the columns.
func printRowsJSON(a *app, rows storage.Rows) error {
	list := jsontext.NewList(a.stdout)
	for _, values := range rows.Values {
		object := jsontext.Object{Names: rows.Columns}
		for _, value := range values {
			if raw, ok := value.([]byte); ok {
				value = textOrBase64(raw)
			}
			object.Values = append(object.Values, value)
		}
		if err := list.Add(object); err != nil {
			return err
		}
	}
	return list.Close()
}

func cells(rows storage.Rows) [][]string {
	all := make([][]string, len(rows.Values))
	for r, values := range rows.Values {
		all[r] = make([]string, len(values))
		for i, value := range values {
			all[r][i] = cell(value)
		}
	}
	return all
}

func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []byte:
		return textOrBase64(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

func textOrBase64(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func isNumeric(rows storage.Rows, i int) bool {
	seen := false
	for _, values := range rows.Values {
		switch values[i].(type) {
		case nil:
		case int64, float64:
			seen = true
		default:
			return false
		}
	}
	return seen
}
