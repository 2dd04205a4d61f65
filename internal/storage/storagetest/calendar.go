package storagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

const (
	pull storage.Task = "pull"
	push storage.Task = "push"
)

var calendar = map[string]func(*bundle){
	"a turn is kept with everything about it":        turnsAreKept,
	"enrolling is done once, waking is counted":      wakingCounts,
	"what is due is told, the longest overdue first": dueTurnsAreTold,
	"who waits for a turn is woken":                  waitersAreWoken,
	"holds are renewed by their holder":              holdsAreRenewed,
	"removing a store ends all its turns":            removedStoresHaveNoTurns,
	"nothing is entered for a store that is gone":    nothingForRemovedStores,
	"an errand is asked, told of and answered":       errandsAreAnswered,
	"old errands go":                                 oldErrandsGo,
	"workers show that they are alive":               workersAreSeen,
}

// TurnOf returns one line of the calendar; storage.ErrNotFound when there is none.
func TurnOf(ctx context.Context, db storage.CalendarReader, task storage.Task, storeID int64) (storage.Turn, error) {
	turns, err := db.Turns(ctx, storeID)
	if err != nil {
		return storage.Turn{}, err
	}
	for _, turn := range turns {
		if turn.Task == task {
			return turn, nil
		}
	}
	return storage.Turn{}, storage.ErrNotFound
}

func turnsAreKept(b *bundle) {
	full := storage.Turn{Task: pull, StoreID: b.store.ID, DueAt: noon, Wakes: 3, Answered: 2, Failures: 1, Run: 7,
		QueuedAt: noon.Add(time.Second), Holder: "process 1", HeldUntil: noon.Add(time.Minute),
		Report: json.RawMessage(`{"a":1}`)}
	empty := storage.Turn{Task: push, StoreID: b.store.ID}
	b.within(func(tx storage.Tx) {
		for _, turn := range []storage.Turn{full, empty} {
			b.ok(tx.Enroll(b.ctx, turn.Task, turn.StoreID))
			b.ok(tx.SaveTurn(b.ctx, turn))
			if got, err := tx.LockTurn(b.ctx, turn.Task, turn.StoreID); err != nil || !reflect.DeepEqual(got, turn) {
				b.Errorf("the transaction sees %+v (%v), want %+v", got, err, turn)
			}
		}
	})
	for _, turn := range []storage.Turn{full, empty} {
		if got, err := TurnOf(b.ctx, b.db, turn.Task, turn.StoreID); err != nil || !reflect.DeepEqual(got, turn) {
			b.Errorf("got %+v (%v), want %+v", got, err, turn)
		}
	}
	for _, id := range []int64{0, b.store.ID} {
		if got, err := b.db.Turns(b.ctx, id); err != nil || !reflect.DeepEqual(got, []storage.Turn{full, empty}) {
			b.Errorf("of store %d: %+v (%v)", id, got, err)
		}
	}
	if got, err := b.db.Turns(b.ctx, b.store.ID+1); err != nil || len(got) > 0 {
		b.Errorf("of another store: %+v (%v)", got, err)
	}
	for name, work := range map[string]func(tx storage.Tx) error{
		"lock": func(tx storage.Tx) error { _, err := tx.LockTurn(b.ctx, "none", b.store.ID); return err },
		"save": func(tx storage.Tx) error {
			return tx.SaveTurn(b.ctx, storage.Turn{Task: "none", StoreID: b.store.ID})
		},
	} {
		if err := b.db.WithinRelaxed(b.ctx, work); err == nil {
			b.Errorf("%s: a turn that is not there was found", name)
		} else {
			b.fails(err, storage.ErrNotFound)
		}
	}
}

