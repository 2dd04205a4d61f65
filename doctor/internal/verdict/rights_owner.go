package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// wholeCauseOfOwner tells the causes behind several refusals apart by what WordPress itself says the key's owner holds:
// somebody without rights, a role that was cut, a plugin that overrules what he holds.
func (f *granted) wholeCauseOfOwner(parts []Answer) Answer {
	role, gone := f.stockRole()
	if refused := f.refusedThoughHeld(); f.allSignalsRefused() && len(refused) > 0 {
		return f.overruledHolder(append([]string{f.refusedSignals()}, refused...),
			"every REST permission is refused all the same")
	}
	if f.allSignalsRefused() && role == "" && !f.Owner.InShop() && len(parts) > 0 {
		return f.ownerWithoutRights()
	}
	var over, others []Answer
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
		return Answer{ID: "perm-filter-override", Confidence: Sure, Shown: []string{why},
			Why: "the REST permissions contradict the capabilities of the key's owner: a plugin overrules them"}
	}
	return f.stockRoleWasCut(role, gone, others)
}

func allShown(parts []Answer) []string {
	var lines []string
	for _, a := range parts {
		lines = append(lines, a.Shown...)
	}
	return lines
}

func (f *granted) overruledHolder(shown []string, what string) Answer {
	return Answer{
		ID: "perm-filter-override", Confidence: Sure, Shown: shown,
		Why: "the key's owner (" + f.Owner.Words() + ") holds the capabilities, and " + what +
			": a plugin or snippet overrules them",
	}
}

// refusedThoughHeld lists collections that refuse a method for which the owner holds the capability. Coupons are left
// out: switched off, they are refused to everybody.
func (f *granted) refusedThoughHeld() []string {
	var lines []string
	for _, p := range Proves {
		if f.Refuses(p.Route, p.Method) && f.Owner.Has(f.capabilityBehind(p.capability)) &&
			!strings.HasPrefix(p.Route, "coupons") {
			lines = append(lines,
				fmt.Sprintf("%s of /%s is refused, and %s holds %s", p.Method, p.Route, f.Owner.Words(), p.capability))
		}
	}
	return lines
}

// ownerWithoutRights finds that the owner is known and holds nothing that belongs to a shop.
func (f *granted) ownerWithoutRights() Answer {
	shown := []string{f.refusedSignals(), "the key acts as " + f.Owner.Words(), evidence.Describe(f.Read())}
	if multisite, ok := f.Multisite(); ok && multisite && len(f.Owner.Roles) == 0 {
		return Answer{ID: "key-owner-not-in-blog", Confidence: Sure,
			Shown: append(shown, "the store is a site of a multisite network"),
			Why: "the key's owner (" + f.Owner.Words() +
				" here) is known to the network and has no role on this site"}
	}
	why := "the store knows the key's owner and lets him do nothing: the key acts as " + f.Owner.Words()
	if len(f.Owner.Gone) > 0 {
		why += ". The role was removed (with the plugin that made it, or by a role editor); make it again, or give " +
			"him another"
	} else {
		why += ", which gives no right in the shop"
	}
	return Answer{ID: "key-owner-demoted", Confidence: Sure, Shown: shown, Why: why}
}

// stockRoleWasCut finds that the owner has a stock role that lost several of the capabilities it has by nature, and
// what is refused is among them. A single one that is gone is named as what it is, a missing capability; the two of
// blog posts count as one, because one fix brings both back and because people take them away together.
func (f *granted) stockRoleWasCut(role string, gone []string, parts []Answer) Answer {
	if role == "" || len(gone) == 0 {
		return Answer{}
	}
	causes, among := map[string]bool{}, false
	for _, a := range parts {
		causes[a.ID] = true
		among = among || slices.ContainsFunc(strings.Fields(a.Vars["caps"]),
			func(c string) bool { return slices.Contains(gone, c) })
	}
	onlyPosts := len(causes) == 1 &&
		!slices.ContainsFunc(gone, func(c string) bool { return !slices.Contains(placeholderCaps, c) })
	if !among || len(causes) < 2 && (len(gone) < 2 || onlyPosts) {
		return Answer{}
	}
	return f.cutRole(role, gone)
}

func (f *granted) cutRole(role string, gone []string) Answer {
	title := map[string]string{"administrator": "Administrator", "shop_manager": "Shop manager"}[role]
	return Answer{
		ID: "role-caps-stripped", Confidence: Sure,
		Vars: map[string]string{"caps": strings.Join(gone, " "), "stock": role},
		Shown: []string{"the key acts as " + f.Owner.Words(),
			"taken away from what the role has by nature: " + strings.Join(gone, ", ")},
		Why: fmt.Sprintf("the key's owner has the role %s, and these capabilities that WooCommerce and WordPress "+
			"give it were taken away: %s", title, strings.Join(gone, ", ")),
	}
}

// stockRole is the stock role of the owner and what it lacks.
func (f *granted) stockRole() (role string, gone []string) {
	role, gone = f.Owner.Stock(f.Version())
	if f.WooVersion() == "" {
		// It belongs to the role since 9.9, and this may be an older one.
		gone = slices.DeleteFunc(gone, func(name string) bool { return name == "create_customers" })
	}
	return role, gone
}

// noteOfCutRole says what was taken from a stock role when nothing that is wanted suffers from it.
func (f *granted) noteOfCutRole() []Answer {
	if !f.Owner.Known {
		return nil
	}
	role, gone := f.stockRole()
	if role == "" || len(gone) == 0 {
		return nil
	}
	a := f.cutRole(role, gone)
	a.Note = true
	return []Answer{a}
}

// capabilityBehind is the capability that this version asks for.
func (f *keyed) capabilityBehind(name string) string {
	if name == "create_customers" && f.OlderThan("9.9.0") {
		return "promote_users"
	}
	return name
}
