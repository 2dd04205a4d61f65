package mirror

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// reading is one record as a page showed it, with the parts that lead to
// other records.
type reading struct {
	storage.Record
	// decisive: it was read past every cache, to settle what another reading
	// left in doubt.
	decisive bool
	kind     string          // a product's type
	refunds  json.RawMessage // an order's list of its refunds
	items    json.RawMessage // an order's lines
	vouchers json.RawMessage // an order's coupon lines
	links    json.RawMessage
	meta     json.RawMessage // its meta data
	terms    terms
	face     face
}

// read takes the typed columns out of a record's JSON. Only the outermost
// members are looked at, once, because this runs for every record of a
// backfill.
func read(resource storage.Resource, raw json.RawMessage) (reading, error) {
	r := reading{Record: storage.Record{Ref: storage.Ref{Resource: resource}, Raw: raw}}
	found := false
	for m, err := range jsonvalue.Members(raw) {
		if err != nil {
			return r, fmt.Errorf("a record of %s is no JSON object", resource)
		}
		switch string(m.Name) {
		case "id":
			r.ID, found = jsonvalue.Int(m.Value)
		case "parent_id":
			r.ParentID, _ = jsonvalue.Int(m.Value)
		case "status":
			r.Status = jsonvalue.Text(m.Value)
		case "customer_id":
			r.CustomerID, _ = jsonvalue.Int(m.Value)
		case "date_created_gmt":
			r.Created = gmt(m.Value)
		case "date_modified_gmt":
			r.Modified = gmt(m.Value)
		case "date_updated":
			if resource == storage.Fulfillments {
				r.Modified = gmt(withoutZone(m.Value))
			}
		case "type":
			r.kind = jsonvalue.Text(m.Value)
		case "refunds":
			r.refunds = m.Value
		case "line_items":
			r.items = m.Value
		case "coupon_lines":
			r.vouchers = m.Value
		case "_links":
			r.links = m.Value
		case "meta_data":
			r.meta = m.Value
		default:
			switch resource {
			case storage.Products:
				r.terms.read(m)
				r.face.read(m)
			case storage.Variations:
				r.face.read(m)
			}
		}
	}
	if !found {
		return r, fmt.Errorf("a record of %s has no id", resource)
	}
	if resource != storage.Orders {
		r.CustomerID = 0
	}
	if resource == storage.Refunds && r.ParentID == 0 {
		r.ParentID = orderInLinks(r.links)
	}
	if resource == storage.Orders || resource == storage.Products {
		// Their parent_id names a record of the same kind (a subscription's
		// order, a grouped product); it stays in the JSON.
		r.ParentID = 0
	}
	return r, nil
}

var orderLink = regexp.MustCompile(`/orders\\?/(\d+)`)

// orderInLinks is the order a refund's links lead to, for views of a refund
// that do not name it otherwise.
func orderInLinks(links json.RawMessage) int64 {
	if m := orderLink.FindSubmatch(links); m != nil {
		id, _ := jsonvalue.Int(m[1])
		return id
	}
	return 0
}

const wooTime = "2006-01-02T15:04:05"

// gmt reads a *_gmt date; null, "" and WordPress's zero date are none.
func gmt(value json.RawMessage) time.Time {
	if len(value) != len(wooTime)+2 {
		return time.Time{}
	}
	t, err := time.Parse(wooTime, string(value[1:len(value)-1]))
	if err != nil || t.Year() <= 0 {
		return time.Time{}
	}
	return t
}

// withoutZone is a date that ends with a Z as the *_gmt dates are written;
// one of local time stays as it is, which no date is read from.
func withoutZone(value json.RawMessage) json.RawMessage {
	if n := len(value); n > 2 && value[n-2] == 'Z' {
		return append(slices.Clone(value[:n-2]), '"')
	}
	return value
}

// idsIn lists the numbers under a name in a list of objects, without zeros.
func idsIn(list json.RawMessage, name string) []int64 {
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

// textsIn is idsIn for strings.
func textsIn(list json.RawMessage, name string) []string {
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

// variableProducts lists the products of those lines that name a variation.
func variableProducts(items json.RawMessage) []int64 {
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
