package storagetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var writes = map[string]func(*bundle){
	"one is kept with everything about it":       writesAreKept,
	"a key is accepted once":                     keysAreUnique,
	"one that is not there is not found":         missingWrites,
	"they can be selected by what work asks":     writesAreSelected,
	"what an earlier one holds back is left out": heldWritesWait,
	"the next one due is known":                  nextIsDue,
	"what a create has made is known":            creatorsAreKnown,
	"what is kept of sending is kept":            outboxesAreKept,
}

// write is a pending update of a record.
func write(storeID int64, id string, resource storage.Resource, recordID int64) storage.Write {
	return storage.Write{ID: id, StoreID: storeID, Key: "key " + id, Action: storage.ActionUpdate, Resource: resource,
		RecordID: recordID, Body: json.RawMessage(`{"status":"completed"}`), Policy: storage.PolicyMerge,
		State: storage.WritePending, AcceptedAt: noon, NextAt: noon}
}

// accept keeps writes of the bundle's store.
func (b *bundle) accept(list ...storage.Write) (stored []storage.Write) {
	b.Helper()
	b.locked(func(tx storage.Tx) {
		var err error
		stored, err = tx.AddWrites(b.ctx, list)
		b.ok(err)
	})
	return stored
}

func writesAreKept(b *bundle) {
	full := storage.Write{
		ID: "w1", StoreID: b.store.ID, Key: "k ü 1", Action: storage.ActionCreate, Resource: storage.Refunds,
		RecordID: 7,
		ParentID: 8, Force: true, Body: json.RawMessage(`{"n":10.0,"s":"\u0000"}`),
		Base:   json.RawMessage(` {"a":1,"a":2}`),
		Policy: storage.PolicyCaller, Asked: json.RawMessage(`{"n":10}`), Allowed: []string{"a", "line_items.b"},
		State: storage.WriteUnknown, Epoch: 3, Attempts: 2, Lost: 1, Floor: storage.NoFloor, AcceptedAt: noon,
		SentAt: noon.Add(time.Second), MissedAt: noon.Add(2 * time.Second), NextAt: noon.Add(3 * time.Second),
		DoneAt: noon.Add(4 * time.Second), Reason: &storage.WriteReason{Code: "c", Message: "m", Status: 500,
			Fields: []storage.FieldError{{Field: "f", Message: "g"}}, Theirs: json.RawMessage(`{"id":1}`),
			Records: []int64{5},
			Silent:  true},
	}
	plain := storage.Write{ID: "w2", StoreID: b.store.ID, Key: "k2", Action: storage.ActionDelete,
		Resource: storage.Orders,
		RecordID: 1, Policy: storage.PolicyMerge, State: storage.WritePending, AcceptedAt: noon}
	stored := b.accept(full, plain)
	if len(stored) != 2 || stored[0].Seq <= 0 || stored[1].Seq <= stored[0].Seq {
		b.Fatalf("stored %+v", stored)
	}
	full.Seq, plain.Seq = stored[0].Seq, stored[1].Seq
	for _, want := range []storage.Write{full, plain} {
		b.writeIs(want)
	}
	// A write may change in everything but its identity.
	changed := plain
	changed.RecordID, changed.Force, changed.Body, changed.Base = 9, true, json.RawMessage(`{}`),
		json.RawMessage(`{"x":1}`)
	changed.Policy, changed.State, changed.Epoch, changed.Attempts, changed.Lost = storage.PolicyStore,
		storage.WriteDone, 4, 5, 6
	changed.Floor, changed.SentAt, changed.DoneAt, changed.NextAt = 7, noon, noon, noon
	changed.Reason = &storage.WriteReason{Code: "done", Message: "m"}
	b.locked(func(tx storage.Tx) {
		b.ok(tx.SaveWrites(b.ctx, []storage.Write{changed}))
		b.ok(tx.SaveWrites(b.ctx, nil))
		found, err := tx.FindWrites(b.ctx, storage.WriteQuery{IDs: []string{"w2"}})
		if b.ok(err); len(found) != 1 || !reflect.DeepEqual(found[0], changed) {
			b.Errorf("the transaction sees %+v, want %+v", found, changed)
		}
	})
	b.writeIs(changed)
	b.writeIs(full)
}

