package storagetest

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var problems = map[string]func(*bundle){
	"problems are kept with everything about them":    problemsAreKept,
	"one problem of a key stands":                     oneProblemStands,
	"problems are listed by what they are and affect": problemsAreListed,
	"what is affected is kept, ends and comes back":   affectedIsKept,
	"what is affected goes with its store and group":  affectedGoes,
	"one look at a time":                              looksAreCounted,
	"old problems are dropped":                        oldProblemsAreDropped,
	"stores, turns and hooks are read in pieces":      readInPieces,
	"stuck writes are counted by reason":              stuckWritesAreCounted,
	"events that were given up are counted":           failedEventsAreCounted,
}

func (b *bundle) problem(p storage.Problem) (made storage.Problem) {
	b.Helper()
	if p.State == "" {
		p.State = storage.ProblemOpen
	}
	if p.Kind == "" {
		p.Kind = "shop"
	}
	if p.Since.IsZero() {
		p.Since = noon
	}
	p.ChangedAt, p.Times = noon, 1
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddProblem(b.ctx, p)
		b.ok(err)
	})
	return made
}

func (b *bundle) affect(p storage.Problem, affected ...storage.Affected) {
	b.Helper()
	for i := range affected {
		if affected[i].Since.IsZero() {
			affected[i].Since = noon
		}
	}
	b.within(func(tx storage.Tx) { b.ok(tx.SaveAffected(b.ctx, p.ID, affected)) })
}

func problemKey(cause, host string) storage.ProblemKey {
	return storage.ProblemKey{Kind: "shop", Cause: cause, Host: host}
}

func problemsAreKept(b *bundle) {
	full := b.problem(storage.Problem{ProblemKey: problemKey("blocked", "192.0.2.7"), Grave: true, Who: "host",
		Until: noon.Add(time.Minute), Title: "title", Why: "why", Fix: "fix", Docs: "docs/checks/blocked.md",
		Since: noon.Add(-time.Hour), SeenAt: noon, By: "ada", Note: "note", IgnoredUntil: noon.Add(time.Hour)})
	bare := b.problem(storage.Problem{ProblemKey: problemKey("other", "")})
	for _, want := range []storage.Problem{full, bare} {
		got, err := b.db.Problem(b.ctx, want.ID, 0)
		b.ok(err)
		if !reflect.DeepEqual(got, want) {
			b.Errorf("it is %+v, want %+v", got, want)
		}
	}
	changed := full
	changed.State, changed.Grave, changed.Who, changed.Until = storage.ProblemAcknowledged, false, "you", time.Time{}
	changed.Title, changed.Why, changed.Fix, changed.Docs = "t", "w", "f", "d"
	changed.Since, changed.SeenAt, changed.ChangedAt = noon, noon.Add(time.Second), noon.Add(2*time.Second)
	changed.By, changed.Note, changed.IgnoredUntil, changed.Times = "bob", "n", time.Time{}, 3
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockProblem(b.ctx, full.ID)
		b.ok(err)
		if !reflect.DeepEqual(locked, full) {
			b.Errorf("locked is %+v, want %+v", locked, full)
		}
		b.ok(tx.SaveProblem(b.ctx, changed))
		_, err = tx.LockProblem(b.ctx, 999)
		b.fails(err, storage.ErrNotFound)
		b.fails(tx.SaveProblem(b.ctx, storage.Problem{ID: 999}), storage.ErrNotFound)
	})
	got, err := b.db.Problem(b.ctx, full.ID, 0)
	b.ok(err)
	if !reflect.DeepEqual(got, changed) {
		b.Errorf("it is %+v, want %+v", got, changed)
	}
	_, err = b.db.Problem(b.ctx, 999, 0)
	b.fails(err, storage.ErrNotFound)
}

func oneProblemStands(b *bundle) {
	key := problemKey("blocked", "192.0.2.7")
	first := b.problem(storage.Problem{ProblemKey: key})
	add := func(tx storage.Tx) error {
		_, err := tx.AddProblem(b.ctx, storage.Problem{ProblemKey: key, State: storage.ProblemOpen, Since: noon,
			ChangedAt: noon})
		return err
	}
	b.fails(b.db.Within(b.ctx, add), storage.ErrExists)
	_, err := b.db.LastProblem(b.ctx, key)
	b.fails(err, storage.ErrNotFound)
	first.State = storage.ProblemResolved
	b.within(func(tx storage.Tx) {
		b.ok(tx.SaveProblem(b.ctx, first))
		b.ok(add(tx))
	})
	last, err := b.db.LastProblem(b.ctx, key)
	b.ok(err)
	if last.ID != first.ID {
		b.Errorf("the last is %+v, want number %d", last, first.ID)
	}
	first.State = storage.ProblemOpen
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.SaveProblem(b.ctx, first) }), storage.ErrExists)
}

