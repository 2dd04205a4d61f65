package shown

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
)

// statusFields are the members asked for: whole sections are reckoned only where one is named.
const statusFields = "environment.version,database.wc_database_version,settings,post_type_counts"

// SystemStatus asks a store about itself.
func (s *Store) SystemStatus(ctx context.Context) (status Status, err error) {
	got, err := s.Asker.Glance(
		ctx, "system_status", url.Values{"_fields": {statusFields}},
	)
	if err != nil {
		return status, err
	}
	if err := json.Unmarshal(got.Body, &status); err != nil {
		return status, ask.Unusable("system_status", "%v", err)
	}
	return status, nil
}

// Status is the part of the system status that the mirror needs.
type Status struct {
	Environment struct {
		Version string `json:"version"`
	} `json:"environment"`
	// Database is the version that the records in the database were brought to. It follows the version of the code when
	// somebody starts the update of the database, which may be days later.
	Database struct {
		Version string `json:"wc_database_version"`
	} `json:"database"`
	Settings struct {
		HPOS     *bool           `json:"HPOS_enabled"`
		Decimals json.RawMessage `json:"number_of_decimals"`
	} `json:"settings"`
	Counts []struct {
		Type  string          `json:"type"`
		Count json.RawMessage `json:"count"` // WordPress writes a text
	} `json:"post_type_counts"`
}

// Orders is how many orders and refunds the database counts. An order in tables of its own also has a row in posts,
// which reserves its id.
func (s Status) Orders() int {
	return s.rows("shop_order", "shop_order_refund", "shop_order_placehold")
}

// Variations is how many variations the database counts.
func (s Status) Variations() int { return s.rows("product_variation") }

func (s Status) rows(types ...string) int {
	n := 0
	for _, c := range s.Counts {
		if slices.Contains(types, c.Type) {
			one, _ := strconv.Atoi(strings.Trim(string(c.Count), `"`))
			n += one
		}
	}
	return n
}
