package core

import (
	"errors"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Permission callbacks. Package capability decides what an operation asks for. This file gives it the facts about the
// store and the record.

// Site are the facts about the store that permissions depend on.
func (s *Store) Site() capability.Site {
	return capability.Site{
		Storage:          s.Storage(),
		Version:          s.Release,
		Multisite:        s.environment.Multisite,
		Fulfillments:     s.FeatureIsOn("fulfillments"),
		CouponsDisabled:  !s.Options.Yes("woocommerce_enable_coupons"),
		ShippingDisabled: s.Options.Get("woocommerce_ship_to_countries") == "disabled",
	}
}

// May checks whether the caller of a request has the permission for a record. A refusal has the operation's code and
// the message.
func (s *Store) May(
	r *rest.Request, resource capability.Resource, action capability.Action, record capability.Record, message string,
) error {
	operation := capability.Operation{Resource: resource, Action: action}
	for _, check := range s.Site().Checks(r.Caller.AsCaller(), operation, record) {
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
	CannotList   = "Sorry, you cannot list resources."
	CannotView   = "Sorry, you cannot view this resource."
	CannotCreate = "Sorry, you are not allowed to create resources."
	CannotEdit   = "Sorry, you are not allowed to edit this resource."
	CannotDelete = "Sorry, you are not allowed to delete this resource."
	CannotBatch  = "Sorry, you are not allowed to batch manipulate this resource."
)

// OwnedBy says whether the caller is the author of a row.
func OwnedBy(r *rest.Request, author int64) bool {
	return r.Caller != nil && r.Caller.ID != 0 && r.Caller.ID == author
}

// MayAll is a permission that depends on no record.
func (s *Store) MayAll(resource capability.Resource, action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		return s.May(r, resource, action, capability.Record{}, message)
	}
}

// ErrFatal is PHP's error for a wrong type deep inside. WordPress answers its critical error page as JSON.
var ErrFatal = errors.New("Uncaught TypeError") //nolint:staticcheck // PHP's own wording
