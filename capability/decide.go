package capability

// Decision is what a store answers to one operation.
type Decision struct {
	Allowed bool
	// Missing are the capabilities that the refusing check asks for and the caller lacks. It is empty when Allowed, and
	// when no capability would help.
	Missing []string
	// Status is the HTTP status of the refusal. For a batch item it is the status inside the item, and the response
	// itself is 200. It is 0 when Allowed: the permission says nothing about what comes after it.
	Status int
	// Code is the refusal's error code.
	Code string
	// Item says that the batch passed and this item of it was refused.
	Item bool
	// Check is the check that refused; the zero Check when Allowed or when the key's own permission refused.
	Check Check
}

const authenticationError = "woocommerce_rest_authentication_error"

// Decide answers whether the caller may do op on rec, and if not, what the store says. It decides like the store: first
// the key's own permission, then the checks of [Site.Checks] in order. The first check that fails is the answer.
func (s Site) Decide(caller Caller, op Operation, rec Record) Decision {
	if op.Resource == Core {
		// Outside its own namespaces WooCommerce does not look at keys (docs/woocommerce/permissions.md#fact-8).
		if s.ApplicationPasswords && !caller.Anonymous {
			return Decision{Status: 401, Code: "invalid_username"}
		}
		caller = Caller{Anonymous: true}
	}
	if refused := caller.refusedByKey(op); refused {
		// The status is 401 and not 403, whatever the role may do
		// (docs/woocommerce/authentication.md#rest-auth-required).
		return Decision{Status: 401, Code: authenticationError}
	}
	for _, check := range s.Checks(caller, op, rec) {
		if check.PassedBy(func(name string) bool { return caller.Holds(name) }) {
			continue
		}
		missing := caller.lacks(check.Needs)
		status := check.Status
		switch {
		case status == 0 && caller.Anonymous:
			status = 401
		case status == 0:
			status = 403
		}
		if check.Never {
			missing = nil
		}
		return Decision{Missing: missing, Status: status, Code: check.Code, Item: check.Item, Check: check}
	}
	return Decision{Allowed: true}
}

// Needs returns the capabilities a custom role needs for op on rec; ok is false when no capability suffices.
func (s Site) Needs(op Operation, rec Record) (needs Set, ok bool) {
	needs, ok = Set{}, true
	for _, check := range s.Checks(Caller{}, op, rec) {
		needs.Add(check.Needs...)
		ok = ok && !check.Never
	}
	return needs, ok
}

func (c Caller) refusedByKey(op Operation) bool {
	if c.Anonymous {
		return false
	}
	switch c.Key {
	case ReadOnly:
		return op.Writes()
	case WriteOnly:
		return !op.Writes()
	default:
		return false
	}
}

// Writes reports whether the operation uses POST, PUT, PATCH or DELETE.
func (o Operation) Writes() bool {
	if o.InBatch {
		return true
	}
	switch o.Action {
	case Create, Update, Delete, Batch, GroupBatch, SendEmail, SendOrderDetails, Duplicate, Generate, ToolsRun,
		WriteCore,
		UpdateMeta, DeleteMeta, CreateCatalog, Receive, DismissTaxes, DismissPromotion:
		return true
	default:
		return false
	}
}
