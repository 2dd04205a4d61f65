package origin_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger/internal/origin"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

var (
	now  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	late = now.Add(-6 * time.Minute)
	just = now.Add(-time.Minute)
)

func orderRef(id int64) storage.Ref { return storage.Ref{Resource: storage.Orders, ID: id} }

// text is the JSON of an order with a note and a stamp.
func text(id int64, note, stamp string) json.RawMessage {
	return fmt.Appendf(nil, `{"id":%d,"status":"processing","customer_note":%q,"date_modified_gmt":%q}`, id, note,
		stamp)
}

func marked(id int64, by string) json.RawMessage {
	return fmt.Appendf(nil, `{"id":%d,"status":"processing","customer_note":"n","meta_data":[{"id":1,"key":%q,"value":%q}]}`, id,
		outbox.MarkerKey, by)
}

func update(id string, order int64, body string, state storage.WriteState) storage.Write {
	return storage.Write{ID: id, Action: storage.ActionUpdate, Resource: storage.Orders, RecordID: order,
		Body: json.RawMessage(body), State: state, SentAt: just, DoneAt: just}
}

func create(id string, order int64, state storage.WriteState) storage.Write {
	return storage.Write{ID: id, Action: storage.ActionCreate, Resource: storage.Orders, RecordID: order,
		Body: json.RawMessage(`{"customer_note":"n"}`), State: state, SentAt: just, DoneAt: just}
}

func TestWhoseDoingADifferenceIs(t *testing.T) {
	t.Parallel()
	before, ours := text(1, "before", "2026-11-23T11:00:00"), text(1, "ours", "2026-11-23T11:59:00")
	both := json.RawMessage(
		`{"id":1,"status":"completed","customer_note":"ours","date_modified_gmt":"2026-11-23T11:59:00"}`)
	restamped := text(1, "before", "2026-11-23T11:59:30")
	writes := func(w storage.Write) *storage.Write { return &w }
	settled := func(w storage.Write) map[string][]storage.Write {
		return map[string][]storage.Write{"orders/1": {w}}
	}
	lost := update("lost", 1, `{"customer_note":"before"}`, storage.WriteDone)
	lost.Lost = 1
	for name, tt := range map[string]struct {
		facts         origin.Facts
		before, after json.RawMessage
		want          string // the write, empty for somebody else
	}{
		"an edit of which we know nothing":      {origin.Facts{}, before, ours, ""},
		"a new record of which we know nothing": {origin.Facts{}, nil, ours, ""},
		"a write under way that explains all": {
			origin.Facts{Open: []storage.Write{update("open", 1, `{"customer_note":"ours"}`, storage.WriteSending)}},
			before, ours, "open"},
		"a write under way that explains a part": {
			origin.Facts{Open: []storage.Write{update("open", 1, `{"customer_note":"ours"}`, storage.WriteSending)}},
			before, both, ""},
		"a write under way to another record": {
			origin.Facts{Open: []storage.Write{update("open", 2, `{"customer_note":"ours"}`, storage.WriteSending)}},
			before, ours, ""},
		"the settled write's own answer": {
			origin.Facts{Settling: writes(update("settled", 1, `{"customer_note":"ours"}`, storage.WriteDone))},
			before, ours, "settled"},
		"the settled write's answer with somebody's edit in it": {
			origin.Facts{Settling: writes(update("settled", 1, `{"customer_note":"ours"}`, storage.WriteDone))},
			before, both, ""},
		"a record that the settled write made": {
			origin.Facts{Settling: writes(create("made", 1, storage.WriteDone))}, nil, marked(1, "made"), "made"},
		"a record that the settled write removed": {
			origin.Facts{Settling: writes(update("gone", 1, ``, storage.WriteDone))}, before, nil, "gone"},
		"a new record with our mark": {
			origin.Facts{Makers: map[string]storage.Write{"made": create("made", 1, storage.WriteDone)}},
			nil, marked(1, "made"), "made"},
		"a new record with another Waybill's mark": {
			origin.Facts{Makers: map[string]storage.Write{"made": create("made", 1, storage.WriteDone)}},
			nil, marked(1, "another"), ""},
		"an edit of a record with our mark": {
			origin.Facts{Makers: map[string]storage.Write{"made": create("made", 1, storage.WriteDone)}},
			before, marked(1, "made"), ""},
		"new stamps after a lost write was settled": {
			origin.Facts{Now: now, SettledAt: just, Settled: settled(lost)}, before, restamped, "lost"},
		"new stamps after an answered write was settled": {
			origin.Facts{Now: now, SettledAt: just,
				Settled: settled(update("answered", 1, `{"customer_note":"before"}`, storage.WriteDone))},
			before, restamped, ""},
		"new stamps long after anything was settled": {
			origin.Facts{Now: now, SettledAt: late, Settled: settled(lost)}, before, restamped, ""},
		"an edit after a lost write was settled": {
			origin.Facts{Now: now, SettledAt: just, Settled: settled(lost)}, before, ours, ""},
		"what the caller knows for its own": {origin.Facts{Own: true, WriteID: "told"}, before, both, "told"},
	} {
		want := storage.Own
		if tt.want == "" {
			want = storage.Foreign
		}
		got := tt.facts.Whose(origin.Difference{Ref: orderRef(1), Before: tt.before, After: tt.after})
		if got.Origin != want || got.WriteID != tt.want || got.Doubled != nil {
			t.Errorf("%s: got %+v, want %s %q", name, got, want, tt.want)
		}
	}
}

