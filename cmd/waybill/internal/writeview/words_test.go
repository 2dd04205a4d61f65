package writeview

import (
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAWriteInWords(t *testing.T) {
	t.Parallel()
	for want, w := range map[string]outbox.Write{
		"create orders":       {Action: outbox.Create, Resource: storage.Orders},
		"update orders 46":    {Action: outbox.Update, Resource: storage.Orders, RecordID: 46},
		"create refunds of 7": {Action: outbox.Create, Resource: storage.Refunds, ParentID: 7},
	} {
		if got := Describe(w); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWhatAWriteWaitsFor(t *testing.T) {
	t.Parallel()
	if got := Why(outbox.Write{State: outbox.Unknown}, "shop"); !strings.Contains(got,
		"looked for before anything is sent again") {
		t.Errorf("a lost answer: %q", got)
	}
	if got := Why(outbox.Write{State: outbox.Pending,
		Reason: &outbox.Reason{Message: "the store answered 502"}}, "shop"); got != "the store answered 502" {
		t.Errorf("a reason: %q", got)
	}
	if got := NextTry(outbox.Write{}); got != "now" {
		t.Errorf("due: %q", got)
	}
	if got := NextTry(outbox.Write{NextAt: time.Now().Add(time.Hour)}); !strings.HasPrefix(got, "in 1h0m0s, at ") &&
		!strings.HasPrefix(got, "in 59m") {
		t.Errorf("in an hour: %q", got)
	}
}
