package evidence

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/capability"
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

// WooVersion is WooCommerce's version by the system status or by what the home page says; "" when neither does.
func (f *View) WooVersion() string {
	if f.Status.OK {
		return f.Status.Environment.Version
	}
	if home := f.Get(Home); home != nil {
		for _, g := range home.Body.Generator {
			if version, ok := strings.CutPrefix(g, "WooCommerce "); ok {
				return version
			}
		}
	}
	return ""
}

// OlderThan reports whether WooCommerce is known to be older than a version.
func (f *View) OlderThan(version string) bool {
	have, err := capability.ParseVersion(f.WooVersion())
	if err != nil || f.WooVersion() == "" {
		return false
	}
	want, err := capability.ParseVersion(version)
	return err == nil && !have.AtLeast(want)
}

// Storage is where the store keeps its orders; ok is false when that is not known.
func (f *View) Storage() (mode capability.Storage, ok bool) {
	if f.Status.OK && f.Status.Settings.HPOS != nil {
		switch {
		case !*f.Status.Settings.HPOS:
			return capability.Posts, true
		case f.Status.Settings.HPOSSync:
			return capability.HPOSSync, true
		default:
			return capability.HPOS, true
		}
	}
	// Orders that the oldest version of the API does not see are no posts (docs/woocommerce/permissions.md#fact-12).
	rows := f.With(Rows)
	posts, others := 0, 0
	for _, x := range rows {
		switch {
		case x.Status == http.StatusOK:
			posts++
		case x.Status == http.StatusNotFound && x.Body.Code != NoRoute:
			others++
		}
	}
	switch {
	case posts > 0 && others > 0:
		return capability.HPOSMigrated, true
	case others > 0:
		return capability.HPOS, true
	case posts > 0:
		return capability.HPOSSync, true // or legacy posts: the same capabilities for orders of others
	}
	return f.storageByOwner()
}

// storageByOwner concludes it from what the owner may change and what he holds: before WooCommerce 11.0 orders of
// others ask for edit_others_shop_orders where they are posts, and for edit_others_posts where they are not.
func (f *View) storageByOwner() (mode capability.Storage, ok bool) {
	open, shut := f.RecordsBy("orders", http.MethodPut, ListOrders, ListOldOrders)
	if !f.Owner.Known || len(open) == 0 || len(shut) > 0 {
		return "", false
	}
	switch orders, posts := f.Owner.Has("edit_others_shop_orders"), f.Owner.Has("edit_others_posts"); {
	case orders && !posts && f.OlderThan("11.0.0"):
		return capability.HPOSSync, true // or legacy posts
	case posts && !orders:
		return capability.HPOS, true
	}
	return "", false
}

// Multisite reports a network; known is false when neither the status nor a probe tells.
func (f *View) Multisite() (yes, known bool) {
	if f.Status.OK {
		return f.Status.Environment.Multisite, true
	}
	if x := f.Get(NetworkRoute); x != nil && x.Body.Kind == "json" {
		return x.Body.Code != NoRoute, true
	}
	return false, false
}

// Version is WooCommerce's version, or the measured one when it is not known.
func (f *View) Version() capability.Version {
	v, err := capability.ParseVersion(f.WooVersion())
	if err != nil {
		return capability.Measured
	}
	return v
}
