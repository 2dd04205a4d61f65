package writes_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/writes"
)

// A write that was not waited for to its end says what it waits for, and names an earlier write only where there is
// one.
func TestAnOutcomeNamesAnEarlierWriteOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		write         outbox.Write
		says, saysNot string
	}{
		"not sent yet": {outbox.Write{State: outbox.Pending}, "not been sent yet", "earlier"},
		"on its way":   {outbox.Write{State: outbox.Sending}, "has not answered yet", "earlier"},
		"held back": {outbox.Write{State: outbox.Pending, Behind: &outbox.Behind{ID: "first",
			State: storage.WriteParked}}, "waits behind first", "not been sent yet"},
		"with a reason": {outbox.Write{State: outbox.Unknown, Reason: &outbox.Reason{Message: "it timed out"}},
			"it timed out", "not been sent yet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := writes.Outcome(test.write)
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), test.saysNot) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// The command that corrects a write names the field that the store objects to.
func TestACorrectionNamesTheField(t *testing.T) {
	t.Parallel()
	body := []byte(`{"username":"ann","billing":{"email":"b@x"},"email":"ann@shop.example"}`)
	for name, test := range map[string]struct {
		reason *outbox.Reason
		want   string
	}{
		"named": {&outbox.Reason{Fields: []outbox.FieldError{{Field: "status", Message: "status is not one of"}}},
			"--set status=VALUE"},
		"named inside": {&outbox.Reason{Fields: []outbox.FieldError{{Field: "billing",
			Message: "billing[email] is not a valid e-mail address."}}}, "--set billing.email=VALUE"},
		"quoted":  {&outbox.Reason{Message: "An account is already registered with ann@shop.example."}, "--set email=VALUE"},
		"unknown": {&outbox.Reason{Message: "No."}, "--set FIELD=VALUE"},
		"none":    {nil, "--set FIELD=VALUE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := writes.Correction(outbox.Write{ID: "01j9x2", Body: body, Reason: test.reason})
			if want := "waybill outbox edit 01j9x2 " + test.want; got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}
