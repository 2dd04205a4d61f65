package rowinput

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Flags say where the rows of a write come from. Without --file and --set there are none.
type Flags struct {
	// File holds the rows; - is standard input, empty means that they come from elsewhere.
	File    string
	csv     bool
	columns []string
	set     []string
	// encoding is how the text of the file is written; empty for UTF-8.
	encoding string
}

// Register adds the flags of a file, and --set.
func (f *Flags) Register(flags *pflag.FlagSet) {
	f.RegisterFile(flags)
	flags.StringArrayVar(&f.set, "set", nil,
		"`FIELD=VALUE`: one field, such as status=completed or billing.city=Oakland; nothing behind the = clears it; "+
			"repeat it")
}

// RegisterFile adds the flags of a file alone.
func (f *Flags) RegisterFile(flags *pflag.FlagSet) {
	flags.StringVarP(&f.File, "file", "f", "",
		"`file` with a JSON object, an array, JSON lines or CSV; - reads standard input")
	flags.BoolVar(&f.csv, "csv", false, "the input is CSV (by default when the file ends in .csv)")
	flags.StringVar(&f.encoding, "encoding", "",
		"how the file is written where it is not UTF-8: `NAME` such as windows-1252 or iso-8859-1")
	flags.StringArrayVar(&f.columns, "map", nil,
		"`COLUMN=FIELD`: write a CSV column to a field such as billing.email, line_items.0.sku or meta_data.erp; "+
			"repeat it")
}

// Read makes writes of a file, of stdin, or of --set: of all rows, or of none. The error is a problem that says what is
// wrong, with the number of the row where it is one row.
func (f *Flags) Read(stdin io.Reader, o intake.Options) ([]intake.Row, error) {
	if (f.File == "") == (len(f.set) == 0) {
		return nil, problem.New(problem.Usage, "give the fields either with --file or with --set").Next(
			"Example: --file order.json, or --set status=completed")
	}
	if len(f.set) > 0 {
		return f.readSet(o)
	}
	o.Encoding = f.encoding
	o.CSV = f.csv || strings.HasSuffix(strings.ToLower(f.File), ".csv")
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
	in := stdin
	if f.File != "-" {
		file, err := os.Open(f.File)
		if err != nil {
			return nil, problem.Wrap(problem.InputInvalid, err, "the input cannot be read: %v", err)
		}
		defer file.Close()
		in = file
	}
	return readRows(in, o)
}

// readSet reads --set as one row of CSV: the fields are the header.
func (f *Flags) readSet(o intake.Options) ([]intake.Row, error) {
	row, err := intake.Fields(f.set)
	if err != nil {
		return nil, problem.Wrap(problem.Usage, err, "--set: %v", err)
	}
	return readRows(strings.NewReader(string(row)), o)
}

func readRows(in io.Reader, o intake.Options) ([]intake.Row, error) {
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

// Name reads what names a record on the command line: its id, a customer's e-mail address, an order's id or
// number, or a product's SKU, with sku: before one that looks like a number.
func Name(o *intake.Options, text string) error {
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
