package column

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Lookup is by what a record is looked up beside its id: the SKU of a product or variation, a customer's e-mail address
// and a coupon's code whatever their case, an order's number where it is not its id. Empty when there is none.
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

// LookupKey is what is asked for as [Lookup] keeps it.
func LookupKey(r storage.Resource, asked string) string {
	if r == storage.Customers || r == storage.Coupons {
		return strings.ToLower(asked)
	}
	return asked
}
