package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// ReadHead makes a Record of the JSON that a store sent for one record of a numbered resource. It reads the values that
// the mirror keeps in columns; Raw is the text unchanged. It walks the outermost members once, because it runs for
// every record of a first copy. Each member that is no column is passed to other, which may be nil. A date that is
// null, missing or in an unknown form stays zero. The error says that raw is no object or has no id.
func ReadHead(resource Resource, raw json.RawMessage, other func(jsonvalue.Member)) (Record, error) {
	r := Record{Ref: Ref{Resource: resource}, Raw: raw}
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
			r.Created = wooDate(m.Value)
		case "date_modified_gmt":
			r.Modified = wooDate(m.Value)
		case "date_updated":
			if resource == Fulfillments {
				r.Modified = utcDate(m.Value)
			}
		default:
			if other != nil {
				other(m)
			}
		}
	}
	if !found {
		return r, fmt.Errorf("a record of %s has no id", resource)
	}
	if resource != Orders {
		r.CustomerID = 0
	}
	if resource == Orders || resource == Products {
		// The parent_id of these resources names a record of the same kind (a subscription's order, a grouped product).
		// It stays in the JSON.
		r.ParentID = 0
	}
	return r, nil
}

// ParseRecord is [ReadHead] for a record whose parent the caller knows. It also sets the hash.
func ParseRecord(resource Resource, parentID int64, raw json.RawMessage) (Record, error) {
	r, err := ReadHead(resource, raw, nil)
	if err != nil {
		return Record{}, fmt.Errorf("storage: %w", err)
	}
	r.ParentID, r.Hash = parentID, HashOf(raw)
	return r, nil
}

// WooTime is the form of WooCommerce's dates without a zone.
const WooTime = "2006-01-02T15:04:05"

// wooDate reads a *_gmt date. null, "" and WordPress's zero date give the zero time.
func wooDate(value json.RawMessage) time.Time {
	if len(value) != len(WooTime)+2 {
		return time.Time{}
	}
	t, err := time.Parse(WooTime, string(value[1:len(value)-1]))
	if err != nil || t.Year() <= 0 {
		return time.Time{}
	}
	return t
}

// utcDate reads a date that ends with a Z. A date in local time gives the zero time
// (docs/woocommerce/orders.md#fulfillments).
func utcDate(value json.RawMessage) time.Time {
	t, err := time.Parse(`"`+WooTime+`Z"`, string(value))
	if err != nil {
		return time.Time{}
	}
	return t
}
