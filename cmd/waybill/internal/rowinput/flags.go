package rowinput

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

// Flags say where the rows of a write come from. Without --file and --set there are none.
type Flags struct {
	// File holds the rows; - is standard input, empty means that they come from elsewhere.
	File    string
	csv     bool
	columns []string
	set     []string
	// mapping is what the other flags say about a table; mapFile holds an earlier one, saveMap keeps it.
	mapping          intake.Mapping
	decimal, dates   string
	mapFile, saveMap string
}

// Register adds the flags of a file, and --set.
func (f *Flags) Register(flags *pflag.FlagSet) {
	f.RegisterFile(flags)
	flags.StringArrayVar(&f.set, "set", nil,
		"`FIELD=VALUE`: one field, such as status=completed or billing.city=Oakland, a list as upsell_ids=20;21; "+
			"nothing "+
			"behind the = clears it; repeat it")
}

// RegisterFile adds the flags of a file alone.
func (f *Flags) RegisterFile(flags *pflag.FlagSet) {
	flags.StringVarP(&f.File, "file", "f", "",
		"`file` with a JSON object, an array, JSON lines or CSV; - reads standard input")
	flags.BoolVar(&f.csv, "csv", false, "the input is CSV (by default when the file ends in .csv or .tsv)")
	flags.StringArrayVar(&f.columns, "map", nil,
		"`COLUMN=FIELD`: write a CSV column to a field such as billing.email, line_items.0.sku or meta_data.erp; "+
			"repeat it")
	flags.StringArrayVar(&f.mapping.Ignore, "ignore", nil, "`COLUMN` of a CSV file that is left out; repeat it")
	flags.StringArrayVar(&f.mapping.AsText, "text", nil,
		"`COLUMN` of a CSV file whose cells are sent as they stand, also where they look like dates, amounts or "+
			"damage; "+
			"repeat it")
	flags.StringVar(&f.mapping.KeyColumn, "key-column", "",
		"`COLUMN` that names each row in your own system: the row is the same write however its other cells change; "+
			"of JSON a field, such as meta_data.erp")
	flags.StringVar(&f.mapFile, "map-file", "", "`file` with a mapping kept by --save-map; other flags win over it")
	flags.StringVar(&f.saveMap, "save-map", "",
		"keep --map, --ignore, --text, --key-column and how the file is written in this `file`, once the input could "+
			"be read")
	flags.StringVar(&f.mapping.Encoding, "encoding", "",
		"how the file is written where it is not UTF-8 or UTF-16: `NAME` such as windows-1252, iso-8859-15 or cp850")
	flags.StringVar(&f.mapping.Delimiter, "delimiter", "",
		"what stands between cells where the file does not show it: a `character`, or comma, semicolon, tab, pipe")
	flags.StringVar(&f.decimal, "decimal", "",
		"`comma|point`: how amounts are written, where one could be read in two ways (1.234)")
	flags.StringVar(&f.dates, "dates", "",
		"`dmy|mdy|excel-1904`: how dates are written that could be read in two ways "+
			"(03/04/2026); excel-1904 for serial numbers of old Macs")
}

// Read makes writes of a file, of stdin, or of --set: of all rows, or of none. The error is a problem that says what is
// wrong, with the number of the row where it is one row.
func (f *Flags) Read(stdin io.Reader, o intake.Options) ([]intake.Row, error) {
	if (f.File == "") == (len(f.set) == 0) {
		return nil, problem.New(problem.Usage, "give the fields either with --file or with --set").Next(
			"Example: --file order.json, or --set status=completed")
	}
	if len(f.set) > 0 {
		if f.mapping.KeyColumn != "" {
			return nil, problem.New(problem.Usage, "--key-column names a column of --file, which is not given").Next(
				"Name a single write with --idempotency-key")
		}
		return f.readSet(o)
	}
	o.CSV = f.IsTable()
	mapping, err := f.wholeMapping()
	if err != nil {
		return nil, err
	}
	if err := mapping.Apply(&o); err != nil {
		return nil, problem.Wrap(problem.Usage, err, "%v", err)
	}
	if o.Key != "" && o.KeyColumn != "" {
		return nil, problem.New(problem.Usage, "--idempotency-key and --key-column both make the keys of the rows: "+
			"give one of them")
	}
	in := stdin
	if f.File != "-" {
		file, err := os.Open(f.File)
		if err != nil {
			return nil, problem.Wrap(problem.InputInvalid, err, "the input cannot be read: %v", err).
				Next("Check the path. A dash reads standard input: --file -")
		}
		defer file.Close()
		in = file
	}
	rows, err := readRows(in, o)
	if err == nil && f.saveMap != "" {
		err = keep(f.saveMap, mapping)
	}
	return rows, err
}

