package reading

import (
	"encoding/json"
	"regexp"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Reading is one record as a page showed it, with the parts that lead to other records.
type Reading struct {
	storage.Record
	// Decisive says that the reading was made past every cache, to settle what another reading left in doubt.
	Decisive bool
	Kind     string          // a product's type
	Refunds  json.RawMessage // an order's list of its refunds
	Items    json.RawMessage // an order's line items
	Vouchers json.RawMessage // an order's coupon lines
	Meta     json.RawMessage // the record's meta data
	Terms    Terms
	Face     Face
}

// Of parses a record: its head, and the parts that lead to other records.
func Of(resource storage.Resource, raw json.RawMessage) (Reading, error) {
	var r Reading
	var links json.RawMessage
	var err error
	r.Record, err = storage.ReadHead(resource, raw, func(m jsonvalue.Member) {
		switch string(m.Name) {
		case "type":
			r.Kind = jsonvalue.Text(m.Value)
		case "refunds":
			r.Refunds = m.Value
		case "line_items":
			r.Items = m.Value
		case "coupon_lines":
			r.Vouchers = m.Value
		case "meta_data":
			r.Meta = m.Value
		case "_links":
			links = m.Value
		default:
			switch resource {
			case storage.Products:
				r.Terms.read(m)
				r.Face.read(m)
			case storage.Variations:
				r.Face.read(m)
			}
		}
	})
	if err == nil && resource == storage.Refunds && r.ParentID == 0 {
		r.ParentID = orderInLinks(links)
	}
	return r, err
}

var orderLink = regexp.MustCompile(`/orders\\?/(\d+)`)

// orderInLinks returns the id of the order to which a refund's links lead. Some views of a refund name the order
// nowhere else.
func orderInLinks(links json.RawMessage) int64 {
	if m := orderLink.FindSubmatch(links); m != nil {
		id, _ := jsonvalue.Int(m[1])
		return id
	}
	return 0
}

// IDsIn lists the numbers under a name in a list of objects, without zeros.
func IDsIn(list json.RawMessage, name string) []int64 {
	var ids []int64
	for element, err := range jsonvalue.Elements(list) {
		if err != nil {
			return ids
		}
		for m, err := range jsonvalue.Members(element) {
			if err != nil {
				return ids
			}
			if string(m.Name) == name {
				if id, ok := jsonvalue.Int(m.Value); ok && id != 0 {
					ids = append(ids, id)
				}
				break
			}
		}
	}
	return ids
}

// TextsIn lists the texts under a name in a list of objects, without empty ones.
func TextsIn(list json.RawMessage, name string) []string {
	var texts []string
	for element, err := range jsonvalue.Elements(list) {
		if err != nil {
			return texts
		}
		for m, err := range jsonvalue.Members(element) {
			if err != nil {
				return texts
			}
			if string(m.Name) == name {
				if text := jsonvalue.Text(m.Value); text != "" {
					texts = append(texts, text)
				}
				break
			}
		}
	}
	return texts
}

// VariableProducts lists the products of the lines that name a variation.
func VariableProducts(items json.RawMessage) []int64 {
	var ids []int64
	for line, err := range jsonvalue.Elements(items) {
		if err != nil {
			return ids
		}
		var product, variation int64
		for m, err := range jsonvalue.Members(line) {
			if err != nil {
				return ids
			}
			switch string(m.Name) {
			case "product_id":
				product, _ = jsonvalue.Int(m.Value)
			case "variation_id":
				variation, _ = jsonvalue.Int(m.Value)
			}
		}
		if product != 0 && variation != 0 {
			ids = append(ids, product)
		}
	}
	return ids
}

// Records returns the records of some readings, in the form that a batch takes.
func Records(readings []Reading) []storage.Record {
	list := make([]storage.Record, len(readings))
	for i := range readings {
		list[i] = readings[i].Record
	}
	return list
}

// OrEmpty parses a record. The reading is empty for a record that is missing or cannot be read.
func OrEmpty(resource storage.Resource, raw json.RawMessage) *Reading {
	r, err := Of(resource, raw)
	if err != nil {
		return &Reading{}
	}
	return &r
}
