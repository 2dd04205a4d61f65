package storage

import (
	"encoding/json"
	"fmt"
	"time"
)

// ParseRecord makes a Record of the JSON a store sent for one record of a numbered resource. The text is kept as it is;
// a date the store left out or wrote in no known form stays zero.
func ParseRecord(resource Resource, parentID int64, raw json.RawMessage) (Record, error) {
	var head struct {
		ID         int64  `json:"id"`
		Status     string `json:"status"`
		CustomerID int64  `json:"customer_id"`
		Created    string `json:"date_created_gmt"`
		Modified   string `json:"date_modified_gmt"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return Record{}, fmt.Errorf("storage: a record of %s: %w", resource, err)
	}
	r := Record{Ref: Ref{Resource: resource, ID: head.ID}, ParentID: parentID, Status: head.Status, CustomerID: head.CustomerID, Raw: raw, Hash: HashOf(raw)}
	r.Created, r.Modified = parseGMT(head.Created), parseGMT(head.Modified)
	return r, nil
}

func parseGMT(text string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		return time.Time{}
	}
	return t
}
