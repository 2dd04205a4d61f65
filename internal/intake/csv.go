package intake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/table"
)

// csvRows reads a table with a header. A header, or what Columns maps it to, is a path into the body: "status",
// "billing.first_name", "line_items.0.sku" (the first line), "meta_data.erp_number" (the meta entry of that key). An
// empty cell leaves its field out.
func csvRows(in io.Reader, o Options, row func(place, json.RawMessage, error)) error {
	reader, err := table.NewReader(in, o.Table)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	columns, err := o.columns(reader.Header())
	if err != nil {
		if bad := firstBad(reader); bad != nil {
			return fmt.Errorf("%w. And %w", err, bad)
		}
		return err
	}
	rows, last := allRows(reader)
	for i := range columns {
		columns[i].decimal = cmp.Or(o.Decimal, shownIn(rows, i))
	}
	for _, one := range rows {
		at := place{row: one.Number, line: one.Line}
		if one.wrong != nil {
			row(at, nil, one.wrong)
			continue
		}
		for i, cell := range one.Cells {
			if reader.Header()[i] == o.KeyColumn {
				at.key = cell
			}
		}
		body, err := o.body(reader.Header(), columns, one.Cells)
		row(at, body, err)
	}
	return last
}

// tableRow is a row of a table, or what is wrong with its cells.
type tableRow struct {
	table.Row
	wrong error
}

// allRows reads all rows, up to the end or an error that ends the reading.
func allRows(reader *table.Reader) ([]tableRow, error) {
	var rows []tableRow
	for {
		cells, err := reader.Next()
		_, goesOn := errors.AsType[*table.Misshapen](err)
		switch {
		case errors.Is(err, io.EOF) && cells.Line == 0:
			return rows, nil
		case err != nil && !goesOn:
			return rows, place{row: cells.Number, line: cells.Line}.error(err)
		}
		cells.Cells = slices.Clone(cells.Cells) // the reader uses them for the next row
		rows = append(rows, tableRow{cells, err})
	}
}

// shownIn returns the decimal sign of a column: the one that its cells show for certain, as long as no cell shows the
// other. In a column that also has 9,95 the cell 1.250 can be read in one way only.
func shownIn(rows []tableRow, column int) table.Decimal {
	var sign table.Decimal
	for _, row := range rows {
		if row.wrong != nil || column >= len(row.Cells) {
			continue
		}
		switch shows := table.Shows(row.Cells[column]); {
		case shows == "":
		case sign == "":
			sign = shows
		case sign != shows:
			return ""
		}
	}
	return sign
}

// body puts the cells of a row into the places of their columns.
func (o Options) body(header []string, columns []column, cells []string) (json.RawMessage, error) {
	body := map[string]any{}
	var wrong []string
	for i, cell := range cells {
		if columns[i].path == "" || strings.TrimSpace(cell) == "" {
			continue
		}
		value, err := columns[i].value(cell, o)
		if err == nil {
			err = put(body, strings.Split(columns[i].path, "."), value)
		}
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("column %q: %v", header[i], err))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	return json.Marshal(body)
}

// firstBad returns what is wrong with the first row that cannot be read. A caller with a message about the columns adds
// it, so that the person learns of a wrong encoding at the same time.
func firstBad(reader *table.Reader) error {
	for range 1000 {
		cells, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return place{row: cells.Number, line: cells.Line}.error(err)
		}
	}
	return nil
}
