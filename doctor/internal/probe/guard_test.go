package probe

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// TestTheGuardLetsOnlyHarmlessFormsLeave: each kind of probe in its own form, and nothing in that of another.
func TestTheGuardLetsOnlyHarmlessFormsLeave(t *testing.T) {
	t.Parallel()
	named := url.Values{"id": {"1"}}
	for _, c := range []struct {
		probe               evidence.Probe
		method, route, body string
		args                url.Values
		leaves              bool
	}{
		{evidence.ListOrders, http.MethodGet, "wc/v3/orders", "", nil, true},
		{evidence.ListOrders, http.MethodPost, "wc/v3/orders", "{}", nil, false},
		{evidence.ReceiverHead, http.MethodHead, "", "", nil, true},
		{evidence.Allowing.Of("orders"), http.MethodOptions, "wc/v3/orders", "", nil, true},
		{evidence.Allowing.Of("orders"), http.MethodDelete, "wc/v3/orders", "", nil, false},
		{evidence.ScopeWrite, http.MethodPost, "wc/v3/" + evidence.ProbeRoute, "", nil, true},
		{evidence.ScopeWrite, http.MethodPost, "wc/v3/products", "", nil, false},
		{evidence.VerbPut, http.MethodPut, "wc/v3", "", nil, true},
		{evidence.VerbPut, http.MethodPost, "wc/v3", "", nil, false},
		{evidence.BodyType, http.MethodPost, "wc/v3/orders/batch", brokenJSON, nil, true},
		{evidence.BodyType, http.MethodPost, "wc/v3/orders/batch", "{}", nil, false},
		{evidence.DoorOrdersPost, http.MethodPost, "wc/v3/orders", existingID, named, true},
		{evidence.DoorOrdersPost, http.MethodPost, "wc/v3/orders", existingID, nil, false},
		{evidence.DoorOrdersPost, http.MethodPost, "wc/v3/orders", "{}", named, false},
		{evidence.DoorOrdersPut, http.MethodPut, "wc/v3/orders/" + nowhereID, "{}", nil, true},
		{evidence.DoorOrdersPut, http.MethodPut, "wc/v3/orders/1", "{}", nil, false},
		{evidence.Editing.Of("orders"), http.MethodPut, "wc/v3/orders/7", brokenJSON,
			url.Values{"status": {"waybill-doctor"}}, true},
		{evidence.Editing.Of("orders"), http.MethodPut, "wc/v3/orders/7", brokenJSON, nil, false},
		{evidence.Editing.Of("orders"), http.MethodPut, "wc/v3/orders/7", "{}",
			url.Values{"status": {"waybill-doctor"}}, false},
		{evidence.Editing.Of("orders"), http.MethodDelete, "wc/v3/orders/7", brokenJSON,
			url.Values{"status": {"waybill-doctor"}}, false},
		{evidence.DoorOrdersDelete, http.MethodDelete, "wc/v3/orders/" + nowhereID, "", nil, true},
		{evidence.Doors.Of("customers.post"), http.MethodPost, "wc/v3/customers", existingID, named, true},
		{evidence.Doors.Of("customers.post"), http.MethodPost, "wc/v3/customers", existingID, nil, false},
		{evidence.Doors.Of("zones.post"), http.MethodPost, "wc/v3/shipping/zones", existingID, named, false},
		{evidence.Doors.Of("notes.post"), http.MethodPost, "wc/v3/orders/" + nowhereID + "/notes", existingID, named,
			true},
		{evidence.Doors.Of("notes.post"), http.MethodPost, "wc/v3/orders/1/notes", existingID, named, false},
		{evidence.Doors.Of("coupons.put"), http.MethodPut, "wc/v3/coupons/" + nowhereID, `{"code":""}`, nil, false},
		{evidence.Doors.Of("attributes.delete"), http.MethodDelete, "wc/v3/products/attributes/1", "", nil, false},
		{evidence.Doors.Of("coupons.batch"), http.MethodPost, "wc/v3/coupons/batch", "{", nil, true},
		{evidence.Doors.Of("coupons.batch"), http.MethodPost, "wc/v3/coupons/batch", "{}", nil, false},
		{evidence.Probe("undeclared"), http.MethodGet, "wc/v3/orders", "", nil, false},
	} {
		if err := guard(c.probe, c.method, c.route, c.body, c.args); (err == nil) != c.leaves {
			t.Errorf("%s as %s %s %s: %v", c.probe, c.method, c.route, c.body, err)
		}
	}
}
