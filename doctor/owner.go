package doctor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// ownerFields are what is asked about the key's owner: who he is by number and what he may do. His name and address are
// nobody's business here.
var ownerFields = []string{"id", "roles", "capabilities", "extra_capabilities"}

// ownerProbe asks WordPress for the roles and the stored capabilities of the user the key acts as. WordPress shows them to
// the user himself. WooCommerce looks at keys only when the address contains its own path as text (failure-taxonomy 0.1,
// step 1), so that text is added as an argument of no meaning. A store that hides its users answers something else, and
// then what the owner may do is concluded from Allow headers alone.
func (c *collection) ownerProbe() probe {
	return c.keyed(probe{
		id: "owner", purpose: "the roles and capabilities of the key's own user", url: c.root.keyedURL("wp/v2/users/me"), route: "wp/v2/users/me",
		args: url.Values{"context": {"edit"}, "_fields": {strings.Join(ownerFields, ",")}}, fields: ownerFields,
	})
}

// keyedURL is the address of a route outside of WooCommerce's own, in the form in which keys count there.
func (r restRoot) keyedURL(route string) string {
	address := r.url(route)
	if r.query {
		return address // the text is there already
	}
	u, err := url.Parse(r.address)
	if err != nil {
		return address
	}
	return address + "?x=" + strings.TrimPrefix(u.Path, "/") + "wc/"
}

// owner is the user the key acts as, as WordPress itself describes him.
type owner struct {
	known bool
	id    int64
	roles []string
	// caps are the stored capabilities: those of his roles, and those given to him alone. What plugins grant or take at
	// run time (user_has_cap, map_meta_cap) is not in them, and neither is what a super admin may do in a network.
	caps   capability.Set
	denied []string // capabilities his roles give and that were taken from him alone
	// gone are names that only a role can have given him and that are no role of this site any more: WordPress lists a role
	// among his own capabilities and, when it no longer exists, not among his roles (measured).
	gone []string
}

func readOwner(x *Exchange) owner {
	var o owner
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
	o = owner{known: true, id: seen.ID, roles: seen.Roles, caps: capability.Set{}}
	for name, on := range switches(seen.Caps) {
		if on && !slices.Contains(seen.Roles, name) { // WordPress gives every user a capability named like each of his roles
			o.caps.Add(name)
		}
	}
	for name, on := range switches(seen.Own) {
		if !on {
			o.denied = append(o.denied, name)
		}
	}
	slices.Sort(o.denied)
	o.gone = vanishedRoles(o.roles, switches(seen.Own))
	return o
}

// vanishedRoles are given to a user without any role and mean nothing as capabilities; what WordPress and WooCommerce ask for
// an administrator has.
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

func (o owner) is(role string) bool { return slices.Contains(o.roles, role) }

// has tells whether he holds a capability; ask it only of an owner who is known. WooCommerce grants edit_users to Shop
// Managers at run time, by the name of the role (docs/woocommerce/permissions.md#fact-4).
func (o owner) has(name string) bool {
	return o.caps.Has(name) || name == "edit_users" && o.is("shop_manager")
}

// missing are those of the capabilities that he does not hold; all of them when it is not known what he holds.
func (o owner) missing(caps ...string) []string {
	if !o.known {
		return caps
	}
	var list []string
	for _, name := range caps {
		if !o.has(name) {
			list = append(list, name)
		}
	}
	return list
}

// inShop tells whether he holds any capability that belongs to a shop and not to a blog.
func (o owner) inShop() bool {
	return slices.ContainsFunc(o.caps.Sorted(), func(name string) bool {
		return name == "manage_woocommerce" || name == "create_customers" || name == "view_woocommerce_reports" ||
			strings.Contains(name, "product") || strings.Contains(name, "shop_order") || strings.Contains(name, "shop_coupon")
	})
}

// words say who he is.
func (o owner) words() string {
	switch {
	case !o.known:
		return ""
	case len(o.gone) > 0:
		return fmt.Sprintf("user %d, whose role %s does not exist on this site", o.id, strings.Join(o.gone, " and "))
	case len(o.roles) == 0:
		return fmt.Sprintf("user %d, who has no role", o.id)
	}
	return fmt.Sprintf("user %d with the role %s", o.id, strings.Join(o.roles, " and "))
}

// sharedRoles are roles that other people have as well, of whom nobody should get rights in the shop by the way.
var sharedRoles = []string{"customer", "subscriber", "contributor", "author", "editor"}

// role is the role that a missing capability may be added to; "" when he has none, or one that he shares with people who
// must not have it.
func (o owner) role() string {
	for _, name := range o.roles {
		if !slices.Contains(sharedRoles, name) {
			return name
		}
	}
	return ""
}

// stock is the stock role among his whose capabilities WooCommerce looks after, with what it has by nature and he lacks.
func (o owner) stock(version capability.Version) (role string, gone []string) {
	for _, name := range []string{"administrator", "shop_manager"} {
		if !o.is(name) {
			continue
		}
		nature, ok := capability.StockRole(name, version)
		if !ok {
			return "", nil
		}
		for _, c := range nature.Caps.Sorted() {
			if !o.caps.Has(c) && !strings.HasPrefix(c, "level_") {
				gone = append(gone, c)
			}
		}
		return name, gone
	}
	return "", nil
}
