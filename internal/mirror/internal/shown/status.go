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

// statusFields are the members that are asked for. The store computes a section only when one of its members is named.
const statusFields = "environment.version,database.wc_database_version,settings,post_type_counts"

// SystemStatus asks a store for the part of its system status that the mirror needs.
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
	// Database is the version to which the records in the database were brought. It changes when the update of the
	// database is started, which may be days after the update of the code.
	Database struct {
		Version string `json:"wc_database_version"`
	} `json:"database"`
	Settings struct {
		HPOS     *bool           `json:"HPOS_enabled"`
		Decimals json.RawMessage `json:"number_of_decimals"`
	} `json:"settings"`
	Counts []struct {
		Type  string          `json:"type"`
		Count json.RawMessage `json:"count"` // WordPress writes it as a text
	} `json:"post_type_counts"`
}

// Orders returns how many orders and refunds the database counts. An order in order tables also has a row in posts,
// which reserves its id.
func (s Status) Orders() int {
	return s.rows("shop_order", "shop_order_refund", "shop_order_placehold")
}

// Variations returns how many variations the database counts.
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