// writeIs reads a write in every way, and fails the test unless each way returns want.
func (b *bundle) writeIs(want storage.Write) {
	b.Helper()
	for name, read := range map[string]func() (storage.Write, error){
		"id":  func() (storage.Write, error) { return b.db.WriteByID(b.ctx, want.ID) },
		"key": func() (storage.Write, error) { return b.db.WriteByKey(b.ctx, b.store.ID, want.Key) },
		"query": func() (storage.Write, error) {
			list, err := b.db.Writes(b.ctx, storage.WriteQuery{IDs: []string{want.ID}})
			return append(list, storage.Write{})[0], err
		},
	} {
		got, err := read()
		b.ok(err)
		if !reflect.DeepEqual(got, want) {
			b.Errorf("by %s: got %+v, want %+v", name, got, want)
		}
	}
}

func keysAreUnique(b *bundle) {
	first := b.accept(write(b.store.ID, "w1", storage.Orders, 1))[0]
	again, fresh := write(b.store.ID, "w2", storage.Orders, 2), write(b.store.ID, "w3", storage.Orders, 3)
	again.Key = first.Key
	twin := write(b.store.ID, "w4", storage.Orders, 4)
	twin.Key = fresh.Key // of one before it in the same list
	stored := b.accept(again, fresh, twin)
	if len(stored) != 3 || !reflect.DeepEqual(stored[0], first) || stored[1].ID != "w3" || stored[2].ID != "w3" {
		b.Errorf("stored %+v", stored)
	}
	for _, id := range []string{"w2", "w4"} {
		_, err := b.db.WriteByID(b.ctx, id)
		b.fails(err, storage.ErrNotFound)
	}
	other := b.create("other")
	b.within(func(tx storage.Tx) {
		_, err := tx.LockStore(b.ctx, other.ID)
		b.ok(err)
		theirs := write(other.ID, "w5", storage.Orders, 1)
		theirs.Key = first.Key // keys are a store's own
		stored, err := tx.AddWrites(b.ctx, []storage.Write{theirs})
		if b.ok(err); stored[0].ID != "w5" {
			b.Errorf("stored %+v", stored)
		}
	})
}

func missingWrites(b *bundle) {
	_, err := b.db.WriteByID(b.ctx, "none")
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.WriteByKey(b.ctx, b.store.ID, "none")
	b.fails(err, storage.ErrNotFound)
	err = b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
		return tx.SaveWrites(b.ctx, []storage.Write{write(b.store.ID, "none", storage.Orders, 1)})
	})
	b.fails(err, storage.ErrNotFound)
}