func wakingCounts(b *bundle) {
	var now time.Time
	b.within(func(tx storage.Tx) {
		now = tx.Now().Truncate(time.Millisecond)
		b.ok(tx.Enroll(b.ctx, pull, b.store.ID))
		b.ok(tx.Enroll(b.ctx, pull, b.store.ID))
		b.ok(tx.Wake(b.ctx, push, b.store.ID)) // in the calendar or not
	})
	turn, err := TurnOf(b.ctx, b.db, pull, b.store.ID)
	b.ok(err)
	if turn.Wakes != 0 || turn.DueAt.Before(now) || turn.DueAt.After(time.Now()) {
		b.Errorf("enrolled it is %+v", turn)
	}
	if turn, err = TurnOf(b.ctx, b.db, push, b.store.ID); err != nil || turn.Wakes != 1 || turn.DueAt.IsZero() {
		b.Errorf("woken it is %+v (%v)", turn, err)
	}
	for name, due := range map[string]time.Time{
		"only when woken": {}, "long overdue": noon, "in future": time.Now().Add(time.Hour),
	} {
		b.within(func(tx storage.Tx) {
			turn, err := tx.LockTurn(b.ctx, pull, b.store.ID)
			b.ok(err)
			turn.DueAt, turn.Wakes = due, 5
			b.ok(tx.SaveTurn(b.ctx, turn))
			b.ok(tx.Enroll(b.ctx, pull, b.store.ID)) // changes nothing
			b.ok(tx.Wake(b.ctx, pull, b.store.ID))
			b.ok(tx.Wake(b.ctx, pull, b.store.ID))
		})
		turn, err := TurnOf(b.ctx, b.db, pull, b.store.ID)
		b.ok(err)
		wrong := turn.DueAt.IsZero() || turn.DueAt.After(time.Now())
		if name == "long overdue" {
			wrong = !turn.DueAt.Equal(noon)
		}
		if turn.Wakes != 7 || wrong {
			b.Errorf("%s: woken twice it is %+v", name, turn)
		}
	}
}

func dueTurnsAreTold(b *bundle) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	turns := map[string]storage.Turn{
		"a": {DueAt: at(-1)}, "b": {DueAt: at(-3)}, "c": {DueAt: at(0)}, // due
		"never": {}, "later": {DueAt: at(9)},
		"held": {DueAt: at(-2), Holder: "p", HeldUntil: at(5)}, "fallen": {DueAt: at(-2), Holder: "p",
			HeldUntil: at(-1)},
		"queued": {DueAt: at(-2), QueuedAt: at(-1)}, "queued long ago": {DueAt: at(-4), QueuedAt: at(-20)},
	}
	b.within(func(tx storage.Tx) {
		for task, turn := range turns {
			turn.Task, turn.StoreID = storage.Task(task), b.store.ID
			b.ok(tx.Enroll(b.ctx, turn.Task, turn.StoreID))
			b.ok(tx.SaveTurn(b.ctx, turn))
		}
	})
	due := func(limit int) (string, time.Time) {
		list, next, err := b.db.DueTurns(b.ctx, noon, at(-10), limit)
		b.ok(err)
		var names []string
		for _, turn := range list {
			names = append(names, string(turn.Task))
		}
		return fmt.Sprint(names), next
	}
	if got, next := due(100); got != "[queued long ago b fallen a c]" || !next.Equal(at(5)) {
		b.Errorf("due are %s, the next at %v", got, next)
	}
	if got, _ := due(2); got != "[queued long ago b]" {
		b.Errorf("two of them are %s", got)
	}
	b.remove(b.store.ID)
	if got, next := due(100); got != "[]" || !next.IsZero() {
		b.Errorf("of none %s are due, the next at %v", got, next)
	}
}

func waitersAreWoken(b *bundle) {
	for name, enter := range map[string]func(tx storage.Tx) error{
		"enrolled": func(tx storage.Tx) error { return tx.Enroll(b.ctx, "another", b.store.ID) },
		"woken":    func(tx storage.Tx) error { return tx.Wake(b.ctx, pull, b.store.ID) },
		"saved": func(tx storage.Tx) error {
			turn, err := tx.LockTurn(b.ctx, push, b.store.ID)
			turn.DueAt = tx.Now()
			return firstOf(err, func() error { return tx.SaveTurn(b.ctx, turn) })
		},
	} {
		b.within(func(tx storage.Tx) { b.ok(tx.Enroll(b.ctx, push, b.store.ID)) })
		woken := b.db.Woken()
		select { // what was woken before may still be under way
		case <-woken:
			woken = b.db.Woken()
		case <-time.After(50 * time.Millisecond):
		}
		b.within(func(tx storage.Tx) {
			b.ok(enter(tx))
			select {
			case <-woken:
				b.Errorf("%s: woken before it was committed", name)
			case <-time.After(20 * time.Millisecond):
			}
		})
		select {
		case <-woken:
		case <-time.After(10 * time.Second):
			b.Errorf("%s: nobody was woken", name)
		}
	}
}