func TestAFurtherRecordWithOneMarkIsToldOf(t *testing.T) {
	t.Parallel()
	w := create("made", 1, storage.WriteDone)
	w.Lost = 1
	facts := origin.Facts{Makers: map[string]storage.Write{"made": w}}
	got := facts.Whose(origin.Difference{Ref: orderRef(2), After: marked(2, "made")})
	if got.WriteID != "made" || got.Doubled == nil || got.Doubled.State != storage.WriteParked ||
		got.Doubled.Reason.Code != outbox.CodeDoubled {
		t.Fatalf("got %+v", got)
	}
	facts.Makers["made"] = *got.Doubled
	if third := facts.Whose(origin.Difference{Ref: orderRef(3), After: marked(3, "made")}); third.Doubled == nil ||
		len(third.Doubled.Reason.Records) != 3 {
		t.Errorf("the third: %+v", third)
	}
	if again := facts.Whose(origin.Difference{Ref: orderRef(2), After: marked(2, "made")}); again.Doubled != nil {
		t.Errorf("one that is known says nothing new: %+v", again.Doubled)
	}
}

// A renewal carries the meta data of the order that it renews, our mark among it. It is the shop's doing.
func TestACopyOfWhatAWriteMadeIsForeign(t *testing.T) {
	t.Parallel()
	w := create("made", 1, storage.WriteDone)
	w.SentAt = time.Now().Add(-48 * time.Hour)
	facts := origin.Facts{Makers: map[string]storage.Write{"made": w}}
	for id, want := range map[int64]storage.Origin{1: storage.Own, 2: storage.Foreign} {
		raw := marked(id, "made")
		raw = append(raw[:len(raw)-1:len(raw)-1], `,"date_created_gmt":"`+time.Now().UTC().Format(storage.WooTime)+`"}`...)
		if got := facts.Whose(origin.Difference{Ref: orderRef(id), After: raw}); got.Origin != want {
			t.Errorf("order %d with the mark of the write that made 1: %+v", id, got)
		}
	}
}