func problemsAreListed(b *bundle) {
	g, other := b.group("acme"), b.create("other")
	b.within(func(tx storage.Tx) {
		st, err := tx.LockStore(b.ctx, b.store.ID)
		b.ok(err)
		st.GroupID = g.ID
		b.ok(tx.SaveStore(b.ctx, st))
	})
	one := b.problem(storage.Problem{ProblemKey: problemKey("a", "one")})
	two := b.problem(storage.Problem{ProblemKey: problemKey("b", "two"), State: storage.ProblemIgnored})
	three := b.problem(storage.Problem{ProblemKey: storage.ProblemKey{Kind: "writes", Cause: "c"},
		State: storage.ProblemResolved})
	b.affect(one, storage.Affected{Subject: "store/1", StoreID: b.store.ID},
		storage.Affected{Subject: "store/2", StoreID: other.ID},
		storage.Affected{Subject: "store/3", StoreID: other.ID, EndedAt: noon})
	b.affect(two, storage.Affected{Subject: "store/2", StoreID: other.ID})
	b.affect(three, storage.Affected{Subject: "subscription/1", GroupID: g.ID})
	for _, c := range []struct {
		q    storage.ProblemQuery
		want []int64
	}{
		{storage.ProblemQuery{}, []int64{three.ID, two.ID, one.ID}},
		{storage.ProblemQuery{Limit: 2}, []int64{three.ID, two.ID}},
		{storage.ProblemQuery{Before: two.ID}, []int64{one.ID}},
		{storage.ProblemQuery{States: storage.Standing()}, []int64{two.ID, one.ID}},
		{storage.ProblemQuery{Kind: "writes"}, []int64{three.ID}},
		{storage.ProblemQuery{Host: "two"}, []int64{two.ID}},
		{storage.ProblemQuery{StoreID: b.store.ID}, []int64{one.ID}},
		{storage.ProblemQuery{GroupID: g.ID}, []int64{three.ID, one.ID}},
		{storage.ProblemQuery{GroupID: g.ID, States: storage.Standing(), Kind: "shop", Before: two.ID,
			StoreID: other.ID,
			Host:    "one"}, []int64{one.ID}},
	} {
		got, err := b.db.Problems(b.ctx, c.q)
		b.ok(err)
		var ids []int64
		for _, p := range got {
			ids = append(ids, p.ID)
		}
		if !slices.Equal(ids, c.want) {
			b.Errorf("%+v gives %d, want %d", c.q, ids, c.want)
		}
	}
	for group, want := range map[int64][2]int64{0: {2, 3}, g.ID: {1, 1}} {
		got, err := b.db.Problem(b.ctx, one.ID, group)
		b.ok(err)
		if got.Affected != want[0] || got.Ever != want[1] {
			b.Errorf("of group %d it affects %d and %d, want %d", group, got.Affected, got.Ever, want)
		}
	}
	_, err := b.db.Problem(b.ctx, two.ID, g.ID)
	b.fails(err, storage.ErrNotFound)
}