func firstOf(err error, otherwise func() error) error {
	if err != nil {
		return err
	}
	return otherwise()
}

func holdsAreRenewed(b *bundle) {
	other := b.create("other")
	until := noon.Add(time.Hour)
	b.within(func(tx storage.Tx) {
		for _, turn := range []storage.Turn{
			{Task: pull, StoreID: b.store.ID, Holder: "p1", HeldUntil: noon},
			{Task: push, StoreID: other.ID, Holder: "p1", HeldUntil: noon},
			{Task: push, StoreID: b.store.ID, Holder: "p2", HeldUntil: noon},
			{Task: pull, StoreID: other.ID},
		} {
			b.ok(tx.Enroll(b.ctx, turn.Task, turn.StoreID))
			b.ok(tx.SaveTurn(b.ctx, turn))
		}
		held, err := tx.RenewHolds(b.ctx, "p1", until)
		b.ok(err)
		slices.SortFunc(held, func(x, y storage.TurnKey) int { return int(x.StoreID - y.StoreID) })
		if want := []storage.TurnKey{{Task: pull, StoreID: b.store.ID}, {Task: push, StoreID: other.ID}}; !slices.Equal(
			held, want) {
			b.Errorf("held are %v, want %v", held, want)
		}
		if none, err := tx.RenewHolds(b.ctx, "nobody", until); err != nil || len(none) > 0 {
			b.Errorf("nobody holds %v (%v)", none, err)
		}
	})
	for key, want := range map[storage.TurnKey]time.Time{
		{Task: pull, StoreID: b.store.ID}: until, {Task: push, StoreID: b.store.ID}: noon,
		{Task: pull, StoreID: other.ID}: {},
	} {
		if turn, err := TurnOf(b.ctx, b.db, key.Task, key.StoreID); err != nil || !turn.HeldUntil.Equal(want) {
			b.Errorf("%v is held until %v (%v), want %v", key, turn.HeldUntil, err, want)
		}
	}
}

func removedStoresHaveNoTurns(b *bundle) {
	other := b.create("other")
	b.within(func(tx storage.Tx) {
		for _, id := range []int64{b.store.ID, other.ID} {
			b.ok(tx.Enroll(b.ctx, pull, id))
			b.ok(tx.Enroll(b.ctx, push, id))
		}
	})
	b.remove(b.store.ID)
	if left, err := b.db.Turns(b.ctx, 0); err != nil || len(left) != 2 || left[0].StoreID != other.ID {
		b.Errorf("left are %+v (%v)", left, err)
	}
}

func nothingForRemovedStores(b *bundle) {
	b.remove(b.store.ID)
	for name, work := range map[string]func(tx storage.Tx) error{
		"a turn":    func(tx storage.Tx) error { return tx.Enroll(b.ctx, pull, b.store.ID) },
		"a wake-up": func(tx storage.Tx) error { return tx.Wake(b.ctx, pull, b.store.ID) },
		"an errand": func(tx storage.Tx) error {
			_, err := tx.AddErrand(b.ctx, storage.Errand{Task: pull, StoreID: b.store.ID, AskedAt: noon})
			return err
		},
	} {
		if err := b.db.WithinRelaxed(b.ctx, work); err == nil {
			b.Errorf("%s was entered", name)
		} else {
			b.fails(err, storage.ErrNotFound)
		}
	}
}

