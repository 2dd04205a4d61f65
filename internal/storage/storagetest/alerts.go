package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var alerts = map[string]func(*bundle){
	"channels are kept with everything about them": channelsAreKept,
	"what a channel was told is kept":              toldIsKept,
	"messages wait in their order":                 messagesWait,
	"messages go with their channel":               messagesGo,
	"old messages are dropped":                     oldMessagesAreDropped,
}

func (b *bundle) channel(c storage.Channel) (made storage.Channel) {
	b.Helper()
	c.Kind = storage.ChannelHook
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddChannel(b.ctx, c)
		b.ok(err)
	})
	return made
}

func (b *bundle) message(id string, c storage.Channel, created time.Time) storage.Alert {
	b.Helper()
	a := storage.Alert{ID: id, ChannelID: c.ID, Subject: "subject", Text: "text", Body: `{"a":1}`,
		State: storage.AlertPending, CreatedAt: created, NextAt: created}
	b.within(func(tx storage.Tx) { b.ok(tx.AddAlert(b.ctx, a)) })
	return a
}

func channelsAreKept(b *bundle) {
	full := b.channel(storage.Channel{Name: "ops", Target: "hooks.example", Sealed: []byte{1, 0, 2}, Grave: true,
		Every: time.Minute, Look: 7, NextAt: noon, Failures: 3, FailingSince: noon.Add(time.Second),
		Why: "it answers 500", SentAt: noon.Add(2 * time.Second)})
	bare := b.channel(storage.Channel{Name: "bare"})
	got, err := b.db.Channels(b.ctx)
	b.ok(err)
	if len(got) != 2 || got[0].Name != "bare" || !reflect.DeepEqual(got[1], full) {
		b.Errorf("there are %+v, want %+v", got, full)
	}
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error {
		_, err := tx.AddChannel(b.ctx, storage.Channel{Name: "ops"})
		return err
	}), storage.ErrExists)
	changed := bare
	changed.Target, changed.Sealed, changed.Every, changed.Look, changed.Why = "t", []byte("s"), time.Hour, 9, "w"
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockChannel(b.ctx, full.ID)
		b.ok(err)
		if !reflect.DeepEqual(locked, full) {
			b.Errorf("locked is %+v, want %+v", locked, full)
		}
		b.ok(tx.SaveChannel(b.ctx, changed))
		b.ok(tx.DropChannel(b.ctx, full.ID))
		b.ok(tx.DropChannel(b.ctx, full.ID))
		_, err = tx.LockChannel(b.ctx, full.ID)
		b.fails(err, storage.ErrNotFound)
		b.fails(tx.SaveChannel(b.ctx, full), storage.ErrNotFound)
	})
	if got, err := b.db.Channel(b.ctx, "bare"); err != nil || !reflect.DeepEqual(got, changed) {
		b.Errorf("it is %+v, %v, want %+v", got, err, changed)
	}
	_, err = b.db.Channel(b.ctx, "ops")
	b.fails(err, storage.ErrNotFound)
}

func toldIsKept(b *bundle) {
	c := b.channel(storage.Channel{Name: "ops"})
	stands := b.problem(storage.Problem{ProblemKey: problemKey("stands", "")})
	open := b.problem(storage.Problem{ProblemKey: problemKey("open", ""), State: storage.ProblemResolved})
	over := b.problem(storage.Problem{ProblemKey: problemKey("over", ""), State: storage.ProblemResolved})
	told := []storage.Told{
		{ChannelID: c.ID, ProblemID: stands.ID, State: storage.ProblemResolved, At: noon.Add(-time.Hour)},
		{ChannelID: c.ID, ProblemID: open.ID, State: storage.ProblemOpen, At: noon.Add(-time.Hour)},
		{ChannelID: c.ID, ProblemID: over.ID, State: storage.ProblemResolved, At: noon, Before: noon.Add(-time.Minute)},
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.SaveTold(b.ctx, append([]storage.Told{{ChannelID: c.ID, ProblemID: 999, State: "open"}}, told...)))
		for since, want := range map[time.Time][]storage.Told{noon: told, noon.Add(time.Second): told[:2]} {
			got, err := tx.Told(b.ctx, c.ID, since)
			b.ok(err)
			if !reflect.DeepEqual(got, want) {
				b.Errorf("since %v it was told %+v, want %+v", since, got, want)
			}
		}
		told[0].State, told[0].At, told[0].Before = storage.ProblemOpen, noon, noon.Add(-time.Hour)
		b.ok(tx.SaveTold(b.ctx, told[:1]))
		got, err := tx.Told(b.ctx, c.ID, noon)
		b.ok(err)
		if !reflect.DeepEqual(got, told) {
			b.Errorf("it was told %+v, want %+v", got, told)
		}
	})
}

