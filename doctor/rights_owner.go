package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// wholeCauseOfOwner tells the causes behind several refusals apart by what WordPress itself says the key's owner holds:
// somebody without rights, a role that was cut, a plugin that overrules what he holds.
func (f *granted) wholeCauseOfOwner(parts []answer) answer {
	role, gone := f.stockRole()
	if refused := f.refusedThoughHeld(); f.allSignalsRefused() && len(refused) > 0 {
		return f.overruledHolder(append([]string{f.refusedSignals()}, refused...), "every REST permission is refused all the same")
	}
	if f.allSignalsRefused() && role == "" && !f.owner.inShop() && len(parts) > 0 {
		return f.ownerWithoutRights()
	}
	var over, others []answer
	for _, a := range parts {
		if a.overruled {
			over = append(over, a)
		} else {
			others = append(others, a)
		}
	}
	if len(over) > 0 {
		return f.overruledHolder(allShown(over), "the REST API refuses what they allow all the same")
	}
	if why := f.oneCapabilityBothWays(); why != "" {
		return answer{id: "perm-filter-override", confidence: Sure, shown: []string{why}, why: "the REST permissions contradict the capabilities of the key's owner: a plugin overrules them"}
	}
	return f.stockRoleWasCut(role, gone, others)
}

func allShown(parts []answer) []string {
	var lines []string
	for _, a := range parts {
		lines = append(lines, a.shown...)
	}
	return lines
}

func (f *granted) overruledHolder(shown []string, what string) answer {
	return answer{
		id: "perm-filter-override", confidence: Sure, shown: shown,
		why: "the key's owner (" + f.owner.words() + ") holds the capabilities, and " + what + ": a plugin or snippet overrules them",
	}
}

// refusedThoughHeld lists collections that refuse a method for which the owner holds the capability. Coupons are left out:
// switched off, they are refused to everybody.
func (f *granted) refusedThoughHeld() []string {
	var lines []string
	for _, p := range proves {
		if f.refuses(p.route, p.method) && f.owner.has(f.capabilityBehind(p.capability)) && !strings.HasPrefix(p.route, "coupons") {
			lines = append(lines, fmt.Sprintf("%s of /%s is refused, and %s holds %s", p.method, p.route, f.owner.words(), p.capability))
		}
	}
	return lines
}

// ownerWithoutRights: the owner is known and holds nothing that belongs to a shop.
func (f *granted) ownerWithoutRights() answer {
	shown := []string{f.refusedSignals(), "the key acts as " + f.owner.words(), describe(f.read())}
	if multisite, ok := f.multisite(); ok && multisite && len(f.owner.roles) == 0 {
		return answer{id: "key-owner-not-in-blog", confidence: Sure, shown: append(shown, "the store is a site of a multisite network"),
			why: "the key's owner (" + f.owner.words() + " here) is known to the network and has no role on this site"}
	}
	why := "the store knows the key's owner and lets him do nothing: the key acts as " + f.owner.words()
	if len(f.owner.gone) > 0 {
		why += ". The role was removed (with the plugin that made it, or by a role editor); make it again, or give him another"
	} else {
		why += ", which gives no right in the shop"
	}
	return answer{id: "key-owner-demoted", confidence: Sure, shown: shown, why: why}
}

// stockRoleWasCut: the owner has a stock role that lost several of the capabilities it has by nature, and what is refused
// is among them. A single one that is gone is named as what it is, a missing capability; the two of blog posts count as one,
// because one fix brings both back and because people take them away together.
func (f *granted) stockRoleWasCut(role string, gone []string, parts []answer) answer {
	if role == "" || len(gone) == 0 {
		return answer{}
	}
	causes, among := map[string]bool{}, false
	for _, a := range parts {
		causes[a.id] = true
		among = among || slices.ContainsFunc(strings.Fields(a.vars["caps"]), func(c string) bool { return slices.Contains(gone, c) })
	}
	onlyPosts := len(causes) == 1 && !slices.ContainsFunc(gone, func(c string) bool { return !slices.Contains(placeholderCaps, c) })
	if !among || len(causes) < 2 && (len(gone) < 2 || onlyPosts) {
		return answer{}
	}
	return f.cutRole(role, gone)
}

func (f *granted) cutRole(role string, gone []string) answer {
	title := map[string]string{"administrator": "Administrator", "shop_manager": "Shop manager"}[role]
	return answer{
		id: "role-caps-stripped", confidence: Sure, vars: map[string]string{"caps": strings.Join(gone, " "), "stock": role},
		shown: []string{"the key acts as " + f.owner.words(), "taken away from what the role has by nature: " + strings.Join(gone, ", ")},
		why:   fmt.Sprintf("the key's owner has the role %s, and these capabilities that WooCommerce and WordPress give it were taken away: %s", title, strings.Join(gone, ", ")),
	}
}

// stockRole is the stock role of the owner and what it lacks.
func (f *granted) stockRole() (role string, gone []string) {
	role, gone = f.owner.stock(f.version())
	if f.wooVersion() == "" {
		// It belongs to the role since 9.9, and this may be an older one.
		gone = slices.DeleteFunc(gone, func(name string) bool { return name == "create_customers" })
	}
	return role, gone
}

// noteOfCutRole says what was taken from a stock role when nothing that is wanted suffers from it.
func (f *granted) noteOfCutRole() []answer {
	if !f.owner.known {
		return nil
	}
	role, gone := f.stockRole()
	if role == "" || len(gone) == 0 {
		return nil
	}
	a := f.cutRole(role, gone)
	a.note = true
	return []answer{a}
}

// version is WooCommerce's version, or the measured one when it is not known.
func (f *View) version() capability.Version {
	v, err := capability.ParseVersion(f.wooVersion())
	if err != nil {
		return capability.Measured
	}
	return v
}

// capabilityBehind is the capability that this version asks for.
func (f *keyed) capabilityBehind(name string) string {
	if name == "create_customers" && f.olderThan("9.9.0") {
		return "promote_users"
	}
	return name
}
