package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// csvRows reads comma- or semicolon-separated values with a header. A header, or what Columns maps it to, is a path
// into the body: "status", "billing.first_name", "line_items.0.sku" (the first line), "meta_data.erp_number" (the meta
// entry of that key). An empty cell leaves its field out.
func csvRows(r *bufio.Reader, o Options, row func(int, json.RawMessage) error) error {
	declared, err := declaredSeparator(r)
	if err != nil {
		return err
	}
	reader := csv.NewReader(r)
	if declared != 0 {
		reader.Comma = declared
	} else if head, err := r.Peek(4096); len(head) > 0 && (err == nil || errors.Is(err, io.EOF)) {
		line, _, _ := strings.Cut(string(head), "\n")
		if strings.Count(line, ";") > strings.Count(line, ",") {
			reader.Comma = ';' // what spreadsheets write where the comma is the decimal sign
		}
	}
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	for _, name := range header {
		if !utf8.ValidString(name) {
			return fmt.Errorf("the header %w", errNotUTF8)
		}
	}
	paths, err := o.paths(header)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &RowError{Row: n, Err: err}
		}
		body := map[string]any{}
		for i, cell := range cells {
			if !utf8.ValidString(cell) {
				return &RowError{Row: n, Err: fmt.Errorf("column %q: %w", header[i], errNotUTF8)}
			}
			if paths[i] == "" || cell == "" {
				continue
			}
			if err := put(body, strings.Split(paths[i], "."), cell); err != nil {
				return &RowError{Row: n, Err: fmt.Errorf("column %q: %w", header[i], err)}
			}
		}
		raw, err := json.Marshal(body)
		if err != nil {
			return &RowError{Row: n, Err: err}
		}
		if err := row(n, raw); err != nil {
			return err
		}
	}
}

// separatorLine is what spreadsheets write before the header to say what stands between the cells.
var separatorLine = regexp.MustCompile(`^"?(?i:sep)=([;,\t|])"?\r?(?:\n|$)`)

// declaredSeparator takes such a line away and gives what it says; 0 where there is none.
func declaredSeparator(r *bufio.Reader) (rune, error) {
	head, _ := r.Peek(len("\"sep=;\"\r\n")) // a shorter input may be such a line too
	line := separatorLine.FindSubmatch(head)
	if line == nil {
		return 0, nil
	}
	_, err := r.Discard(len(line[0]))
	return rune(line[1][0]), err
}

// paths is where each column goes.
func (o Options) paths(header []string) ([]string, error) {
	paths := make([]string, len(header))
	for i, name := range header {
		name = strings.TrimSpace(name)
		paths[i] = name
		if target, mapped := o.Columns[name]; mapped {
			paths[i] = target
		} else if err := o.unmapped(name); err != nil {
			return nil, err
		}
		if paths[i] != "" && slices.Contains(paths[:i], paths[i]) {
			return nil, fmt.Errorf("two columns are written to %q", paths[i])
		}
	}
	if err := apart(paths); err != nil {
		return nil, err
	}
	for name := range o.Columns {
		if !slices.ContainsFunc(header, func(h string) bool { return strings.TrimSpace(h) == name }) {
			return nil, fmt.Errorf("there is no column %q; the columns are %s", name, strings.Join(header, ", "))
		}
	}
	return paths, nil
}

// unmapped says whether a column can be taken by its header: a field of WooCommerce can. Everything else is a column of
// somebody's spreadsheet, and to send it as it is called would be to lose it. A plugin's field is mapped to itself.
func (o Options) unmapped(name string) error {
	known, ok := schema.Of(string(o.Resource))
	root, _, _ := strings.Cut(name, ".")
	if !ok || name == "" || root == "id" || root == "parent_id" && nested(o.Resource) || known.Find(root) != nil {
		return nil
	}
	hint := "FIELD"
	if near := known.Suggest(strings.ReplaceAll(root, " ", "_")); near != "" {
		hint = near
	} else if _, line := lineFields[strings.ToLower(name)]; line && o.Resource == storage.Orders {
		hint = lineFields[strings.ToLower(name)]
	}
	return fmt.Errorf("column %[1]q is not mapped and no field of %[2]s: write it with --map '%[1]s=%[3]s', or leave "+
		"it out with --map '%[1]s='", name, strings.ReplaceAll(string(o.Resource), "_", " "), hint)
}