func messagesWait(b *bundle) {
	c := b.channel(storage.Channel{Name: "ops"})
	second, first := b.message("a", c, noon.Add(time.Second)), b.message("b", c, noon)
	b.within(func(tx storage.Tx) {
		got, err := tx.NextAlert(b.ctx, c.ID)
		b.ok(err)
		if !reflect.DeepEqual(got, first) {
			b.Errorf("the next is %+v, want %+v", got, first)
		}
		first.State, first.Attempts, first.NextAt, first.Error = storage.AlertSent, 2, time.Time{}, "e"
		first.BusyUntil, first.DoneAt = noon.Add(time.Minute), noon.Add(time.Hour)
		b.ok(tx.SaveAlert(b.ctx, first))
		b.ok(tx.SaveAlert(b.ctx, storage.Alert{ID: "gone"}))
		got, err = tx.NextAlert(b.ctx, c.ID)
		b.ok(err)
		if got.ID != second.ID {
			b.Errorf("then the next is %+v", got)
		}
		_, err = tx.NextAlert(b.ctx, 999)
		b.fails(err, storage.ErrNotFound)
	})
	got, err := b.db.Alerts(b.ctx, c.ID, 0)
	b.ok(err)
	if !reflect.DeepEqual(got, []storage.Alert{second, first}) {
		b.Errorf("there are %+v", got)
	}
	if got, err = b.db.Alerts(b.ctx, c.ID, 1); err != nil || len(got) != 1 || got[0].ID != second.ID {
		b.Errorf("the newest is %+v, %v", got, err)
	}
}

func messagesGo(b *bundle) {
	c := b.channel(storage.Channel{Name: "ops"})
	p := b.problem(storage.Problem{ProblemKey: problemKey("a", "")})
	b.message("a", c, noon)
	b.within(func(tx storage.Tx) {
		b.ok(tx.SaveTold(b.ctx, []storage.Told{{ChannelID: c.ID, ProblemID: p.ID, State: storage.ProblemOpen,
			At: noon}}))
		b.ok(tx.DropChannel(b.ctx, c.ID))
		left, err := tx.Told(b.ctx, c.ID, time.Time{})
		b.ok(err)
		if len(left) != 0 {
			b.Errorf("told is still %+v", left)
		}
	})
	left, err := b.db.Alerts(b.ctx, c.ID, 0)
	b.ok(err)
	if len(left) != 0 {
		b.Errorf("left are %+v", left)
	}
}

func oldMessagesAreDropped(b *bundle) {
	c := b.channel(storage.Channel{Name: "ops"})
	for id, state := range map[string]storage.AlertState{"sent": storage.AlertSent, "failed": storage.AlertFailed,
		"waits": storage.AlertPending} {
		a := b.message(id, c, noon)
		a.State, a.DoneAt = state, noon
		b.within(func(tx storage.Tx) { b.ok(tx.SaveAlert(b.ctx, a)) })
	}
	b.within(func(tx storage.Tx) {
		for _, want := range []int64{1, 1, 0} {
			n, err := tx.DropAlerts(b.ctx, noon.Add(time.Second), 1)
			b.ok(err)
			if n != want {
				b.Errorf("dropped %d, want %d", n, want)
			}
		}
	})
	left, err := b.db.Alerts(b.ctx, c.ID, 0)
	b.ok(err)
	if len(left) != 1 || left[0].ID != "waits" {
		b.Errorf("left are %+v", left)
	}
}
