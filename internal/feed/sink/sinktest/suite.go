package sinktest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed/sink"
)

// Bench is a sink with its receiver.
type Bench struct {
	Sink sink.Sink
	// Received are the events that have come, with their ids.
	Received func() []Received
	// Away makes the receiver unable to take anything, until back is called; nil where it always can.
	Away func() (back func())
}

// Received is an event as it came to a receiver.
type Received struct {
	ID   string
	Body json.RawMessage
}

// Run runs the suite. Fresh makes a sink with a receiver of its own.
func Run(t *testing.T, fresh func(t *testing.T) Bench) {
	for name, test := range map[string]func(*testing.T, Bench){
		"what was taken has come, as it was sent": arrives,
		"many are taken at the same time":         together,
		"nothing is sent when the context ended":  ended,
		"what is repeated bears the same id":      repeated,
		"a receiver that is away is down":         away,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := fresh(t)
			t.Cleanup(b.Sink.Close)
			test(t, b)
		})
	}
}

func message(n int) sink.Message {
	return sink.Message{ID: fmt.Sprintf("msg_x_%d", n), Type: "orders.updated", Record: fmt.Sprintf("1/orders/%d", n%7),
		Body: fmt.Appendf(nil, `{"type":"orders.updated","seq":%d,"record":{"total":"1.10","note":"ä\n<&>"}}`, n)}
}

func (b Bench) send(t *testing.T, m sink.Message) (taken bool) {
	t.Helper()
	a := b.Sink.Send(t.Context(), m)
	if !a.Taken() {
		t.Errorf("%s was not taken: %s", m.ID, a.Why)
	}
	return a.Taken()
}

// find gives an event that has come; one that was taken may come a little later where others are in between.
func (b Bench) find(t *testing.T, id string) []Received {
	t.Helper()
	for ctx := t.Context(); ; {
		var found []Received
		for _, r := range b.Received() {
			if r.ID == id {
				found = append(found, r)
			}
		}
		if len(found) > 0 || ctx.Err() != nil {
			return found
		}
		time.Sleep(time.Millisecond)
	}
}

func arrives(t *testing.T, b Bench) {
	m := message(1)
	if !b.send(t, m) {
		return
	}
	came := b.find(t, m.ID)
	if len(came) != 1 {
		t.Fatalf("it came %d times", len(came))
	}
	var sent, got map[string]any
	if json.Unmarshal(m.Body, &sent) != nil || json.Unmarshal(came[0].Body, &got) != nil {
		t.Fatalf("what came is no JSON: %s", came[0].Body)
	}
	delete(got, "webhook_id")
	if fmt.Sprint(sent) != fmt.Sprint(got) {
		t.Errorf("%s came as %s", m.Body, came[0].Body)
	}
}

func together(t *testing.T, b Bench) {
	const many = 40
	var all sync.WaitGroup
	for n := range many {
		all.Go(func() { b.send(t, message(n)) })
	}
	if all.Wait(); t.Failed() {
		return
	}
	for n := range many {
		if came := b.find(t, message(n).ID); len(came) != 1 {
			t.Errorf("%s came %d times", message(n).ID, len(came))
		}
	}
}

func ended(t *testing.T, b Bench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := b.Sink.Send(ctx, message(1))
	if a.Taken() || !a.Down || a.Gone {
		t.Errorf("the answer is %+v", a)
	}
	if b.send(t, message(2)) {
		b.find(t, message(2).ID)
	}
	if slices.ContainsFunc(b.Received(), func(r Received) bool { return r.ID == message(1).ID }) {
		t.Error("it was sent all the same")
	}
}

func repeated(t *testing.T, b Bench) {
	for _, n := range []int{1, 1, 2} {
		if !b.send(t, message(n)) {
			return
		}
	}
	b.find(t, message(2).ID)
	// A receiver that knows ids may have put them together.
	if came := b.find(t, message(1).ID); len(came) == 0 || len(came) > 2 {
		t.Errorf("it came %d times", len(came))
	}
}

func away(t *testing.T, b Bench) {
	if b.Away == nil {
		t.Skip("its receiver is always there")
	}
	back := b.Away()
	a := b.Sink.Send(t.Context(), message(1))
	if a.Taken() || !a.Down || strings.Contains(a.Why, "hush") {
		t.Errorf("the answer is %+v", a)
	}
	back()
	if !b.send(t, message(1)) {
		return
	}
	if came := b.find(t, message(1).ID); len(came) == 0 {
		t.Error("then it did not come")
	}
}
