package alerts_test

import (
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestOfManyProcessesOneTells(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook, beat := g.receiver(), g.receiver()
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	g.add(alerts.NewChannel{Name: "beat", Reach: alerts.Reach{Heartbeat: beat.URL}})
	p := g.open("192.0.2.7", 2)
	round := func() {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := g.keeper(alerts.Options{}).Work(g.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	round()
	g.pass(grace)
	round()
	g.set(p, storage.ProblemResolved)
	g.pass(2 * time.Minute)
	round()
	if n := len(hook.all()); n != 2 {
		t.Errorf("%d messages came of one problem and its end", n)
	}
	if n := len(beat.all()); n != 2 {
		t.Errorf("the heartbeat was called %d times, want once before and once after", n)
	}
}

// TestAMessageWhoseSenderDiedIsSentByAnother stages the one moment in which nobody can know whether a message arrived:
// its sender dies while it waits for the answer.
func TestAMessageWhoseSenderDiedIsSentByAnother(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook := g.receiver()
	hook.holds = make(chan struct{})
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	g.open("192.0.2.7", 2)
	g.pass(grace)
	died := make(chan error)
	go func() { died <- g.keep.Work(g.ctx) }()
	<-hook.taken
	other := g.keeper(alerts.Options{})
	g.ok(other.Work(g.ctx)) // the message is claimed, so nothing is sent
	if n := len(hook.all()); n != 1 {
		t.Fatalf("%d came while the first was under way", n)
	}
	g.pass(2 * time.Minute) // the claim has ended, and its holder says nothing
	close(hook.holds)
	g.ok(<-died) // what it notes late changes nothing
	g.ok(other.Work(g.ctx))
	g.pass(time.Minute)
	g.ok(other.Work(g.ctx))
	ids := hook.ids()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("one message has the ids %q", ids)
		}
	}
	messages := g.messages("ops")
	if len(messages) != 1 || messages[0].State != storage.AlertSent || messages[0].ID != ids[0] {
		t.Errorf("kept are %+v", messages)
	}
}

// TestALostNoteSendsTheSameMessage is a process that died between the answer and the note of it.
func TestALostNoteSendsTheSameMessage(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook := g.receiver()
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	g.open("192.0.2.7", 2)
	g.pass(grace)
	g.work()
	lost := g.messages("ops")[0]
	lost.State, lost.DoneAt, lost.Attempts = storage.AlertPending, time.Time{}, 0
	lost.NextAt, lost.BusyUntil = g.clock(), g.clock().Add(time.Minute)
	g.within(func(tx storage.Tx) error { return tx.SaveAlert(g.ctx, lost) })
	g.work()
	if n := len(hook.all()); n != 1 {
		t.Fatalf("%d came before the claim ended", n)
	}
	g.pass(2 * time.Minute)
	g.work()
	if ids := hook.ids(); len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("it came with the ids %q", ids)
	}
}

func (g *ground) messages(name string) []storage.Alert {
	g.Helper()
	c, err := g.keep.Find(g.ctx, name)
	g.ok(err)
	all, err := g.keep.Messages(g.ctx, c, 100)
	g.ok(err)
	return all
}
