package evidence

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What members of a record look like in every WooCommerce. A plugin that changes them deceives whoever reads them:
// "wc-completed" is no status that a client asks for, and a date of another form sorts nowhere. Of what is odd the name
// of the member is kept, and the value only where it cannot be about a person.

// form is what a member is.
type form func(raw json.RawMessage) bool

func matches(pattern string) form {
	compiled := regexp.MustCompile(pattern)
	return func(raw json.RawMessage) bool { return compiled.Match(raw) }
}

var (
	isCount    = matches(`^[0-9]+$`)
	isNumber   = matches(`^(-?[0-9]+(\.[0-9]+)?|null)$`)
	isMoney    = matches(`^"(-?[0-9]+(\.[0-9]+)?)?"$`)
	isAmount   = matches(`^"-?[0-9]+(\.[0-9]+)?"$`)
	isCurrency = matches(`^"[A-Za-z0-9]{2,8}"$`)
	isSlug     = matches(`^"[^"\s]+"$`)
	isListing  = matches(`^\[`)
	isObject   = matches(`^(\{|\[\])`) // PHP writes an empty object as a list
	isText     = matches(`^"`)
)

func isStatus(raw json.RawMessage) bool {
	return isSlug(raw) && !strings.HasPrefix(string(raw), `"wc-`)
}

func isDate(raw json.RawMessage) bool {
	if string(raw) == "null" {
		return true
	}
	_, err := time.Parse(`"`+StoreTime+`"`, string(raw))
	return err == nil
}

// member is one of a record: its name, its form, and whether its value may be shown because it is about no person.
type member struct {
	name  string
	is    form
	shown bool
}

var forms = map[string][]member{
	"orders": {
		{"id", isCount, true}, {"status", isStatus, true}, {"currency", isCurrency, true}, {"total", isAmount, true},
		{"date_created_gmt", isDate, true}, {"date_modified_gmt", isDate, true}, {"customer_id", isCount, true},
		{"billing", isObject, false}, {"billing.email", isText, false}, {"billing.phone", isText, false},
		{"billing.country", isText, false}, {"shipping", isObject, false}, {"line_items", isListing, false},
		{"line_items.id", isCount, true}, {"line_items.product_id", isCount, true},
		{"line_items.quantity", isNumber, true}, {"line_items.total", isAmount, true},
		{"shipping_lines", isListing, false}, {"fee_lines", isListing, false}, {"meta_data", isListing, false},
	},
	"products": {
		{"id", isCount, true}, {"status", isStatus, true}, {"sku", isText, false}, {"price", isMoney, true},
		{"regular_price", isMoney, true}, {"date_modified_gmt", isDate, true}, {"stock_quantity", isNumber, true},
		{"type", isSlug, true}, {"meta_data", isListing, false},
	},
	"customers": {
		{"id", isCount, true}, {"email", isText, false}, {"date_created_gmt", isDate, true},
		{"billing", isObject, false}, {"role", isText, false},
	},
}

// OddOf reads a page as it came. One that is not plainly JSON has a check of its own.
func OddOf(kind string, header http.Header, raw []byte) []Odd {
	plain, garbled := decode(header, raw)
	if garbled != "" {
		return nil
	}
	return oddities(kind, plain)
}

// oddities of a page of records: each member once, of the first record that shows it.
func oddities(kind string, page json.RawMessage) []Odd {
	var records []map[string]json.RawMessage
	if json.Unmarshal(page, &records) != nil {
		return nil
	}
	var odd []Odd
	for _, record := range records {
		id := strings.Trim(string(record["id"]), `"`)
		if !regexpDigits.MatchString(id) {
			id = ""
		}
		for _, m := range forms[kind] {
			values, there := valuesOf(record, m.name)
			at := slices.IndexFunc(values, func(raw json.RawMessage) bool { return !m.is(raw) })
			known := slices.ContainsFunc(odd, func(o Odd) bool { return o.Member == m.name })
			switch {
			case known || there && at < 0:
			case !there:
				odd = append(odd, Odd{ID: id, Member: m.name})
			default:
				is := fmt.Sprintf("of %d bytes", len(values[at]))
				if m.shown && len(values[at]) <= 40 {
					is = string(values[at])
				}
				odd = append(odd, Odd{ID: id, Member: m.name, Is: is})
			}
		}
	}
	return odd
}

var regexpDigits = regexp.MustCompile(`^[0-9]+$`)

// valuesOf are the values of a member: one, or of "lines.name" one of each line. It lacks where a record or line has
// none, and not where there are no lines or what it stands in lacks itself.
func valuesOf(record map[string]json.RawMessage, name string) (values []json.RawMessage, there bool) {
	outer, inner, nested := strings.Cut(name, ".")
	raw, found := record[outer]
	if !nested {
		return []json.RawMessage{raw}, found
	}
	var lines []map[string]json.RawMessage
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil && object != nil {
		lines = append(lines, object)
	} else if json.Unmarshal(raw, &lines) != nil {
		return nil, true
	}
	for _, line := range lines {
		value, found := line[inner]
		if !found {
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

// Line is the oddity as a line of evidence.
func (o Odd) Line(kind string) string {
	record := strings.TrimSuffix(kind, "s") + " " + FirstOf(o.ID, "?")
	if o.Is == "" {
		return record + " has no member " + o.Member
	}
	return record + ": " + o.Member + " is " + o.Is
}
