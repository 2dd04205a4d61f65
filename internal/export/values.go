package export

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// Fields are the members of a record, each as the store's JSON text.
type Fields map[string]json.RawMessage

// ReadFields splits a record into its members. The error says that the record is no JSON object.
func ReadFields(raw json.RawMessage) (Fields, error) {
	var f Fields
	err := json.Unmarshal(raw, &f)
	return f, err
}

// Text returns the value at a path as the text of a cell: text without quotes, numbers with their own digits, JSON for
// lists and objects, and "" for a null or missing value.
func (f Fields) Text(path string) string {
	name, rest, nested := strings.Cut(path, ".")
	value, ok := f[name]
	if !ok {
		return ""
	}
	if !nested {
		return textOf(value)
	}
	inner, err := ReadFields(value)
	if err != nil {
		// PHP writes [] for an object without members.
		return ""
	}
	return inner.Text(rest)
}

// Each returns the elements of a list of objects, such as an order's line items; nil when the value is no such list.
func (f Fields) Each(name string) []Fields {
	var list []Fields
	if json.Unmarshal(f[name], &list) != nil {
		return nil
	}
	return list
}

func textOf(value json.RawMessage) string {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return ""
	}
	switch value[0] {
	case 'n':
		return ""
	case '"':
		var s string
		if json.Unmarshal(value, &s) == nil {
			return s
		}
	case '{', '[':
		var compact bytes.Buffer
		if json.Compact(&compact, value) == nil {
			return compact.String()
		}
	}
	return string(value)
}

// rowsOf returns the rows of one record: one row, or for [OrderItems] one row a line item.
func rowsOf(r storage.Resource, columns []Column, record storage.Record) ([][]string, error) {
	fields, err := ReadFields(record.Raw)
	if err != nil {
		return nil, err
	}
	if r == OrderItems {
		var rows [][]string
		for _, item := range fields.Each("line_items") {
			rows = append(rows, rowOf(columns, func(path string) string {
				if orders, ok := strings.CutPrefix(path, "order_"); ok {
					return fields.Text(orders)
				}
				return item.Text(path)
			}))
		}
		return rows, nil
	}
	return [][]string{rowOf(columns, func(path string) string {
		switch path {
		case "parent_id":
			// The texts of refunds, notes and terms do not contain the id of their parent.
			return strconv.FormatInt(record.ParentID, 10)
		case "slug":
			if record.Slug != "" {
				return record.Slug
			}
		case "raw":
			return string(record.Raw)
		}
		return fields.Text(path)
	})}, nil
}

func rowOf(columns []Column, value func(path string) string) []string {
	row := make([]string, len(columns))
	for i, column := range columns {
		row[i] = value(column.Path)
	}
	return row
}
