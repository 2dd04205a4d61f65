package verdict

import (
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// The stages of a verdict. Each knows what was decided before it and cannot ask for what comes after: that is what the
// types are for.
type (
	// heard is the evidence without what was lost to a ban or to a rate limit.
	heard struct {
		*evidence.View
		Ban Answer // connections that fail after others came about
	}
	// fronted knows who answers in place of the store.
	fronted struct {
		heard
		Front Answer
	}
	// routed knows what is wrong with the road to the API.
	routed struct {
		fronted
		Route Answer
	}
	// keyed knows what happens to the key.
	keyed struct {
		routed
		Key Answer
	}
	// granted knows what was seen of the permissions of the key's owner.
	granted struct {
		keyed
		Rights rights
	}
)

// Facts is everything that was decided about the evidence.
type Facts struct {
	granted
	Partly Answer   // what answers in place of some of the API, while the rest passes
	Causes []Answer // what the key's owner lacks, the one that explains most first
	// Usurped are answers with status 200 that something gave in place of WooCommerce, while others are its own.
	Usurped []*evidence.Exchange
	// Unknown are the scopes whose rights show on records alone, of which the shop has none: scope and kind of record.
	Unknown map[evidence.Scope]string
}

// Usurps tells whether something answered the request in place of WooCommerce.
func (f *Facts) Usurps(x *evidence.Exchange) bool { return slices.Contains(f.Usurped, x) }

// Undecided is the evidence alone, for when deciding failed.
func Undecided(ev *evidence.Evidence) *Facts {
	f := &Facts{}
	f.View = &evidence.View{Evidence: ev, Target: ev.Target}
	return f
}

// rights is what was seen of the permissions of the key's owner.
type rights struct {
	Asked        bool
	Held, Lacks  capability.Set
	Admin        bool // a route outside of the REST permissions lets only administrators in, and let the key in
	manages      bool // the same for manage_woocommerce
	managesKnown bool
	ShopManager  bool // only the role of this name may edit customers and nobody else
}
