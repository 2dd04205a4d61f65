package column

import (
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Searched are the places of a record that a search looks at, as paths with dots; none means the whole text. A first
// name comes right before its last name, so that a search for both finds them as people type them.
func Searched(r storage.Resource) []string { return searched[r] }

var searched = map[storage.Resource][]string{
	storage.Orders: {
		"number", "billing.first_name", "billing.last_name", "billing.company", "billing.email", "billing.phone",
		"shipping.first_name", "shipping.last_name", "shipping.company", "transaction_id", "customer_note",
	},
	storage.Products:   {"name", "sku", "slug", "global_unique_id"},
	storage.Variations: {"name", "sku", "description", "global_unique_id"},
	storage.Customers: {
		"email", "first_name", "last_name", "username", "billing.company", "billing.phone",
	},
	storage.Coupons:    {"code", "description"},
	storage.OrderNotes: {"note", "author"},
	storage.Refunds:    {"reason", "amount"},
}

// SearchText is the text of a record in which people search, without case and accents. A character that nobody types
// separates its fields.
func SearchText(r storage.Resource, raw []byte) string {
	paths := searched[r]
	if len(paths) == 0 {
		return Fold(string(raw))
	}
	// The record is walked once, and so is each object in it that holds such places.
	members := map[string]json.RawMessage{}
	for _, path := range paths {
		name, _, _ := strings.Cut(path, ".")
		members[name] = nil
	}
	for m, err := range jsonvalue.Members(raw) {
		if err != nil {
			return ""
		}
		if _, wanted := members[string(m.Name)]; wanted {
			members[string(m.Name)] = m.Value
		}
	}
	var text strings.Builder
	for _, path := range paths {
		name, inner, nested := strings.Cut(path, ".")
		value := members[name]
		if nested {
			value = jsonvalue.Get(value, inner)
		}
		text.WriteString(plain(value))
		if strings.HasSuffix(path, "first_name") {
			text.WriteByte(' ')
		} else {
			text.WriteByte('\n')
		}
	}
	return Fold(strings.TrimSuffix(text.String(), "\n"))
}

// plain is the text of a string, or a number as it is written; empty for other values.
func plain(value json.RawMessage) string {
	switch kind := jsonvalue.Kind(value); {
	case kind == '"':
		return jsonvalue.Text(value)
	case kind == '-' || kind >= '0' && kind <= '9':
		return string(value)
	}
	return ""
}

// Pattern is the LIKE pattern that finds a person's text in a [SearchText]. Its escape character is the backslash.
func Pattern(text string) string {
	return `%` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(Fold(text)) + `%`
}

// Fold removes case and accents, in every script that has them.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	stripped, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		stripped = s
	}
	return strings.ToLower(stripped)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
