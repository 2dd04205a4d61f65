package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// lacking makes a cause of capabilities that are asked for. Of these it names the ones that the key's owner does not
// hold, where that is known. When he holds them all, the refusal is not for want of a capability.
func (f *granted) lacking(id string, why, shown string, caps ...string) Answer {
	a := Answer{ID: id, Confidence: Sure, Why: why, Shown: []string{shown}}
	f.nameMissing(&a, caps...)
	return a
}

// nameMissing fills in the capabilities to add.
func (f *granted) nameMissing(a *Answer, caps ...string) {
	missing := f.Owner.Missing(caps...)
	if f.Owner.Known {
		a.overruled = len(missing) == 0
		a.Shown = append(a.Shown, f.ownerShown(caps, missing))
		if !a.overruled {
			a.Why += "; missing: " + strings.Join(missing, ", ")
		}
	}
	a.Vars = map[string]string{"caps": strings.Join(missing, " ")}
}

func (f *granted) ownerShown(asked, missing []string) string {
	if len(missing) == 0 {
		return f.Owner.Words() + " holds " + strings.Join(asked, " and ")
	}
	return f.Owner.Words() + " does not hold " + strings.Join(missing, ", ")
}

// AllowLine says in a line of evidence what is permitted on a collection.
func (f *granted) AllowLine(route string) string {
	list, _ := f.Methods(route)
	return fmt.Sprintf("Allow on /%s: %s", route, evidence.FirstOf(strings.Join(list, ", "), "nothing"))
}

func (f *granted) orderCause(id string, c Confidence, why string, shown []string, caps ...string) Answer {
	a := Answer{ID: id, Confidence: c, Why: why, Shown: shown}
	f.nameMissing(&a, caps...)
	return a
}

// superAdmin says whether the owner is a super admin of a network, who may do everything, whatever is stored for him on
// a site.
func (f *granted) superAdmin() bool {
	return f.Owner.Known && !f.Owner.Caps.Has("read_private_shop_orders") && f.Permits("orders", "GET") ||
		f.Owner.Known && !f.Owner.Caps.Has("publish_shop_orders") && f.Permits("orders", "POST")
}

// someRefused finds that the owner holds everything that is asked for, some records are refused to him and others are
// not. That proves no plugin, and no capability mends it.
func (f *granted) someRefused(what string, shown, held []string) Answer {
	return Answer{
		ID: "perm-filter-override", Confidence: Possible, Warning: true,
		Shown: append(slices.Clone(shown), f.ownerShown(held, nil)),
		Why: fmt.Sprintf("some %s are refused and others are not, although the key's owner holds the capabilities "+
			"for all of them: a plugin may keep these for other people", what),
	}
}

func withRole(list []evidence.Record, roles ...string) int {
	n := 0
	for _, r := range list {
		if slices.Contains(roles, r.Role) {
			n++
		}
	}
	return n
}

var orderCaps = []string{"edit_shop_orders", "edit_others_shop_orders"}

var (
	placeholderCaps = []string{"edit_posts", "edit_others_posts"}
)

const placeholderWhy = "orders live in WooCommerce's own tables without compatibility mode; there changing an order " +
	"asks for edit_posts and edit_others_posts, the capabilities of blog posts, and for none of the order capabilities"
