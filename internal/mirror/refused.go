package mirror

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// refused says that the key may not read one resource while it may read
// others: the user lacks a right (403), or a plugin or firewall closes the
// path (Disable REST API answers 401, others their own page). What is refused
// is left out of the mirror, of verify, and named in both.
//
// Failure policy: a refusal that says nothing of the resource, because the
// whole store refuses or is down, must not pass for one. So anything but
// WooCommerce's 403 counts only when orders can be read in the same moment.
func (s *step) refused(ctx context.Context, r storage.Resource, err error) bool {
	if denied(err) {
		return true
	}
	if r == storage.Orders || !closedPath(err) {
		return false
	}
	_, control := s.asker.glance(ctx, orders.path(), query(nil, "per_page", "1", "_fields", "id"))
	return control == nil
}

// closedPath says that something refuses a path, whoever it is.
func closedPath(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok || failure.Kind != woo.KindAPI && failure.Kind != woo.KindHTML {
		return false
	}
	switch failure.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotAcceptable, http.StatusTeapot, http.StatusUnavailableForLegalReasons:
		return true
	}
	return false
}
