package mirror_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// route takes an address apart: the shelf, the parent and the record it names.
func route(path string) (shelf string, parent, id int64) {
	parts := strings.Split(path, "/")
	number := func(i int) int64 {
		if i >= len(parts) {
			return 0
		}
		n, _ := strconv.ParseInt(parts[i], 10, 64)
		return n
	}
	switch {
	case len(parts) >= 3 && parts[0] == "orders" && parts[2] == "refunds":
		return "refunds", number(1), number(3)
	case len(parts) >= 3 && parts[0] == "orders" && parts[2] == "notes":
		return "order_notes", number(1), number(3)
	case len(parts) >= 3 && parts[0] == "orders" && parts[2] == "fulfillments":
		return "fulfillments", number(1), number(3)
	case len(parts) >= 3 && parts[0] == "products" && parts[2] == "variations":
		return "variations", number(1), number(3)
	case len(parts) >= 2 && parts[0] == "products" && slices.Contains([]string{"categories", "tags", "shipping_classes"}, parts[1]):
		return parts[1], 0, number(2)
	case len(parts) >= 4 && parts[1] == "attributes":
		return "terms", number(2), number(4)
	case slices.Contains([]string{"orders", "refunds", "products", "customers", "coupons", "taxes", "variations"}, parts[0]):
		return parts[0], 0, number(1)
	}
	return "", 0, 0
}

func intOr(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}

func only(raw []byte, fields string) []byte {
	if fields == "" {
		return raw
	}
	wanted := strings.Split(fields, ",")
	var b bytes.Buffer
	b.WriteByte('{')
	for m := range jsonvalue.Members(raw) {
		if slices.Contains(wanted, string(m.Name)) {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:%s", m.Name, m.Value)
		}
	}
	b.WriteByte('}')
	return b.Bytes()
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// withMembers replaces members of a record's text, and keeps all others byte for byte.
func withMembers(raw []byte, pairs ...string) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for m, err := range jsonvalue.Members(raw) {
		if err != nil {
			panic(err)
		}
		value := m.Value
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == string(m.Name) {
				value = json.RawMessage(pairs[i+1])
			}
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%s", quote(string(m.Name)), value)
	}
	b.WriteByte('}')
	return b.Bytes()
}
