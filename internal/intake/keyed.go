package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
)

// A column can hold what the caller knows each row by, such as the number of an order in the caller's own system. The
// idempotency key of a row's write is then made of that value and of the action, so that the row is the same write even
// when its other cells are mended. Without such a column the key is made of the content, and a mended row is another
// write.

// columnKey returns the idempotency key of a row that is known by the value of a column.
func columnKey(w outbox.Write, value string) string {
	if w.ParentID != 0 {
		return fmt.Sprintf(columnKeys+"%s-%s-%d-%s", w.Action, w.Resource, w.ParentID, value)
	}
	return fmt.Sprintf(columnKeys+"%s-%s-%s", w.Action, w.Resource, value)
}

// keyed gives the rows of one input keys by the value of a column. Each row must have a value of its own.
type keyed struct {
	column string
	rows   map[string]place
}

func (k *keyed) name(w *Row, at place, value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return keyEmpty(k.column)
	}
	key := columnKey(w.Write, value)
	if first, twice := k.rows[key]; twice {
		return keyTwice(k.column, value, first.row)
	}
	w.Key, k.rows[key] = key, at
	return nil
}

var errNoKey = errors.New("is not there")

// valueAt returns the text or number at a path of an object, such as transaction_id, billing.email or meta_data.erp.
func valueAt(raw json.RawMessage, path string) (string, error) {
	name, rest, deeper := strings.Cut(path, ".")
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return "", errNoKey
	}
	if deeper && name == "meta_data" {
		var entries []struct {
			Key   string          `json:"key"`
			Value json.RawMessage `json:"value"`
		}
		_ = json.Unmarshal(object[name], &entries) // a value that is no list has no entry
		for _, e := range entries {
			if e.Key == rest {
				return plain(e.Value)
			}
		}
		return "", errNoKey
	}
	if deeper {
		return valueAt(object[name], rest)
	}
	return plain(object[name])
}

func plain(raw json.RawMessage) (string, error) {
	var text string
	var number json.Number
	switch {
	case len(raw) == 0:
		return "", errNoKey
	case json.Unmarshal(raw, &text) == nil:
		return text, nil
	case json.Unmarshal(raw, &number) == nil:
		return number.String(), nil
	}
	return "", noPlainValue()
}
