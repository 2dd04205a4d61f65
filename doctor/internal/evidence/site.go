package evidence

import (
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

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
	if x := f.Get(NetworkRoute); x != nil && x.Body.Kind == "json" && !ForeignRefusal(x) {
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
