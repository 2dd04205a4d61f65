package shop

import (
	"errors"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Permission callbacks. What an operation asks for is decided by package
// capability; here are the facts it needs about the store and the record.

// site is what of the store permissions depend on.
func (s *Store) site() capability.Site {
	return capability.Site{
		Storage:          s.Storage(),
		Version:          s.version,
		Multisite:        s.environment.Multisite,
		Fulfillments:     s.featureIsOn("fulfillments"),
		CouponsDisabled:  !s.options.Yes("woocommerce_enable_coupons"),
		ShippingDisabled: s.options.Get("woocommerce_ship_to_countries") == "disabled",
	}
}

// may asks whether the caller of a request may do something with a record.
// The refusal has the code of the operation and message.
func (s *Store) may(r *rest.Request, resource capability.Resource, action capability.Action, record capability.Record, message string) error {
	operation := capability.Operation{Resource: resource, Action: action}
	for _, check := range s.site().Checks(r.Caller.AsCaller(), operation, record) {
		if check.After || check.PassedBy(r.Can) {
			continue
		}
		status := check.Status
		if status == 0 {
			status = r.DeniedStatus()
		}
		return rest.Errorf(status, check.Code, "%s", message)
	}
	return nil
}

// The messages of refusals; stores translate them.
const (
	cannotList   = "Sorry, you cannot list resources."
	cannotView   = "Sorry, you cannot view this resource."
	cannotCreate = "Sorry, you are not allowed to create resources."
	cannotEdit   = "Sorry, you are not allowed to edit this resource."
	cannotDelete = "Sorry, you are not allowed to delete this resource."
	cannotBatch  = "Sorry, you are not allowed to batch manipulate this resource."
)

// ownedBy says whether the caller is the author of a row.
func ownedBy(r *rest.Request, author int64) bool {
	return r.Caller != nil && r.Caller.ID != 0 && r.Caller.ID == author
}

// MayAll is a permission that looks at no record.
func (s *Store) MayAll(resource capability.Resource, action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		return s.may(r, resource, action, capability.Record{}, message)
	}
}

// errFatal is what PHP makes of a wrong type deep inside: WordPress's critical
// error page as JSON.
var errFatal = errors.New("Uncaught TypeError") //nolint:staticcheck // PHP's own wording