func writesAreSelected(b *bundle) {
	other := b.create("other")
	b.within(func(tx storage.Tx) {
		_, err := tx.LockStore(b.ctx, other.ID)
		b.ok(err)
		_, err = tx.AddWrites(b.ctx, []storage.Write{write(other.ID, "other", storage.Orders, 1)})
		b.ok(err)
	})
	states := []storage.WriteState{storage.WritePending, storage.WriteSending, storage.WriteUnknown, storage.WriteDone,
		storage.WriteParked, storage.WriteRejected, storage.WriteDiscarded}
	var list []storage.Write
	for i, state := range states {
		w := write(b.store.ID, fmt.Sprint("w", i), storage.Orders, int64(i%2+1))
		w.State, w.Epoch, w.Lost = state, int64(i), i%2
		w.NextAt, w.DoneAt = noon.Add(time.Duration(i)*time.Minute), noon.Add(time.Duration(i)*time.Hour)
		if i == 3 {
			w.Action = storage.ActionDelete
		}
		list = append(list, w)
	}
	list = b.accept(list...)
	subject := list[0].Subject()
	for _, tt := range []struct {
		name string
		q    storage.WriteQuery
		want string
	}{
		{"newest first", storage.WriteQuery{}, "w6 w5 w4 w3 w2 w1 w0"},
		{"oldest first, some", storage.WriteQuery{OldestFirst: true, Limit: 2}, "w0 w1"},
		{"ids", storage.WriteQuery{IDs: []string{"w4", "w1", "none"}}, "w4 w1"},
		{"subjects", storage.WriteQuery{Subjects: []string{subject, "none"}}, "w6 w4 w2 w0"},
		{"one state", storage.WriteQuery{States: states[:1]}, "w0"},
		{"at work", storage.WriteQuery{States: states[1:3]}, "w2 w1"},
		{"waiting", storage.WriteQuery{States: []storage.WriteState{storage.WritePending, storage.WriteParked}},
			"w4 w0"},
		{"done", storage.WriteQuery{States: states[3:4]}, "w3"},
		{"ended", storage.WriteQuery{States: states[3:]}, "w6 w5 w4 w3"},
		{"an unknown state", storage.WriteQuery{States: []storage.WriteState{"it's none"}}, ""},
		{"action", storage.WriteQuery{Action: storage.ActionDelete}, "w3"},
		{"between", storage.WriteQuery{AfterSeq: list[1].Seq, BeforeSeq: list[4].Seq}, "w3 w2"},
		{"older claims", storage.WriteQuery{BeforeEpoch: 2}, "w1 w0"},
		{"due", storage.WriteQuery{DueBy: noon.Add(time.Minute)}, "w1 w0"},
		{"done lately", storage.WriteQuery{DoneFrom: noon.Add(5 * time.Hour)}, "w6 w5"},
		{"all at once", storage.WriteQuery{Subjects: []string{subject}, States: states[:3], DueBy: noon.Add(time.Hour),
			AfterSeq: list[0].Seq, OldestFirst: true, Limit: 5}, "w2"},
	} {
		tt.q.StoreID = b.store.ID
		got, err := b.db.Writes(b.ctx, tt.q)
		b.ok(err)
		if ids := writeIDs(got); ids != tt.want {
			b.Errorf("%s: got %q, want %q", tt.name, ids, tt.want)
		}
		b.within(func(tx storage.Tx) {
			got, err := tx.FindWrites(b.ctx, tt.q)
			b.ok(err)
			if ids := writeIDs(got); ids != tt.want {
				b.Errorf("%s, within: got %q, want %q", tt.name, ids, tt.want)
			}
		})
	}
	if all, err := b.db.Writes(b.ctx, storage.WriteQuery{}); err != nil || len(all) != len(list)+1 {
		b.Errorf("of all stores: %d (%v)", len(all), err)
	}
}

func writeIDs(list []storage.Write) string {
	text := ""
	for i, w := range list {
		if i > 0 {
			text += " "
		}
		text += w.ID
	}
	return text
}

func heldWritesWait(b *bundle) {
	for i, first := range []struct {
		state storage.WriteState
		holds bool
	}{
		{storage.WritePending, true}, {storage.WriteSending, true}, {storage.WriteUnknown, true},
		{storage.WriteParked, true}, {storage.WriteDone, false}, {storage.WriteRejected, false},
		{storage.WriteDiscarded, false},
	} {
		record := int64(i + 10)
		earlier := write(b.store.ID, fmt.Sprint("earlier", i), storage.Orders, record)
		earlier.State = first.state
		later := write(b.store.ID, fmt.Sprint("later", i), storage.Orders, record)
		refund := write(b.store.ID, fmt.Sprint("refund", i), storage.Refunds, 0)
		refund.Action, refund.ParentID = storage.ActionCreate, record // belongs to the order
		note := write(b.store.ID, fmt.Sprint("note", i), storage.OrderNotes, 0)
		note.Action, note.ParentID = storage.ActionCreate, record // waits for other notes of the order alone
		second := note
		second.ID, second.Key = fmt.Sprint("second", i), fmt.Sprint("second", i)
		elsewhere := write(b.store.ID, fmt.Sprint("elsewhere", i), storage.Products, record)
		b.accept(earlier, later, refund, note, second, elsewhere)
		got, err := b.db.Writes(b.ctx, storage.WriteQuery{StoreID: b.store.ID, Unheld: true, OldestFirst: true,
			IDs: []string{later.ID, refund.ID, note.ID, second.ID, elsewhere.ID}})
		b.ok(err)
		want := later.ID + " " + note.ID + " " + elsewhere.ID // the refund waits for the later one
		if first.holds {
			want = note.ID + " " + elsewhere.ID
		}
		if ids := writeIDs(got); ids != want {
			b.Errorf("behind one that is %s: got %q, want %q", first.state, ids, want)
		}
	}
}

