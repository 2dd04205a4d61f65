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