func TestWhichReadingIsTooEarly(t *testing.T) {
	t.Parallel()
	raw := text(1, "x", "2026-11-23T11:00:00")
	mark := func(attempts int) []storage.Mark {
		return []storage.Mark{{Resource: storage.Orders, ID: 1, Attempts: attempts}}
	}
	done := map[string][]storage.Write{"orders/1": {update("w", 1, `{}`, storage.WriteDone)}}
	base := origin.Facts{Now: now, SettledAt: just, Settled: done}
	with := func(change func(*origin.Facts)) origin.Facts {
		f := base
		change(&f)
		return f
	}
	for name, tt := range map[string]struct {
		facts origin.Facts
		ref   storage.Ref
		raw   json.RawMessage
		early bool
	}{
		"of a record that was just written":         {base, orderRef(1), raw, true},
		"of another record":                         {base, orderRef(2), raw, false},
		"of a resource that is read as whole lists": {base, storage.Ref{Resource: storage.Tags, ID: 1}, raw, false},
		"when nothing was settled lately": {
			with(func(f *origin.Facts) { f.SettledAt = late }), orderRef(1), raw, false},
		"when nothing was ever settled": {
			with(func(f *origin.Facts) { f.SettledAt = time.Time{} }), orderRef(1), raw, false},
		"made after the last write": {with(func(f *origin.Facts) { f.Fresh = true }), orderRef(1), raw, false},
		"that is the answer of a write": {
			with(func(f *origin.Facts) { f.Settling = &storage.Write{} }), orderRef(1), raw, false},
		"that is known for our own": {with(func(f *origin.Facts) { f.Own = true }), orderRef(1), raw, false},
		"made for the record's mark": {
			with(func(f *origin.Facts) { f.Done, f.Marks = mark(1), mark(1) }), orderRef(1), raw, false},
		"made for the mark before another write was settled": {
			with(func(f *origin.Facts) { f.Done, f.Marks = mark(1), mark(2) }), orderRef(1), raw, true},
		"made for a mark that is gone": {with(func(f *origin.Facts) { f.Done = mark(1) }), orderRef(1), raw, true},
		"of a record that a write has just made": {
			with(func(f *origin.Facts) {
				f.Settled, f.Makers = nil, map[string]storage.Write{"made": create("made", 5, storage.WriteDone)}
			}), orderRef(5), marked(5, "made"), true},
		"of a record that a write made long ago": {
			with(func(f *origin.Facts) {
				w := create("made", 5, storage.WriteDone)
				w.DoneAt = late
				f.Settled, f.Makers = nil, map[string]storage.Write{"made": w}
			}), orderRef(5), marked(5, "made"), false},
		"of a record whose write is still under way": {
			with(func(f *origin.Facts) {
				f.Settled, f.Makers = nil, map[string]storage.Write{"made": create("made", 0, storage.WriteUnknown)}
			}), orderRef(5), marked(5, "made"), false},
	} {
		if got := tt.facts.TooEarly(tt.ref, 0, tt.raw); got != tt.early {
			t.Errorf("a reading %s: %v, want %v", name, got, tt.early)
		}
	}
}

func TestHowTheAnswerToAWriteEntersTheMirror(t *testing.T) {
	t.Parallel()
	w := update("w", 1, `{}`, storage.WriteDone)
	record := storage.Record{Ref: orderRef(1), Modified: now}
	tag := storage.Record{Ref: storage.Ref{Resource: storage.Tags, ID: 1}}
	for name, tt := range map[string]struct {
		record storage.Record
		held   storage.Held
		want   origin.Entry
	}{
		"a record that the mirror lacks": {record, storage.Held{}, origin.Entry{Take: true}},
		"one that it read before the write": {record, storage.Held{Modified: late, SeenAt: late},
			origin.Entry{Take: true}},
		"one that a pull brought meanwhile": {record, storage.Held{Modified: late, SeenAt: now},
			origin.Entry{Take: true, Again: true}},
		"one that a pull brought with later stamp": {record, storage.Held{Modified: now.Add(1), SeenAt: now},
			origin.Entry{Again: true}},
		"one of a list that is read as a whole": {tag, storage.Held{SeenAt: now}, origin.Entry{Take: true}},
	} {
		if got := origin.Enters(w, tt.record, tt.held); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestAnEditOfALostCreateIsAnnouncedBehindIt(t *testing.T) {
	t.Parallel()
	w := create("w", 1, storage.WriteDone)
	asked, edited := marked(1, "w"), json.RawMessage(`{"id":1,"customer_note":"edited"}`)
	if origin.EditedSince(w, edited) {
		t.Error("the answer to a create is the create, whatever is in it")
	}
	w.Lost = 1
	if origin.EditedSince(w, asked) || !origin.EditedSince(w, edited) {
		t.Error("found later, an edit shows by what was asked for")
	}
	if got := origin.Edited(w, storage.Record{Ref: orderRef(1), Hash: storage.HashOf(edited)},
		now); got.Kind != storage.Updated ||
		got.Origin != storage.Foreign || got.WriteID != "" || got.Hash.IsZero() || !got.At.Equal(now) {
		t.Errorf("got %+v", got)
	}
}
