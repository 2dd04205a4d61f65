package writes

import (
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
)

func TestTheRefusedValueIsTheOneThatTheStoreNames(t *testing.T) {
	t.Parallel()
	const body = `{"status":"paid","billing":{"email":"jörg@example.com"},"password":"sesame"}`
	named := []outbox.FieldError{{Field: "status"}}
	for _, tt := range []struct {
		reason       *outbox.Reason
		field, value string
	}{
		{&outbox.Reason{Code: "rest_invalid_param", Fields: named}, "status", "paid"},
		{&outbox.Reason{Code: "order_invalid_billing_email"}, "billing.email", "jörg@example.com"},
		{&outbox.Reason{Code: "customer_invalid_password"}, "", ""}, // never shown
		{&outbox.Reason{Code: "woocommerce_rest_cannot_create"}, "", ""},
		{nil, "", ""},
	} {
		field, value := refusedValue(outbox.Write{Body: []byte(body), Reason: tt.reason})
		if field != tt.field || value != tt.value {
			t.Errorf("%+v: %q %q, want %q %q", tt.reason, field, value, tt.field, tt.value)
		}
	}
}
