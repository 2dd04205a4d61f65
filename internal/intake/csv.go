package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/waybillhq/waybill/internal/table"
)

// csvRows reads a table with a header. A header, or what Columns maps it to, is a path into the body: "status",
// "billing.first_name", "line_items.0.sku" (the first line), "meta_data.erp_number" (the meta entry of that key). An
// empty cell leaves its field out.
func csvRows(in io.Reader, o Options, row func(place, json.RawMessage) error) error {
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
	for {
		cells, err := reader.Next()
		if errors.Is(err, io.EOF) && cells.Line == 0 {
			return nil
		}
		at := place{row: cells.Number, line: cells.Line}
		if err != nil {
			return at.error(err)
		}
		body := map[string]any{}
		for i, cell := range cells.Cells {
			if reader.Header()[i] == o.KeyColumn {
				at.key = cell
			}
			if columns[i].path == "" || strings.TrimSpace(cell) == "" {
				continue
			}
			value, err := columns[i].value(cell, o)
			if err == nil {
				err = put(body, strings.Split(columns[i].path, "."), value)
			}
			if err != nil {
				return at.error(fmt.Errorf("column %q: %w", reader.Header()[i], err))
			}
		}
		raw, err := json.Marshal(body)
		if err != nil {
			return at.error(err)
		}
		if err := row(at, raw); err != nil {
			return err
		}
	}
}

// firstBad is what is wrong with the first row that cannot be read. Whoever must say more about the columns is told of
// it in the same breath: how the letters are written is asked once, and not at the next try.
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
