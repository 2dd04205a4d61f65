package intent

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

// Fingerprint returns a short text that two writes share when they ask for the same: the same action on the same kind
// of record below the same parent, with the same content. Amounts and quantities are compared by value, because a
// spreadsheet writes 1 as 1.0 and a person types 2.50 or 2.5. Everything else is compared as it is written.
func Fingerprint(w Write) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %s", w.Action, w.Resource, w.ParentID, meaning(w.Body)))
	return hex.EncodeToString(sum[:12])
}

// Equivalent says whether two writes under one key mean the same.
func Equivalent(a, b Write) bool {
	return a.Action == b.Action && a.Resource == b.Resource && a.ParentID == b.ParentID && a.Force == b.Force &&
		(a.Action == Create || a.RecordID == b.RecordID) && bytes.Equal(meaning(asked(a)), meaning(asked(b)))
}

// valued are the members that hold an amount or a quantity.
var valued = document.Words(`amount inventory_delta maximum_amount minimum_amount price quantity refund_tax refund_total
	regular_price sale_price stock_quantity subtotal subtotal_tax total total_tax weight length width height`)

// meaning returns a body in one spelling: with sorted members, and amounts and quantities without needless zeros.
func meaning(body json.RawMessage) []byte {
	var v any
	if document.Unmarshal(body, &v) != nil {
		return body
	}
	out, err := json.Marshal(plainValues("", v))
	if err != nil {
		return body
	}
	return out
}

func plainValues(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for member, value := range v {
			v[member] = plainValues(member, value)
		}
	case []any:
		for i, value := range v {
			v[i] = plainValues(name, value)
		}
	case json.Number:
		return plainNumber(name, v.String(), v)
	case string:
		return plainNumber(name, v, v)
	}
	return v
}

func plainNumber(name, text string, as any) any {
	if !slices.Contains(valued, name) {
		return as
	}
	n, err := decimal.NewFromString(text)
	if err != nil {
		return as
	}
	return n.String()
}
