package evidence

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// StoreTime is how the store writes a time; those of fields named _gmt are UTC.
const StoreTime = "2006-01-02T15:04:05"

// Changed is when the record was made or changed last, UTC; zero when the list does not say.
func (l Record) Changed() time.Time {
	var newest time.Time
	for _, text := range []string{l.Modified, l.Created} {
		if at, err := time.Parse(StoreTime, text); err == nil && at.After(newest) {
			newest = at
		}
	}
	return newest
}

// PageSize is how many records a sync asks for at once, the most WooCommerce gives.
const PageSize = 100

// Record is one record of a list, with what the caller may do to it.
type Record struct {
	ID         int64  `json:"id"`
	Status     string `json:"status"`
	Type       string `json:"type"`
	Role       string `json:"role"`
	CreatedVia string `json:"created_via"`
	Customer   int64  `json:"customer_id"`
	Created    string `json:"date_created_gmt"`
	Modified   string `json:"date_modified_gmt"`
	Links      struct {
		Self []struct {
			Href        string `json:"href"`
			TargetHints struct {
				Allow []string `json:"allow"`
			} `json:"targetHints"`
		} `json:"self"`
	} `json:"_links"`
}

// Href is the address of the record itself; "" when the list does not say.
func (l Record) Href() string {
	if len(l.Links.Self) == 0 {
		return ""
	}
	return l.Links.Self[0].Href
}

// ReadList reads a list of records; ok is false when the answer is none.
func ReadList(x *Exchange) (records []Record, ok bool) {
	if x == nil || x.Status != http.StatusOK || x.Body.Count < 0 {
		return nil, false
	}
	if x.Body.JSON == nil {
		return nil, x.Body.Count == 0
	}
	return records, json.Unmarshal(x.Body.JSON, &records) == nil
}

// Hinted reports whether the list says itself what is allowed (WordPress 6.7 and newer do).
func Hinted(records []Record) bool {
	for _, r := range records {
		if len(r.Links.Self) > 0 && len(r.Links.Self[0].TargetHints.Allow) > 0 {
			return true
		}
	}
	return len(records) == 0
}

// MayHint reports that the list itself says a method is permitted on the record.
func MayHint(r Record, method string) bool {
	return len(r.Links.Self) > 0 && slices.Contains(r.Links.Self[0].TargetHints.Allow, method)
}

// Total is how many records a list has; -1 when the store does not say.
func Total(x *Exchange) int {
	if x == nil {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(x.Header.Get("X-Wp-Total")))
	if err != nil {
		return -1
	}
	return n
}