func affectedIsKept(b *bundle) {
	g := b.group("acme")
	p := b.problem(storage.Problem{ProblemKey: problemKey("a", "")})
	store := storage.Affected{Subject: "store/1", What: "store", Name: "shop", StoreID: b.store.ID, Count: 3,
		Since:  noon,
		Detail: "answers 403"}
	sub := storage.Affected{Subject: "subscription/1", What: "subscription", Name: "erp", GroupID: g.ID, Since: noon}
	b.affect(p, store, sub, storage.Affected{Subject: "store/9", StoreID: 999},
		storage.Affected{Subject: "group/9", GroupID: 999})
	list := func(q storage.AffectedQuery) []storage.Affected {
		b.Helper()
		q.ProblemID = p.ID
		got, err := b.db.Affected(b.ctx, q)
		b.ok(err)
		return got
	}
	want := func(got []storage.Affected, want ...storage.Affected) {
		b.Helper()
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			b.Errorf("affected are %+v, want %+v", got, want)
		}
	}
	want(list(storage.AffectedQuery{}), store, sub)
	want(list(storage.AffectedQuery{Limit: 1}), store)
	want(list(storage.AffectedQuery{After: "store/1"}), sub)
	want(list(storage.AffectedQuery{GroupID: g.ID}), sub)
	ended := store
	ended.EndedAt = noon.Add(time.Hour)
	b.within(func(tx storage.Tx) {
		b.ok(tx.EndAffected(b.ctx, p.ID, []string{"store/1", "none"}, ended.EndedAt))
		b.ok(tx.EndAffected(b.ctx, p.ID, []string{}, noon))
	})
	want(list(storage.AffectedQuery{}), sub)
	want(list(storage.AffectedQuery{Ended: true}), ended, sub)
	store.Count, store.Since, store.Detail = 4, noon.Add(2*time.Hour), "again"
	b.affect(p, store)
	want(list(storage.AffectedQuery{}), store, sub)
	b.within(func(tx storage.Tx) { b.ok(tx.EndAffected(b.ctx, p.ID, nil, ended.EndedAt)) })
	want(list(storage.AffectedQuery{}))
}

func affectedGoes(b *bundle) {
	g := b.group("acme")
	p := b.problem(storage.Problem{ProblemKey: problemKey("a", "")})
	b.affect(p, storage.Affected{Subject: "1", StoreID: b.store.ID}, storage.Affected{Subject: "2", GroupID: g.ID},
		storage.Affected{Subject: "3"})
	b.locked(func(tx storage.Tx) {
		b.ok(tx.DropGroup(b.ctx, g.ID))
		b.ok(tx.RemoveStore(b.ctx, b.store.ID))
	})
	left, err := b.db.Affected(b.ctx, storage.AffectedQuery{ProblemID: p.ID})
	b.ok(err)
	if len(left) != 1 || left[0].Subject != "3" {
		b.Errorf("left are %+v", left)
	}
}

func looksAreCounted(b *bundle) {
	first, err := b.db.Look(b.ctx)
	b.ok(err)
	if first != (storage.Look{}) {
		b.Errorf("the first look is %+v", first)
	}
	// Two who have looked at the same time: the second sees that it is too late.
	done := make(chan error, 2)
	late := make(chan bool, 2)
	for range 2 {
		go func() {
			done <- b.db.Within(context.WithoutCancel(b.ctx), func(tx storage.Tx) error {
				now, err := tx.LockLook(b.ctx)
				if err != nil {
					return err
				}
				if late <- now.Number != first.Number; now.Number != first.Number {
					return nil
				}
				return tx.SaveLook(b.ctx, storage.Look{Number: now.Number + 1, At: noon})
			})
		}()
	}
	b.ok(<-done)
	b.ok(<-done)
	if a, b2 := <-late, <-late; a == b2 {
		b.Errorf("both were late: %v", a)
	}
	got, err := b.db.Look(b.ctx)
	b.ok(err)
	if got != (storage.Look{Number: 1, At: noon}) {
		b.Errorf("the look is %+v", got)
	}
}

func oldProblemsAreDropped(b *bundle) {
	for cause, state := range map[string]storage.ProblemState{"old": storage.ProblemResolved,
		"older": storage.ProblemResolved, "stands": storage.ProblemIgnored} {
		b.affect(b.problem(storage.Problem{ProblemKey: problemKey(cause, ""), State: state}),
			storage.Affected{Subject: "1"})
	}
	b.within(func(tx storage.Tx) {
		for _, want := range []int64{1, 1, 0} {
			n, err := tx.DropProblems(b.ctx, noon.Add(time.Second), 1)
			b.ok(err)
			if n != want {
				b.Errorf("dropped %d, want %d", n, want)
			}
		}
		n, err := tx.DropProblems(b.ctx, noon, 0)
		b.ok(err)
		if n != 0 {
			b.Errorf("dropped %d more", n)
		}
	})
	left, err := b.db.Problems(b.ctx, storage.ProblemQuery{})
	b.ok(err)
	if len(left) != 1 || left[0].Cause != "stands" {
		b.Errorf("left are %+v", left)
	}
}