// IsTable says whether the input is CSV.
func (f *Flags) IsTable() bool {
	name := strings.ToLower(f.File)
	return f.csv || strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".tsv")
}

// ByColumn says whether a column makes the keys of the rows.
func (f *Flags) ByColumn() bool {
	mapping, err := f.wholeMapping()
	return err == nil && mapping.KeyColumn != ""
}

// wholeMapping is what --map-file says, and over it the other flags.
func (f *Flags) wholeMapping() (intake.Mapping, error) {
	given := f.mapping
	given.Decimal, given.Dates = table.Decimal(f.decimal), table.Dates(f.dates)
	given.Columns = map[string]string{}
	for _, column := range f.columns {
		name, target, found := strings.Cut(column, "=")
		if !found {
			return given, problem.New(problem.Usage, "--map %q is not COLUMN=FIELD", column)
		}
		given.Columns[name] = target
	}
	if f.mapFile == "" {
		return given, nil
	}
	file, err := os.Open(f.mapFile)
	if err != nil {
		return given, problem.Wrap(problem.InputInvalid, err, "the mapping %s cannot be read: %s", f.mapFile,
			problem.Reason(err))
	}
	defer file.Close()
	kept, err := intake.ReadMapping(file)
	if err != nil {
		return given, problem.Wrap(problem.InputInvalid, err,
			"--map-file: %s is no mapping of columns: %s; nothing was accepted",
			f.mapFile, problem.Reason(err))
	}
	return kept.With(given), nil
}

// keep writes a mapping to a file.
func keep(path string, mapping intake.Mapping) error {
	file, err := os.Create(path)
	if err == nil {
		err = errors.Join(intake.WriteMapping(file, mapping), file.Close())
	}
	if err != nil {
		return problem.Wrap(problem.InputInvalid, err, "the mapping cannot be kept in %s: %v; nothing was accepted",
			path,
			err)
	}
	return nil
}

// readSet reads --set as one row of CSV: the fields are the header.
func (f *Flags) readSet(o intake.Options) ([]intake.Row, error) {
	row, err := intake.Fields(f.set)
	if err != nil {
		return nil, problem.Wrap(problem.Usage, err, "--set: %v", err)
	}
	o.Typed = true
	return readRows(strings.NewReader(string(row)), o)
}

func readRows(in io.Reader, o intake.Options) ([]intake.Row, error) {
	rows, err := intake.Read(in, o)
	if err == nil {
		return rows, nil
	}
	if several, ok := errors.AsType[intake.RowErrors](err); ok {
		all := make([]*problem.Problem, len(several))
		for i, one := range several {
			all[i] = atRow(problem.Wrap(problem.InputInvalid, one, "%v", one), one)
		}
		return nil, problem.Together(fmt.Sprintf("%d rows cannot be used; nothing was accepted:", len(all)), all).
			Next("Correct these rows and run the same command again")
	}
	p := problem.Wrap(problem.InputInvalid, err, "%v; nothing was accepted", err)
	if row, ok := errors.AsType[*intake.RowError](err); ok {
		return nil, atRow(p, row)
	}
	return nil, p
}

// atRow puts into the details of a problem which row it is about.
func atRow(p *problem.Problem, row *intake.RowError) *problem.Problem {
	p.Detail("row", strconv.Itoa(row.Row))
	if row.Line > 0 {
		p.Detail("line", strconv.Itoa(row.Line))
	}
	return p
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
