package evidence

import (
	"encoding/json"
	"net/http"
	"strings"
)

// SystemStatus is what the store says about itself, as far as it was allowed to be read.
type SystemStatus struct {
	OK          bool
	Environment struct {
		HomeURL   string `json:"home_url"`
		SiteURL   string `json:"site_url"`
		Version   string `json:"version"`
		WPVersion string `json:"wp_version"`
		Multisite bool   `json:"wp_multisite"`
		Memory    int64  `json:"wp_memory_limit"`
		Debug     bool   `json:"wp_debug_mode"`
		Cron      *bool  `json:"wp_cron"`
		Language  string `json:"language"`
		Server    string `json:"server_info"`
		PHP       string `json:"php_version"`
		PostMax   int64  `json:"php_post_max_size"`
		MaxTime   int    `json:"php_max_execution_time"`
		Timezone  string `json:"default_timezone"`
		StoreID   string `json:"store_id"`
		// Whether a request from the store to the outside works; nil when it was not asked.
		RemotePost     *bool           `json:"remote_post_successful"`
		RemotePostCode json.RawMessage `json:"remote_post_response"`
	} `json:"environment"`
	Settings struct {
		HPOS     *bool `json:"HPOS_enabled"`
		HPOSSync bool  `json:"HPOS_sync_enabled"`
	} `json:"settings"`
	Security struct {
		HTTPS      bool `json:"secure_connection"`
		HideErrors bool `json:"hide_errors"`
	} `json:"security"`
	Plugins []struct {
		Plugin  string `json:"plugin"`
		Name    string `json:"name"`
		Version string `json:"version"`
		Latest  any    `json:"version_latest"`
	} `json:"active_plugins"`
	Database struct {
		Tables struct {
			WooCommerce json.RawMessage `json:"woocommerce"` // its own; false for one that is missing
			Other       json.RawMessage `json:"other"`       // of the same prefix; one that is missing is not there
		} `json:"database_tables"`
	} `json:"database"`
	PostCounts []struct {
		Type  string          `json:"type"`
		Count json.RawMessage `json:"count"`
	} `json:"post_type_counts"`
}

// ReadStatus reads an answer as the system status; OK is false when it is none.
func ReadStatus(x *Exchange) SystemStatus {
	var s SystemStatus
	if x == nil || x.Status != http.StatusOK || x.Body.JSON == nil {
		return s
	}
	s.OK = json.Unmarshal(x.Body.JSON, &s) == nil && s.Environment.Version != ""
	return s
}

// Posts is how many rows of a type wp_posts has; -1 when that is not known.
func (s SystemStatus) Posts(kind string) int {
	if !s.OK || len(s.PostCounts) == 0 {
		return -1
	}
	for _, row := range s.PostCounts {
		if row.Type == kind {
			n := 0
			for _, digit := range strings.Trim(string(row.Count), `"`) {
				if digit < '0' || digit > '9' {
					return -1
				}
				n = n*10 + int(digit-'0')
			}
			return n
		}
	}
	return 0
}
