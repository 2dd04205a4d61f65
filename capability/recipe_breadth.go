package capability

import (
	"fmt"
	"slices"
	"strings"
)

// breadth says in which respects the role serves more than the store as it is now: its version, its order storage.
func (m Minimum) breadth() string {
	var all []string
	if m.Site.Version == AnyVersion {
		all = append(all, "every version since WooCommerce 9.9")
	}
	if m.Site.Storage == AnyStorage {
		all = append(all, "every order storage")
	}
	return strings.Join(all, " and ")
}

// spares says which capabilities could go for a store that never changes, for each respect in which the role is broad.
func (m Minimum) spares() []string {
	var spares []string
	without := func(site Site, when, flag string) {
		if spare := m.Caps().Without(site.Minimal(m.Scopes).Caps()); len(spare) > 0 {
			spares = append(spares, fmt.Sprintf("%s %s (%s)", spare, when, flag))
		}
	}
	if m.Site.Version == AnyVersion {
		site := m.Site
		site.Version = Newest
		without(site, "from WooCommerce 11.0 on", "--wc "+Newest.String())
	}
	if m.Site.Storage == AnyStorage {
		for _, mode := range []Storage{HPOS, HPOSSync, Posts} {
			site := m.Site
			site.Storage = mode
			without(site, "with "+mode.Title(), "--storage "+string(mode))
		}
	}
	return spares
}

// whyBlog says why the role needs the capabilities of blog posts.
func (m Minimum) whyBlog() string {
	if m.Site.Version != AnyVersion && m.Site.Version.AtLeast(sinceOrderCaps) {
		return "deleting refunds on order tables asks for them: WooCommerce registers the placeholders of order " +
			"tables with the capabilities of posts"
	}
	return "WooCommerce registers the placeholders of its order tables with the capabilities of posts, and before " +
		"11.0 changing an order asks for them"
}

// otherVersions says whether the role goes on working after an update of WooCommerce; empty where it makes no
// difference.
func (m Minimum) otherVersions() string {
	if m.Site.Version == AnyVersion {
		return ""
	}
	site := m.Site
	site.Version = AnyVersion
	missing := site.Minimal(m.Scopes).Caps().Without(m.Caps())
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("Made for %s. Another version asks for %s: make the role again after an update, or now with "+
		"--wc all.", m.Site.Version.Title(), missing)
}

// asksForStatuses says whether plugin statuses would change the role: it changes or deletes orders on a version and
// storage mode in which the status counts.
func (m Minimum) asksForStatuses() bool {
	site := m.Site
	site.PluginStatuses = true
	return !slices.Equal(site.Minimal(m.Scopes).Caps().Sorted(), m.Caps().Sorted())
}
