package capability

import (
	"fmt"
	"slices"
)

// Use is an operation on one kind of record. No permission distinguishes anything finer.
type Use struct {
	Op  Operation
	Rec Record
	// Storage is the order storage in which the record lies; "" when it does not matter or the store has only one.
	Storage Storage
	// Version is the version of WooCommerce that asks for what Rec asks for. It is the zero Version when all versions
	// of the store ask for the same.
	Version Version
	// Which names the records in words, such as "orders of others" or "own drafts"; "" means all.
	Which string
}

// Uses lists everything a scope does on this store: each operation on each kind of record that WordPress tells apart.
// AnyStorage brings the uses of all storage modes, AnyVersion those of the versions that differ. A scope of fulfilments
// counts their feature as switched on.
func (s Site) Uses(scope Scope) []Use {
	s.Fulfillments = s.Fulfillments || scope == FulfillmentsRead || scope == FulfillmentsWrite
	return s.usesOfAll(scopeOperations[scope])
}

// AllUses lists every operation that wc/v3 offers on this store, on each kind of record, alone and in batches.
func (s Site) AllUses() []Use {
	var ops []Operation
	for _, endpoint := range endpoints {
		for _, handler := range endpoint.Handlers {
			op := Operation{Resource: endpoint.Resource, Action: handler.Action}
			if handler.Action != Batch {
				ops = append(ops, op)
				continue
			}
			for _, action := range []Action{Create, Update, Delete} {
				ops = append(ops, Operation{Resource: endpoint.Resource, Action: action, InBatch: true})
			}
		}
	}
	return s.usesOfAll(ops)
}

func (s Site) usesOfAll(ops []Operation) []Use {
	var uses []Use
	for _, op := range ops {
		uses = append(uses, s.usesOfVersions(op)...)
	}
	return uses
}

// usesOfVersions lists the uses of each version of the store, and keeps them apart where the versions differ.
func (s Site) usesOfVersions(op Operation) []Use {
	var uses []Use
	versions := s.Version.Each()
	for _, version := range versions {
		site := s
		site.Version = version
		if !site.offers(op) {
			continue
		}
		for _, use := range site.usesOf(op) {
			if len(versions) > 1 {
				use.Version = version
			}
			uses = append(uses, use)
		}
	}
	return s.joinVersions(uses, len(versions))
}