// lineFields are where columns of an order's spreadsheet usually go that belong to its line.
var lineFields = map[string]string{
	"qty": "line_items.0.quantity", "quantity": "line_items.0.quantity", "pieces": "line_items.0.quantity",
	"sku":     "line_items.0.sku",
	"article": "line_items.0.sku", "item": "line_items.0.sku", "mail": "billing.email", "email": "billing.email",
	"e-mail": "billing.email",
}

// whole are the fields that WooCommerce takes as whole numbers or booleans; everything else is a text, prices above
// all.
var whole = []string{"id", "parent_id", "product_id", "variation_id", "customer_id", "quantity", "stock_quantity",
	"menu_order", "usage_limit"}

func typed(name, cell string) any {
	switch {
	case slices.Contains(whole, name):
		if _, err := strconv.ParseInt(cell, 10, 64); err == nil {
			return json.Number(cell)
		}
	case cell == "true":
		return true
	case cell == "false":
		return false
	}
	return cell
}

const mostLines = 500 // of one list in one row: a typing error must not ask for a billion

// entryFields are the members of an entry of meta data. Who names one with a place, as of lines, means the entry.
var entryFields = []string{"id", "key", "value"}

func put(into map[string]any, path []string, cell string) error {
	name := path[0]
	if name == "" {
		return errors.New("a path may not have an empty part")
	}
	if len(path) == 1 {
		into[name] = typed(name, cell)
		return nil
	}
	if name == "meta_data" {
		list, _ := into[name].([]any)
		if _, err := strconv.Atoi(path[1]); err == nil && len(path) == 3 && slices.Contains(entryFields, path[2]) {
			return fmt.Errorf("%s is written by its key and not by its place: meta_data.KEY", strings.Join(path, "."))
		}
		key := strings.Join(path[1:], ".")
		for _, entry := range list {
			if e, ok := entry.(map[string]any); ok && e["key"] == key {
				e["value"] = cell
				return nil
			}
		}
		into[name] = append(list, map[string]any{"key": key, "value": cell})
		return nil
	}
	if n, err := strconv.Atoi(path[1]); err == nil && len(path) > 2 {
		if n < 0 || n >= mostLines {
			return fmt.Errorf("line %d is out of reach", n)
		}
		list, _ := into[name].([]any)
		for len(list) <= n {
			list = append(list, map[string]any{})
		}
		into[name] = list
		line, ok := list[n].(map[string]any)
		if !ok {
			return fmt.Errorf("%s.%d is not an object", name, n)
		}
		return put(line, path[2:], cell)
	}
	nested, ok := into[name].(map[string]any)
	if !ok {
		nested = map[string]any{}
		into[name] = nested
	}
	return put(nested, path[1:], cell)
}

// Fields makes the JSON object of assignments such as "status=completed", "line_items.0.quantity=2".
func Fields(assignments []string) (json.RawMessage, error) { return Correct(nil, assignments) }

// Correct is a body with some fields assigned anew; nil begins with none.
func Correct(body json.RawMessage, assignments []string) (json.RawMessage, error) {
	fields := map[string]any{}
	if body != nil {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber() // a number stays the text it is
		if err := dec.Decode(&fields); err != nil {
			return nil, err
		}
	}
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
			return nil, fmt.Errorf("%q is not FIELD=VALUE", assignment)
		}
		if !utf8.ValidString(assignment) {
			return nil, fmt.Errorf("%s: %w", strings.ToValidUTF8(path, "?"), errNotUTF8)
		}
		if err := put(fields, strings.Split(path, "."), value); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return json.Marshal(fields)
}
