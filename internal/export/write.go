package export

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

// CSVOptions say how a CSV file is written.
type CSVOptions struct {
	// Spreadsheet makes the file safe and readable in spreadsheet programs. It adds a byte order mark, so that they
	// read UTF-8, and an apostrophe before text that they would take for a formula. Leave it off for files that
	// programs read, because it changes values.
	//
	// Package table removes the apostrophe when it reads such a file.
	Spreadsheet bool
	// Delimiter stands between the cells; 0 means a comma.
	Delimiter rune
	// Decimal is the decimal sign of amounts. A comma is for spreadsheets in countries where 1.12 is a date.
	Decimal table.Decimal
}

// CSV writes records as a table with a heading, by RFC 4180. It returns the number of rows written, without the
// heading.
func CSV(w io.Writer, r storage.Resource, records iter.Seq2[storage.Record, error], opts CSVOptions) (int, error) {
	columns := Columns(r)
	if opts.Spreadsheet {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return 0, err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = opts.Spreadsheet
	if opts.Delimiter != 0 {
		out.Comma = opts.Delimiter
	}
	heading := make([]string, len(columns))
	for i, column := range columns {
		heading[i] = column.Name
	}
	if err := out.Write(heading); err != nil {
		return 0, err
	}
	n := 0
	for record, err := range records {
		if err != nil {
			return n, err
		}
		rows, err := rowsOf(r, columns, record)
		if err != nil {
			return n, fmt.Errorf("%s cannot be read: %w", record.Ref, err)
		}
		for _, row := range rows {
			for i := range row {
				if opts.Decimal == table.Comma && columns[i].amount() {
					row[i] = strings.Replace(row[i], ".", ",", 1)
				}
				if opts.Spreadsheet {
					row[i] = table.Shield(row[i])
				}
			}
			if err := out.Write(row); err != nil {
				return n, err
			}
			n++
		}
	}
	out.Flush()
	return n, out.Error()
}

// JSONLines writes each record as the store sent it, on a line of its own. It returns the number of lines.
func JSONLines(w io.Writer, records iter.Seq2[storage.Record, error]) (int, error) {
	out := bufio.NewWriterSize(w, 64<<10)
	n := 0
	var line bytes.Buffer
	for record, err := range records {
		if err != nil {
			return n, err
		}
		line.Reset()
		if bytes.ContainsAny(record.Raw, "\n\r") {
			if err := json.Compact(&line, record.Raw); err != nil {
				return n, fmt.Errorf("%s cannot be read: %w", record.Ref, err)
			}
		} else {
			line.Write(record.Raw)
		}
		line.WriteByte('\n')
		if _, err := out.Write(line.Bytes()); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Flush()
}