func errandsAreAnswered(b *bundle) {
	asked := time.Now().UTC().Truncate(time.Millisecond)
	ask := func(task storage.Task, what string) (e storage.Errand) {
		b.within(func(tx storage.Tx) {
			var err error
			e, err = tx.AddErrand(b.ctx, storage.Errand{Task: task, StoreID: b.store.ID, AskedAt: asked,
				Ask: json.RawMessage(what)})
			b.ok(err)
		})
		return e
	}
	first, second, other := ask(pull, `{"a":1}`), ask(pull, `{"a":2}`), ask(push, `{}`)
	if first.ID == 0 || second.ID <= first.ID {
		b.Errorf("asked %+v and %+v", first, second)
	}
	first.Progress = json.RawMessage(`{"half":true}`)
	second.Answer, second.DoneAt = json.RawMessage(`{"done":true}`), asked.Add(time.Second)
	b.within(func(tx storage.Tx) {
		open, err := tx.OpenErrands(b.ctx, pull, b.store.ID)
		if b.ok(err); len(open) != 2 || open[0].ID != first.ID || string(open[0].Ask) != `{"a":1}` {
			b.Errorf("open are %+v", open)
		}
		b.ok(tx.SaveErrand(b.ctx, first))
		b.ok(tx.SaveErrand(b.ctx, second))
		if open, err = tx.OpenErrands(b.ctx, pull, b.store.ID); err != nil || len(open) != 1 ||
			!reflect.DeepEqual(open[0], first) {
			b.Errorf("open are %+v (%v)", open, err)
		}
		b.ok(tx.DropErrand(b.ctx, other.ID))
		b.ok(tx.DropErrand(b.ctx, other.ID))
	})
	if got, err := b.db.Errand(b.ctx, second.ID); err != nil || !reflect.DeepEqual(got, second) {
		b.Errorf("got %+v (%v), want %+v", got, err, second)
	}
	_, err := b.db.Errand(b.ctx, other.ID)
	b.fails(err, storage.ErrNotFound)
	b.fails(b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error { return tx.SaveErrand(b.ctx, other) }),
		storage.ErrNotFound)
	b.remove(b.store.ID)
	_, err = b.db.Errand(b.ctx, first.ID)
	b.fails(err, storage.ErrNotFound)
}

func oldErrandsGo(b *bundle) {
	ask := func(at time.Time) (e storage.Errand) {
		b.within(func(tx storage.Tx) {
			var err error
			e, err = tx.AddErrand(b.ctx, storage.Errand{Task: pull, StoreID: b.store.ID, AskedAt: at})
			b.ok(err)
		})
		return e
	}
	old, young := ask(time.Now().Add(-25*time.Hour)), ask(time.Now().Add(-23*time.Hour))
	ask(time.Now())
	_, err := b.db.Errand(b.ctx, old.ID)
	b.fails(err, storage.ErrNotFound)
	if _, err := b.db.Errand(b.ctx, young.ID); err != nil {
		b.Error(err)
	}
}

func workersAreSeen(b *bundle) {
	now := time.Now().UTC().Truncate(time.Millisecond)
	one := storage.Worker{ID: "p1", Host: "here", PID: 7, Role: "worker", Only: []int64{b.store.ID},
		StartedAt: now.Add(-time.Hour),
		SeenAt:    now.Add(-time.Minute)}
	two := storage.Worker{ID: "p2", Host: "there", PID: 8, Role: "all", StartedAt: now, SeenAt: now}
	gone := storage.Worker{ID: "p3", Host: "there", PID: 9, Role: "all", StartedAt: now.Add(-48 * time.Hour),
		SeenAt: now.Add(-25 * time.Hour)}
	see := func(w storage.Worker) { b.within(func(tx storage.Tx) { b.ok(tx.SeeWorker(b.ctx, w)) }) }
	see(gone)
	see(one)
	see(two)
	one.SeenAt = now
	see(one)
	list := func(since time.Time) []storage.Worker {
		workers, err := b.db.Workers(b.ctx, since)
		b.ok(err)
		return workers
	}
	if got := list(time.Unix(0, 0)); !reflect.DeepEqual(got, []storage.Worker{one, two}) {
		b.Errorf("got %+v", got)
	}
	if got := list(now); len(got) > 0 {
		b.Errorf("seen after now: %+v", got)
	}
	b.within(func(tx storage.Tx) { b.ok(tx.ForgetWorker(b.ctx, "p1")) })
	if got := list(now.Add(-time.Second)); len(got) != 1 || got[0].ID != "p2" {
		b.Errorf("after one has taken its leave: %+v", got)
	}
}
