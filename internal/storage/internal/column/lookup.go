package column

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Lookup is the value by which a record is looked up, beside its id. It is the SKU of a product or variation, a
// customer's e-mail address or a coupon's code in lower case, or an order's number where that is not the id. It is
// empty when there is none.
func Lookup(r storage.Resource, id int64, raw []byte) string {
	switch r {
	case storage.Products, storage.Variations:
		return jsonvalue.Text(jsonvalue.Get(raw, "sku"))
	case storage.Customers:
		return LookupKey(r, jsonvalue.Text(jsonvalue.Get(raw, "email")))
	case storage.Coupons:
		return LookupKey(r, jsonvalue.Text(jsonvalue.Get(raw, "code")))
	case storage.Orders:
		return orderLookup(id, jsonvalue.Get(raw, "number"))
	}
	return ""
}

func orderLookup(id int64, number json.RawMessage) string {
	if text := jsonvalue.Text(number); text != strconv.FormatInt(id, 10) {
		return text
	}
	return ""
}

// LookupKey is a text that a person asks for, in the form of [Lookup].
func LookupKey(r storage.Resource, asked string) string {
	if r == storage.Customers || r == storage.Coupons {
		return strings.ToLower(asked)
	}
	return asked
}
