package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/table"
)

const mostLines = 500 // of one list in one row: a typing error must not ask for a billion

// entryFields are the members of an entry of meta data. Behind a place ("meta_data.0.key") they are members of that
// entry and no keys.
var entryFields = []string{"id", "key", "value"}

// put sets the value at a path of a body.
func put(into map[string]any, path []string, value any) error {
	name := path[0]
	if name == "" {
		return noField()
	}
	if len(path) == 1 {
		into[name] = value
		return nil
	}
	if name == "meta_data" {
		list, _ := into[name].([]any)
		if _, err := strconv.Atoi(path[1]); err == nil && len(path) == 3 && slices.Contains(entryFields, path[2]) {
			return metaByPlace(path)
		}
		key := strings.Join(path[1:], ".")
		for _, entry := range list {
			if e, ok := entry.(map[string]any); ok && e["key"] == key {
				e["value"] = value
				return nil
			}
		}
		into[name] = append(list, map[string]any{"key": key, "value": value})
		return nil
	}
	if n, err := strconv.Atoi(path[1]); err == nil && len(path) > 2 {
		if n < 0 || n >= mostLines {
			return lineOutOfReach(n)
		}
		list, _ := into[name].([]any)
		for len(list) <= n {
			list = append(list, map[string]any{})
		}
		into[name] = list
		line, ok := list[n].(map[string]any)
		if !ok {
			return noObject(name, n)
		}
		return put(line, path[2:], value)
	}
	nested, ok := into[name].(map[string]any)
	if !ok {
		nested = map[string]any{}
		into[name] = nested
	}
	return put(nested, path[1:], value)
}

// Fields returns the JSON object of assignments such as "status=completed" and "line_items.0.quantity=2".
func Fields(assignments []string) (json.RawMessage, error) { return Correct(nil, assignments) }

// Correct returns a body with some fields assigned new values; a nil body begins empty.
func Correct(body json.RawMessage, assignments []string) (json.RawMessage, error) {
	fields := map[string]any{}
	if body != nil {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber() // a number stays the text it is
		if err := dec.Decode(&fields); err != nil {
			return nil, err
		}
	}
	assignments = together(assignments)
	paths := make([]string, len(assignments))
	for i, assignment := range assignments {
		paths[i], _, _ = strings.Cut(assignment, "=")
	}
	if err := apart(paths); err != nil {
		return nil, err
	}
	for _, assignment := range assignments {
		path, value, found := strings.Cut(assignment, "=")
		if !found {
			return nil, noAssignment(assignment)
		}
		if !utf8.ValidString(assignment) {
			return nil, fmt.Errorf("%s: %w", strings.ToValidUTF8(path, "?"), table.NotUTF8(assignment))
		}
		if err := put(fields, strings.Split(path, "."), assigned(path, value)); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return json.Marshal(fields)
}

// assigned returns the value of an assignment. In meta data it is always a text.
func assigned(path, text string) any {
	all := parts(path)
	if slices.Contains(all, "meta_data") {
		return text
	}
	return typed(all[len(all)-1], text)
}

// whole are the fields that WooCommerce takes as whole numbers or booleans. Every other field is a text, above all
// prices.
var whole = []string{"id", "parent_id", "product_id", "variation_id", "customer_id", "quantity", "stock_quantity",
	"menu_order", "usage_limit"}

func typed(name, text string) any {
	switch {
	case slices.Contains(whole, name):
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && text[0] != '+' {
			return n
		}
	case text == "true":
		return true
	case text == "false":
		return false
	}
	return text
}
