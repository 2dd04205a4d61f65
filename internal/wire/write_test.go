package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
)

// TestANextTryIsShownOnlyWhereThereIsOne: a write that is settled, parked or waits behind another has no time of its
// own.
func TestANextTryIsShownOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for state, want := range map[outbox.State]bool{outbox.Pending: true, outbox.Unknown: true, outbox.Parked: false,
		outbox.Done: false, outbox.Rejected: false} {
		text, err := json.Marshal(WriteOf(outbox.Write{State: state, NextAt: at}))
		if err != nil || strings.Contains(string(text), `"next_at"`) != want {
			t.Errorf("%s: %s, %v", state, text, err)
		}
	}
	if v := WriteOf(outbox.Write{State: outbox.Pending, NextAt: at, Behind: &outbox.Behind{ID: "w"}}); !v.NextAt.IsZero() {
		t.Errorf("behind another: %v", v.NextAt)
	}
}