func nextIsDue(b *bundle) {
	next := func() time.Time {
		at, err := b.db.NextWriteDue(b.ctx, b.store.ID)
		b.ok(err)
		return at
	}
	if at := next(); !at.IsZero() {
		b.Errorf("of none %v is due", at)
	}
	at := func(id string, record int64, state storage.WriteState, minutes int) storage.Write {
		w := write(b.store.ID, id, storage.Orders, record)
		w.State, w.NextAt = state, noon.Add(time.Duration(minutes)*time.Minute)
		return w
	}
	b.accept(at("a", 1, storage.WriteParked, 0), at("held", 1, storage.WritePending, 1),
		at("b", 2, storage.WriteDone, 2),
		at("c", 3, storage.WriteUnknown, 9), at("d", 4, storage.WritePending, 8), at("e", 5, storage.WriteSending, 3))
	if got := next(); !got.Equal(noon.Add(8 * time.Minute)) {
		b.Errorf("the next one is due at %v", got)
	}
}

func creatorsAreKnown(b *bundle) {
	create := func(id string, record int64, state storage.WriteState) storage.Write {
		w := write(b.store.ID, id, storage.Orders, record)
		w.Action, w.State = storage.ActionCreate, state
		return w
	}
	b.accept(create("made5", 5, storage.WriteDone), create("parked6", 6, storage.WriteParked),
		write(b.store.ID, "update7", storage.Orders, 7))
	made, err := b.db.MadeBy(b.ctx, b.store.ID, storage.Orders, []int64{5, 6, 7, 0})
	b.ok(err)
	if len(made) != 1 || made[5] != "made5" {
		b.Errorf("made by %v", made)
	}
	if made, err = b.db.MadeBy(b.ctx, b.store.ID, storage.Products, []int64{5}); err != nil || len(made) != 0 {
		b.Errorf("another resource: %v (%v)", made, err)
	}
	own := func(id int64, kind storage.Kind) storage.Change {
		return storage.Change{StoreID: b.store.ID, Ref: orderRef(id), Kind: kind, At: noon, Origin: storage.Own,
			WriteID: "made5"}
	}
	b.locked(func(tx storage.Tx) {
		_, err := tx.LogChanges(b.ctx, []storage.Change{own(4, storage.Created), own(5, storage.Created),
			own(5, storage.Deleted), own(9, storage.Updated)})
		b.ok(err)
	})
	w, err := b.db.WriteByID(b.ctx, "made5")
	b.ok(err)
	if ref, err := b.db.SeenEffect(b.ctx, w); err != nil || ref != orderRef(5) {
		b.Errorf("its effect is %v (%v)", ref, err)
	}
	_, err = b.db.SeenEffect(b.ctx, write(b.store.ID, "parked6", storage.Orders, 6))
	b.fails(err, storage.ErrNotFound)
}

func outboxesAreKept(b *bundle) {
	if o, err := b.db.Outbox(b.ctx, b.store.ID); err != nil ||
		!reflect.DeepEqual(o, storage.Outbox{StoreID: b.store.ID}) {
		b.Errorf("new it is %+v (%v)", o, err)
	}
	for _, want := range []storage.Outbox{
		{StoreID: b.store.ID, Epoch: 1},
		{StoreID: b.store.ID, Epoch: 2, SettledAt: noon, Lessons: json.RawMessage(`{"a":1,"a":2}`)},
	} {
		b.locked(func(tx storage.Tx) {
			b.ok(tx.SaveOutbox(b.ctx, want))
			if o, err := tx.OutboxOf(b.ctx, b.store.ID); err != nil || !reflect.DeepEqual(o, want) {
				b.Errorf("the transaction sees %+v (%v), want %+v", o, err, want)
			}
		})
		if o, err := b.db.Outbox(b.ctx, b.store.ID); err != nil || !reflect.DeepEqual(o, want) {
			b.Errorf("got %+v (%v), want %+v", o, err, want)
		}
	}
}
