package capability

// Use is an operation on one kind of record: the finest thing that is allowed or refused.
type Use struct {
	Op  Operation
	Rec Record
	// Storage is the order storage in which the record lies; "" when it does not matter or the store has only one.
	Storage Storage
	// Which says which records, for example "orders of others" or "own drafts"; "" means all.
	Which string
}

// Uses lists everything a scope does on this store: each operation on each kind of record that WordPress tells apart.
// With AnyStorage the uses of all storage modes are listed.
func (s Site) Uses(scope Scope) []Use {
	var uses []Use
	for _, op := range scopeOperations[scope] {
		uses = append(uses, s.usesOf(op)...)
	}
	return uses
}

// AllUses lists every operation that wc/v3 offers on this store, on each kind of record, alone and in batches.
func (s Site) AllUses() []Use {
	var uses []Use
	for _, endpoint := range endpoints {
		if !s.Version.AtLeast(endpoint.Since) {
			continue
		}
		for _, handler := range endpoint.Handlers {
			op := Operation{Resource: endpoint.Resource, Action: handler.Action}
			if handler.Action != Batch {
				uses = append(uses, s.usesOf(op)...)
				continue
			}
			for _, action := range []Action{Create, Update, Delete} {
				op.Action, op.InBatch = action, true
				uses = append(uses, s.usesOf(op)...)
			}
		}
	}
	return uses
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

// perRecord: the answer may differ from record to record.
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

// orderUses tells apart the orders that exist under one storage mode.
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

var authoredStatuses = []string{"publish", "private", "draft", "pending", "future", "trash"}

// statusUses tells apart products and coupons by author and status.
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

// customerUses are the users an integration has to do with. Editing an administrator through the API asks for the same
// capability; it is a side effect of edit_users and not a use of the scope.
func customerUses(op Operation) []Use {
	return []Use{
		{Op: op, Rec: Record{TargetRoles: []string{"customer"}, ChangesLogin: op.Action == Update}, Which: "of role customer"},
	}
}
