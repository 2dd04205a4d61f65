package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// inputFlags say where the rows of a write come from.
type inputFlags struct {
	file    string
	csv     bool
	columns []string
	set     []string
	// encoding is how the text of the file is written; empty for UTF-8.
	encoding string
}

func (f *inputFlags) register(flags *pflag.FlagSet) {
	f.registerFile(flags)
	flags.StringArrayVar(&f.set, "set", nil,
		"`FIELD=VALUE`: one field, such as status=completed or billing.city=Oakland; nothing behind the = clears it; "+
			"repeat it")
}

func (f *inputFlags) registerFile(flags *pflag.FlagSet) {
	flags.StringVarP(&f.file, "file", "f", "",
		"`file` with a JSON object, an array, JSON lines or CSV; - reads standard input")
	flags.BoolVar(&f.csv, "csv", false, "the input is CSV (by default when the file ends in .csv)")
	flags.StringVar(&f.encoding, "encoding", "",
		"how the file is written where it is not UTF-8: `NAME` such as windows-1252 or iso-8859-1")
	flags.StringArrayVar(&f.columns, "map", nil,
		"`COLUMN=FIELD`: write a CSV column to a field such as billing.email, line_items.0.sku or meta_data.erp; "+
			"repeat it")
}

// runInput sends what the input says, all of it or nothing.
func runInput(ctx context.Context, a *app, store string, flags writeFlags, input *inputFlags, o intake.Options) error {
	rows, err := input.read(a, o)
	if err != nil {
		return err
	}
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

// read makes writes of a file, of standard input, or of --set.
func (f *inputFlags) read(a *app, o intake.Options) ([]intake.Row, error) {
	if (f.file == "") == (len(f.set) == 0) {
		return nil, problem.New(problem.Usage, "give the fields either with --file or with --set").Next(
			"Example: --file order.json, or --set status=completed")
	}
	if len(f.set) > 0 {
		return f.readSet(o)
	}
	o.Encoding = f.encoding
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
func (f *inputFlags) readSet(o intake.Options) ([]intake.Row, error) {
	row, err := intake.Fields(f.set)
	if err != nil {
		return nil, problem.Wrap(problem.Usage, err, "--set: %v", err)
	}
	return readInput(strings.NewReader(string(row)), o)
}

func readInput(in io.Reader, o intake.Options) ([]intake.Row, error) {
	rows, err := intake.Read(in, o)
	if err == nil {
		return rows, nil
	}
	p := problem.Wrap(problem.InputInvalid, err, "%v; nothing was accepted", err)
	var row *intake.RowError
	if errors.As(err, &row) {
		p.Detail("row", strconv.Itoa(row.Row))
	}
	return nil, p
}

// nameRecord reads what names a record on the command line: its id, a customer's e-mail address, an order's id or
// number, or a product's SKU, with sku: before one that looks like a number.
func nameRecord(o *intake.Options, text string) error {
	switch sku, marked := strings.CutPrefix(text, "sku:"); {
	case o.Resource == storage.Products && (marked || strings.Trim(text, "#0123456789") != ""):
		o.Name = sku
		return nil
	case o.Resource == storage.Orders:
		o.Order = text
		return nil
	case o.Resource == storage.Customers && strings.Contains(text, "@"):
		o.Name = text
		return nil
	}
	id, err := argument.RecordNumber(text)
	o.RecordID = id
	return err
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

func (f orderFlags) by() service.NamedBy {
	switch {
	case f.id:
		return service.ByID
	case f.number:
		return service.ByNumber
	}
	return service.ByEither
}
