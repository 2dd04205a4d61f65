package intake

import (
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/table"
)

// column says where the cells of a column go, and what kind of value they hold.
type column struct {
	path string      // empty for a column that is left out
	kind schema.Kind // empty for a member that WooCommerce does not know
	// asItIs takes the cells unchanged.
	asItIs bool
	// decimal is the decimal sign of the column; empty when neither the caller nor the cells tell it.
	decimal table.Decimal
}

// columns finds out where each column goes. Its error names all columns that go nowhere.
func (o Options) columns(header []string) ([]column, error) {
	columns, paths := make([]column, len(header)), make([]string, len(header))
	var nowhere []string
	for i, name := range header {
		if name == "" || slices.Contains(o.Ignore, name) {
			continue
		}
		if slices.Contains(header[:i], name) {
			return nil, columnTwice(name)
		}
		target, mapped := o.Columns[name]
		if !mapped && name == o.KeyColumn && !o.known(name) {
			continue // the column serves only the key
		}
		if !mapped {
			target = name
			if !o.known(name) {
				nowhere = append(nowhere, name)
			}
		}
		paths[i] = target
		if target != "" && slices.Contains(paths[:i], target) {
			return nil, targetTwice(target)
		}
		columns[i] = column{path: target, kind: o.kind(target), asItIs: slices.Contains(o.AsText, name)}
	}
	for _, named := range [][]string{keys(o.Columns), o.Ignore, o.AsText, {o.KeyColumn}} {
		for _, name := range named {
			if name != "" && !slices.Contains(header, name) {
				return nil, noColumn(name, header)
			}
		}
	}
	if len(nowhere) > 0 {
		return nil, o.unmapped(header, nowhere)
	}
	return columns, apart(paths)
}

func keys(m map[string]string) []string {
	all := make([]string, 0, len(m))
	for name := range m {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// known says whether a column can be taken by its header, which holds for fields of WooCommerce. The store would ignore
// any other column. To send a plugin's field, map its column to itself.
func (o Options) known(name string) bool {
	fields, ok := schema.Of(string(o.Resource))
	root, _, _ := strings.Cut(name, ".")
	return !ok || root == "id" || root == "parent_id" && nested(o.Resource) || fields.Find(root) != nil
}

// usual maps the usual columns of a spreadsheet of orders that belong to the line or the customer to their paths.
var usual = map[string]string{
	"qty": "line_items.0.quantity", "quantity": "line_items.0.quantity", "pieces": "line_items.0.quantity",
	"sku":     "line_items.0.sku",
	"article": "line_items.0.sku", "item": "line_items.0.sku", "mail": "billing.email", "email": "billing.email",
	"e-mail": "billing.email",
	"menge":  "line_items.0.quantity", "anzahl": "line_items.0.quantity", "stück": "line_items.0.quantity",
	"quantité": "line_items.0.quantity", "cantidad": "line_items.0.quantity", "quantità": "line_items.0.quantity",
	"artikel": "line_items.0.sku", "artikelnummer": "line_items.0.sku", "référence": "line_items.0.sku",
	"referencia": "line_items.0.sku", "articolo": "line_items.0.sku",
}

// kind returns the kind of value at a path; empty when WooCommerce knows no such member.
func (o Options) kind(path string) schema.Kind {
	member, ok := schema.Of(string(o.Resource))
	if !ok {
		return ""
	}
	for _, name := range strings.Split(path, ".") {
		if _, err := strconv.Atoi(name); err == nil {
			continue // the place in a list
		}
		if name == "meta_data" {
			return schema.Text
		}
		if member = member.Find(name); member == nil {
			return ""
		}
	}
	return member.Kind
}

// value returns the value of a cell in the form in which it is sent.
func (c column) value(cell string, o Options) (any, error) {
	if c.asItIs {
		return cell, nil
	}
	cell = table.Unshield(cell)
	if err := table.Destroyed(cell); err != nil {
		return nil, err
	}
	switch c.kind {
	case schema.Money, schema.Price, schema.Measure, schema.Number:
		return table.Amount(cell, c.decimal)
	case schema.Whole, schema.Count, schema.ID:
		if strings.HasPrefix(strings.TrimSpace(cell), "+") {
			return strings.TrimSpace(cell), nil // a change; a counted stock has no sign: see Typed
		}
		amount, err := table.Amount(cell, c.decimal)
		if err != nil {
			return nil, err
		}
		if n, err := strconv.ParseInt(table.Whole(amount), 10, 64); err == nil {
			return n, nil
		}
		return amount, nil
	case schema.Date:
		return table.Date(cell, o.Dates)
	case schema.Moment:
		date, err := table.Date(cell, o.Dates)
		if len(date) == len("2006-01-02") {
			date += "T00:00:00"
		}
		return date, err
	case schema.Flag:
		if flag, ok := flags[strings.ToLower(strings.TrimSpace(cell))]; ok {
			return flag, nil
		}
	case "":
		name := c.path[strings.LastIndexByte(c.path, '.')+1:]
		return typed(name, cell), nil
	}
	return cell, nil
}

// flags are the words for true and false that spreadsheets write in several languages.
var flags = map[string]bool{"true": true, "wahr": true, "vrai": true, "verdadero": true, "vero": true, "waar": true,
	"prawda": true, "false": false, "falsch": false, "faux": false, "falso": false, "onwaar": false, "fałsz": false}