func readInPieces(b *bundle) {
	second, third := b.create("second"), b.create("third")
	b.within(func(tx storage.Tx) {
		for _, st := range []storage.Store{b.store, second, third} {
			b.ok(tx.Enroll(b.ctx, "push", st.ID))
			b.ok(tx.Enroll(b.ctx, "pull", st.ID))
			b.ok(tx.AddHook(b.ctx, storage.Hook{StoreID: st.ID, Path: st.Name, State: storage.HookPending}))
		}
	})
	got, err := b.db.StoresAfter(b.ctx, b.store.ID, 1)
	b.ok(err)
	if len(got) != 1 || !reflect.DeepEqual(got[0], second) {
		b.Errorf("the next store is %+v, want %+v", got, second)
	}
	turns, err := b.db.TurnsBetween(b.ctx, second.ID, third.ID)
	b.ok(err)
	var keys []storage.TurnKey
	for _, t := range turns {
		keys = append(keys, t.Key())
	}
	if want := []storage.TurnKey{{Task: "pull", StoreID: second.ID}, {Task: "push", StoreID: second.ID},
		{Task: "pull", StoreID: third.ID}, {Task: "push", StoreID: third.ID}}; !slices.Equal(keys, want) {
		b.Errorf("the turns are %+v, want %+v", keys, want)
	}
	hooks, err := b.db.HooksBetween(b.ctx, b.store.ID, second.ID)
	b.ok(err)
	if len(hooks) != 2 || hooks[0].StoreID != b.store.ID || hooks[1].StoreID != second.ID {
		b.Errorf("the hooks are %+v", hooks)
	}
}

func stuckWritesAreCounted(b *bundle) {
	stuck := func(id string, state storage.WriteState, code string, at time.Time) storage.Write {
		w := write(b.store.ID, id, storage.Orders, 1)
		w.State, w.AcceptedAt = state, at
		if code != "" {
			w.Reason = &storage.WriteReason{Code: code, Message: `a " and a \`}
		}
		return w
	}
	b.accept(stuck("1", storage.WriteParked, "changed", noon), stuck("2", storage.WriteParked, "changed",
		noon.Add(time.Hour)),
		stuck("3", storage.WriteRejected, "changed", noon), stuck("4", storage.WriteRejected, "", noon),
		stuck("5", storage.WritePending, "waits", noon), stuck("6", storage.WriteDone, "", noon))
	got, err := b.db.StuckWrites(b.ctx)
	b.ok(err)
	want := []storage.StuckWrites{
		{StoreID: b.store.ID, State: storage.WriteParked, Code: "changed", Count: 2, Oldest: noon,
			Newest: noon.Add(time.Hour)},
		{StoreID: b.store.ID, State: storage.WriteRejected, Count: 1, Oldest: noon, Newest: noon},
		{StoreID: b.store.ID, State: storage.WriteRejected, Code: "changed", Count: 1, Oldest: noon, Newest: noon},
	}
	if !reflect.DeepEqual(got, want) {
		b.Errorf("stuck are %+v, want %+v", got, want)
	}
}

func failedEventsAreCounted(b *bundle) {
	sub := b.subscription(storage.Subscription{Name: "erp"})
	event := func(seq int64, state storage.EventState, done time.Time) storage.Event {
		return storage.Event{SubscriptionID: sub.ID, State: state, DoneAt: done, Change: storage.Change{Seq: seq,
			StoreID: b.store.ID, Ref: storage.Ref{Resource: storage.Orders, ID: seq}, Kind: storage.Created, At: noon,
			Origin: storage.Foreign}}
	}
	b.within(func(tx storage.Tx) {
		events := []storage.Event{event(1, storage.EventFailed, noon.Add(time.Hour)),
			event(2, storage.EventFailed, noon),
			event(3, storage.EventDelivered, noon), event(4, storage.EventPending, time.Time{})}
		b.ok(tx.AddEvents(b.ctx, events))
		b.ok(tx.SaveEvents(b.ctx, events))
	})
	got, err := b.db.FailedEvents(b.ctx)
	b.ok(err)
	if want := []storage.FailedEvents{{SubscriptionID: sub.ID, Count: 2, Oldest: noon,
		Newest: noon.Add(time.Hour)}}; !reflect.DeepEqual(got, want) {
		b.Errorf("given up are %+v, want %+v", got, want)
	}
}
