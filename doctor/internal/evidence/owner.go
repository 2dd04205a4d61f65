package evidence

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// Owner is the user the key acts as, as WordPress itself describes him.
type Owner struct {
	Known bool
	ID    int64
	Roles []string
	// caps are the stored capabilities: those of his roles, and those given to him alone. What plugins grant or take at
	// run time (user_has_cap, map_meta_cap) is not in them, and neither is what a super admin may do in a network.
	Caps capability.Set
	// Denied are capabilities that are taken expressly: from him alone, or by one of his roles. What another role of
	// his gives does not bring them back, what is given to him alone does.
	Denied []string
	// gone are names that only a role can have given him and that are no role of this site any more: WordPress lists a
	// role among his own capabilities and, when it no longer exists, not among his roles (measured).
	Gone []string
}

func readOwner(x *Exchange) Owner {
	var o Owner
	if x == nil || x.Status != http.StatusOK || x.Body.JSON == nil {
		return o
	}
	var seen struct {
		ID    int64           `json:"id"`
		Roles []string        `json:"roles"`
		Caps  json.RawMessage `json:"capabilities"`
		Own   json.RawMessage `json:"extra_capabilities"`
	}
	if json.Unmarshal(x.Body.JSON, &seen) != nil || seen.ID == 0 || len(seen.Caps) == 0 {
		return o
	}
	o = Owner{Known: true, ID: seen.ID, Roles: seen.Roles, Caps: capability.Set{}}
	caps, own := switches(seen.Caps), switches(seen.Own)
	for name, on := range caps {
		// WordPress gives every user a capability named like each of his roles
		if on && !slices.Contains(seen.Roles, name) {
			o.Caps.Add(name)
		}
	}
	for _, names := range []map[string]bool{caps, own} {
		for name, on := range names {
			if !on && !slices.Contains(o.Denied, name) {
				o.Denied = append(o.Denied, name)
			}
		}
	}
	slices.Sort(o.Denied)
	o.Gone = vanishedRoles(o.Roles, own)
	return o
}

// vanishedRoles are given to a user without any role and mean nothing as capabilities; what WordPress and WooCommerce
// ask for an administrator has.
func vanishedRoles(roles []string, own map[string]bool) []string {
	everything, ok := capability.StockRole("administrator", capability.Measured)
	if len(roles) > 0 || !ok {
		return nil
	}
	var gone []string
	for name, on := range own {
		if on && !everything.Caps.Has(name) {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return gone
}

// switches reads a PHP array of names and truth values, which is {} or, when it is empty, [].
func switches(raw json.RawMessage) map[string]bool {
	var values map[string]any
	if json.Unmarshal(raw, &values) != nil {
		return nil
	}
	on := map[string]bool{}
	for name, value := range values {
		on[name] = value == true || value == "1" || value == float64(1)
	}
	return on
}

// Is tells whether he has a role.
func (o Owner) Is(role string) bool { return slices.Contains(o.Roles, role) }

// Has tells whether he holds a capability; ask it only of an owner who is known. WooCommerce grants edit_users to Shop
// Managers at run time, by the name of the role (docs/woocommerce/permissions.md#fact-4).
func (o Owner) Has(name string) bool {
	return o.Caps.Has(name) || name == "edit_users" && o.Is("shop_manager")
}

// Missing are those of the capabilities that he does not hold; all of them when it is not known what he holds.
func (o Owner) Missing(caps ...string) []string {
	if !o.Known {
		return caps
	}
	var list []string
	for _, name := range caps {
		if !o.Has(name) {
			list = append(list, name)
		}
	}
	return list
}

// InShop tells whether he holds any capability that belongs to a shop and not to a blog.
func (o Owner) InShop() bool {
	return slices.ContainsFunc(o.Caps.Sorted(), func(name string) bool {
		return name == "manage_woocommerce" || name == "create_customers" || name == "view_woocommerce_reports" ||
			strings.Contains(name, "product") || strings.Contains(name, "shop_order") ||
			strings.Contains(name, "shop_coupon")
	})
}

// Words say who he is.
func (o Owner) Words() string {
	switch {
	case !o.Known:
		return ""
	case len(o.Gone) > 0:
		return fmt.Sprintf("user %d, whose role %s does not exist on this site", o.ID, strings.Join(o.Gone, " and "))
	case len(o.Roles) == 0:
		return fmt.Sprintf("user %d, who has no role", o.ID)
	}
	return fmt.Sprintf("user %d with the role %s", o.ID, strings.Join(o.Roles, " and "))
}

// sharedRoles are roles that other people have as well, of whom nobody should get rights in the shop by the way.
var sharedRoles = []string{"customer", "subscriber", "contributor", "author", "editor"}

// Role is the role that a missing capability may be added to; "" when he has none, or one that he shares with people
// who must not have it.
func (o Owner) Role() string {
	for _, name := range o.Roles {
		if !slices.Contains(sharedRoles, name) {
			return name
		}
	}
	return ""
}

// Stock is the stock role of the owner: administrator, else shop_manager, empty where the owner has neither. Gone are
// the capabilities that the role has on a fresh store of the version and the owner lacks, without those that are denied
// to the account by name.
func (o Owner) Stock(version capability.Version) (role string, gone []string) {
	for _, name := range []string{"administrator", "shop_manager"} {
		if !o.Is(name) {
			continue
		}
		nature, ok := capability.StockRole(name, version)
		if !ok {
			return "", nil
		}
		for _, c := range nature.Caps.Sorted() {
			if !o.Caps.Has(c) && !slices.Contains(o.Denied, c) && !strings.HasPrefix(c, "level_") {
				gone = append(gone, c)
			}
		}
		return name, gone
	}
	return "", nil
}
