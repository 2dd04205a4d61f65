package capability

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a WooCommerce version. The zero Version stands for the newest measured one, [Newest].
type Version struct{ Major, Minor, Patch int }

// The WooCommerce versions on which the model was measured. Nothing about permissions was measured on versions between
// them; their code was read, as far as it could be had (10.1 to 10.9).
var (
	// Measured is the older of the two versions. It stands for all versions since 9.9 that keep orders under the
	// capabilities of blog posts.
	Measured = Version{10, 0, 2}
	// Newest is the latest release that was measured.
	Newest = Version{11, 0, 1}
	// AnyVersion is for a role that must serve every version since 9.9, also after an update. It stands for all
	// measured versions together; see [Version.Each].
	AnyVersion = Version{-1, 0, 0}
)

// Versions at which the answer of a permission check changed. They were read in the tagged releases 8.4.0 to 10.0.2 of
// WooCommerce and in 10.1.2, 10.2.2, 10.3.6, 10.4.3, 10.5.3, 10.6.2, 10.9.4, 11.0.0 and 11.0.1. Releases that patched
// an older line in between were not read.
var (
	// sinceCreateCustomers: creating a customer asks create_customers; before, promote_users. The capability itself was
	// added to the stock roles in the same release (docs/woocommerce/permissions.md#minimal-sets,
	// docs/checks/cap-customers-create-version.md).
	sinceCreateCustomers = Version{9, 9, 0}
	// sinceBatchItems: a batch asks for each item what a single request would ask. Before, the batch permission alone
	// was enough (docs/woocommerce/permissions.md#fact-6).
	sinceBatchItems = Version{9, 5, 2}
	// sinceProtectedRoles: email, password and deletion are open only for users whose role is customer or subscriber
	// (docs/checks/customer-protected-role.md). It is the same release as sinceBatchItems.
	sinceProtectedRoles = Version{9, 5, 2}
	// sinceOrderCaps: an order whose row in wp_posts is a placeholder or missing asks for the capabilities of orders.
	// Before, it asked for those of blog posts. Absent in 10.9.4, there in 11.0.0 (HposOrderCapabilityHelper.php).
	sinceOrderCaps = Version{11, 0, 0}
	// sinceReportBoards: leaderboards ask for view_woocommerce_reports or manage_woocommerce. Before, they asked for
	// manage_woocommerce.
	sinceReportBoards = Version{11, 0, 0}
)

// ParseVersion reads "10.0.2", "9.9", "10" and ignores a suffix such as "-beta.1"; "all" means AnyVersion.
func ParseVersion(text string) (Version, error) {
	number, _, _ := strings.Cut(strings.TrimSpace(text), "-")
	if strings.EqualFold(number, "all") {
		return AnyVersion, nil
	}
	parts := strings.Split(number, ".")
	if len(parts) > 3 {
		parts = parts[:3]
	}
	var fields [3]int
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return Version{}, fmt.Errorf("capability: %q is not a WooCommerce version; write it like 9.9 or 11.0.1",
				text)
		}
		fields[i] = n
	}
	return Version{fields[0], fields[1], fields[2]}, nil
}

// Each are the versions that v stands for: the measured ones for AnyVersion, else v itself.
func (v Version) Each() []Version {
	if v == AnyVersion {
		return []Version{Measured, Newest}
	}
	return []Version{v}
}

// Title names the versions that ask for the same as v, in words for people.
func (v Version) Title() string {
	upTo := " or newer (measured up to " + Newest.String() + ")"
	switch {
	case v == AnyVersion:
		return "WooCommerce 9.9" + upTo
	case v.AtLeast(sinceOrderCaps):
		return "WooCommerce 11.0" + upTo
	case v.AtLeast(sinceCreateCustomers):
		return "WooCommerce 9.9 to 10.9"
	case v.AtLeast(sinceBatchItems):
		return "WooCommerce 9.5.2 to 9.8"
	default:
		return "WooCommerce older than 9.5.2"
	}
}

// AtLeast reports whether v is other or newer. The zero Version and AnyVersion count as [Newest].
func (v Version) AtLeast(other Version) bool {
	if v == (Version{}) || v == AnyVersion {
		v = Newest
	}
	return cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor),
		cmp.Compare(v.Patch, other.Patch)) >= 0
}

// String writes the version as WooCommerce does, "10.0.2"; AnyVersion as "all".
func (v Version) String() string {
	switch v {
	case Version{}:
		v = Newest
	case AnyVersion:
		return "all"
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}