// joinVersions makes one use of those that all versions answer alike.
func (s Site) joinVersions(uses []Use, versions int) []Use {
	if versions == 1 {
		return uses
	}
	type kind struct {
		storage Storage
		which   string
	}
	needs := map[kind]map[string]int{}
	for _, use := range uses {
		k := kind{use.Storage, use.Which}
		if needs[k] == nil {
			needs[k] = map[string]int{}
		}
		needs[k][s.asked(use)]++
	}
	var joined []Use
	seen := map[kind]bool{}
	for _, use := range uses {
		k := kind{use.Storage, use.Which}
		if len(needs[k]) == 1 && (needs[k][s.asked(use)] == versions || use.Which == "" && use.Storage == "") {
			use.Version = Version{}
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		joined = append(joined, use)
	}
	return joined
}

// asked writes what a use asks for as one text, to compare uses.
func (s Site) asked(use Use) string {
	needs, ok := s.needsOf(use)
	return fmt.Sprint(NewSet(needs...), ok)
}

// at is the store in the storage mode and version of the use.
func (s Site) at(use Use) Site {
	if use.Storage != "" {
		s.Storage = use.Storage
	}
	if use.Version != (Version{}) {
		s.Version = use.Version
	}
	return s
}

// offers reports whether the store has a route for the operation. An operation that is in no list of routes counts as
// offered.
func (s Site) offers(op Operation) bool {
	known := false
	for _, endpoint := range endpoints {
		if endpoint.Resource != op.Resource || !slices.ContainsFunc(endpoint.Handlers,
			func(h Handler) bool { return h.Action == op.Action }) {
			continue
		}
		if s.has(endpoint) {
			return true
		}
		known = true
	}
	return !known
}

func (s Site) has(endpoint Endpoint) bool {
	gone := endpoint.Until != (Version{}) && s.Version.AtLeast(endpoint.Until)
	return s.Version.AtLeast(endpoint.Since) && !gone && (endpoint.Resource != Fulfillments || s.Fulfillments)
}

func (s Site) usesOf(op Operation) []Use {
	switch op.Resource {
	case Orders, OrderNotes, OrderActions, OrderReceipt, Refunds:
		if !perRecord(op) {
			break
		}
		var uses []Use
		modes := s.Storage.Modes()
		for _, mode := range modes {
			site := s
			site.Storage = mode
			uses = append(uses, site.orderUses(op)...)
			if s.PluginStatuses {
				uses = append(uses, site.pluginStatusUses(op)...)
			}
		}
		if len(modes) == 1 {
			for i := range uses {
				uses[i].Storage = ""
			}
		}
		return uses
	case Products, Coupons:
		if !perRecord(op) {
			break
		}
		return statusUses(op)
	case Customers:
		if op.Action == Update || op.Action == Delete {
			return customerUses(op)
		}
	}
	return []Use{{Op: op}}
}

// perRecord says whether the store's answer may differ from record to record.
func perRecord(op Operation) bool {
	row := ruleFor(op.Resource, op.Action)
	if row == nil {
		return false
	}
	as := row.As
	if as == "" {
		as = contextOf[op.Action]
	}
	need := guards[row.Guard].Needs[as]
	return need == metaEdit || need == metaDelete || need == metaRead
}

// orderUses gives a use for each kind of order that one storage mode tells apart.
func (s Site) orderUses(op Operation) []Use {
	kinds := []struct {
		origin Origin
		which  string
	}{
		{CreatedByOther, "of others"},
		{CreatedByCaller, "of its own"},
	}
	if s.Storage == Posts {
		kinds[1].which = "of its own, made through the API"
		kinds = append(kinds, kinds[0])
		kinds[2].origin, kinds[2].which = EnteredByCaller, "of its own, entered in wp-admin"
	}
	if s.Storage == HPOSMigrated {
		kinds = append(kinds, kinds[0], kinds[0])
		kinds[2].origin, kinds[2].which = BeforeSwitch, "from before the switch to order tables"
		kinds[3].origin, kinds[3].which = EnteredBeforeSwitch, "of its own, entered in wp-admin before the switch"
	}
	var uses []Use
	for _, kind := range kinds {
		rec := s.Order(kind.origin)
		if op.Resource == Refunds {
			rec = s.Refund(kind.origin, rec.Own)
		}
		uses = append(uses, Use{Op: op, Rec: rec, Storage: s.Storage, Which: kind.which})
	}
	return uses
}

// pluginStatusUses are orders in a status that a plugin registered as public or private, where such orders ask for
// something else than others.
func (s Site) pluginStatusUses(op Operation) []Use {
	if op.Resource == Refunds {
		return nil // a refund has no status of its own
	}
	var uses []Use
	for _, plain := range s.orderUses(op) {
		for _, status := range []struct {
			registered Registration
			trashed    bool
			which      string
		}{
			{PublicStatus, false, "in a status that a plugin registered as public"},
			{PrivateStatus, false, "in a status that a plugin registered as private"},
			{PublicStatus, true, "in the trash, before in a status that a plugin registered as public"},
		} {
			use := plain
			use.Rec.Registered, use.Rec.Trashed = status.registered, status.trashed
			use.Which += ", " + status.which
			if s.asked(use) != s.asked(plain) {
				uses = append(uses, use)
			}
		}
	}
	return uses
}

var authoredStatuses = []string{"publish", "private", "draft", "pending", "future", "trash"}

// statusUses gives a use for each author and status of products and coupons.
func statusUses(op Operation) []Use {
	var uses []Use
	for _, own := range []bool{false, true} {
		whose := "of others"
		if own {
			whose = "of its own"
		}
		for _, status := range authoredStatuses {
			uses = append(uses, Use{Op: op, Rec: Record{Own: own, Status: status}, Which: whose + ", status " + status})
		}
	}
	return uses
}

// customerUses are the users that an integration deals with. Editing an administrator through the API asks for the same
// capability; that is a side effect of edit_users and no use of the scope.
func customerUses(op Operation) []Use {
	return []Use{
		{Op: op, Rec: Record{TargetRoles: []string{"customer"}, ChangesLogin: op.Action == Update},
			Which: "of role customer"},
	}
}

// needsOf are the capabilities that a use asks for; ok is false where no capabilities suffice.
func (s Site) needsOf(use Use) (needs []string, ok bool) {
	ok = true
	for _, check := range s.at(use).Checks(Caller{}, use.Op, use.Rec) {
		needs = append(needs, check.Needs...)
		ok = ok && !check.Never
	}
	return needs, ok
}
