package storagetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

func batchesAreWhole(b *bundle) {
	bad := storage.Record{Ref: storage.Ref{Resource: storage.Orders, ID: 2}, Raw: nil}
	_, err := b.db.Apply(
		b.ctx,
		b.claim,
		storage.Batch{
			Records: []storage.Record{record(1, `"x"`)},
			Cursors: []storage.Cursor{{Name: "c", Value: []byte(`1`)}},
		},
		storage.Batch{Records: []storage.Record{bad}},
	)
	if err == nil {
		b.Fatal("a record without JSON was kept")
	}
	_, err = b.db.Record(b.ctx, b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1})
	b.fails(err, storage.ErrNotFound)
	if value, err := b.db.Cursor(b.ctx, b.store.ID, "c"); err != nil || value != nil || len(b.changes()) != 0 {
		b.Errorf("a failed batch left cursor %s and %d changes (%v)", value, len(b.changes()), err)
	}
}

func recordsAreExact(b *bundle) {
	raws := []string{
		`{"id":1,"n":10}`, `{"id":2,"n":10.0}`, `{"id":3,"n":0.1}`, `{"id":4,"n":123456789012345678901234567890}`,
		`{"id":5,"s":"\u00fc \ud83d\ude00 \/ \u0000"}`, `{"id":6,"s":"ü 中 😀 שלום"}`, ` { "id" : 7 , "z":1,"a":2 } `, `{"id":8,"s":"a'b\"c\\d"}`,
	}
	for i, raw := range raws {
		id := int64(i + 1)
		r := storage.Record{
			Ref: storage.Ref{
				Resource: storage.Refunds,
				ID:       id,
			}, ParentID: 7, Status: "completed", Created: noon, Modified: noon.Add(time.Hour),
			Raw: json.RawMessage(raw),
		}
		b.put(r)
		got, err := b.db.Record(b.ctx, b.store.ID, r.Ref)
		b.ok(err)
		if string(got.Raw) != raw || got.Hash != storage.HashOf([]byte(raw)) {
			b.Errorf("got %q, want %q", got.Raw, raw)
		}
		if got.ParentID != 7 || got.Status != "completed" || !got.Created.Equal(r.Created) ||
			!got.Modified.Equal(r.Modified) ||
			got.SeenAt.IsZero() {
			b.Errorf("columns: %+v", got)
		}
	}
	setting := storage.Record{
		Ref: storage.Ref{Resource: storage.Settings, Slug: "general/woocommerce_currency"},
		Raw: json.RawMessage(`{"value":"EUR"}`),
	}
	b.put(setting)
	got, err := b.db.Record(b.ctx, b.store.ID, setting.Ref)
	b.ok(err)
	if !got.Created.IsZero() || !got.Modified.IsZero() || string(got.Raw) != string(setting.Raw) {
		b.Errorf("a record by slug: %+v", got)
	}
}

func changesHaveKinds(b *bundle) {
	one := record(1, `"a"`)
	b.put(one)
	b.put(record(1, `"b"`))
	b.put(trashed(record(1, `"b"`)))
	b.put(record(1, `"c"`))
	b.apply(storage.Batch{Gone: []storage.Ref{one.Ref, {Resource: storage.Orders, ID: 99}}})
	b.put(trashed(record(2, `"born in the trash"`)))
	var kinds []storage.Kind
	for _, c := range b.changes() {
		kinds = append(kinds, c.Kind)
	}
	want := []storage.Kind{
		storage.Created,
		storage.Updated,
		storage.Trashed,
		storage.Restored,
		storage.Deleted,
		storage.Created,
	}
	if !slices.Equal(kinds, want) {
		b.Errorf("got %v, want %v", kinds, want)
	}
	_, err := b.db.Record(b.ctx, b.store.ID, one.Ref)
	b.fails(err, storage.ErrNotFound)
}

func equalContentIsQuiet(b *bundle) {
	b.put(record(1, `"\u00fc"`))
	reordered := record(1, `"x"`)
	reordered.Raw = json.RawMessage(`{"note":"ü","id":1}`)
	if applied := b.put(reordered); applied.Changes() != 0 || applied.Unchanged != 1 {
		b.Errorf("another text of the same value: %+v", applied)
	}
	product := storage.Record{
		Ref: storage.Ref{Resource: storage.Products, ID: 5},
		Raw: json.RawMessage(`{"id":5,"related_ids":[1,2]}`),
	}
	b.put(product)
	product.Raw, product.Hash = json.RawMessage(`{"id":5,"related_ids":[2,9]}`), storage.Hash{}
	if applied := b.put(product); applied.Changes() != 0 {
		b.Errorf("what differs on every reading: %+v", applied)
	}
	numberChanged := record(1, `10`)
	b.put(numberChanged)
	if applied := b.put(record(1, `10.0`)); applied.Updated != 1 {
		b.Errorf("10 became 10.0: %+v", applied)
	}
}

func batchesRepeat(b *bundle) {
	batch := storage.Batch{
		Records: []storage.Record{record(1, `"x"`), record(2, `"y"`)},
		Gone:    []storage.Ref{{Resource: storage.Orders, ID: 3}},
		New:     true,
	}
	first := b.apply(batch)
	second := b.apply(batch)
	if first.Created != 2 || second.Changes() != 0 || second.Unchanged != 2 || len(b.changes()) != 2 {
		b.Errorf("first %+v, second %+v", first, second)
	}
	repeated := b.put(record(3, `1`), record(3, `1`), record(3, `2`))
	if repeated.Created != 1 || repeated.Unchanged != 1 || repeated.Updated != 1 {
		b.Errorf("one record three times in a batch: %+v", repeated)
	}
}

func changesFollowRecords(b *bundle) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range int64(60) {
			if _, err := b.db.Apply(b.ctx, b.claim, storage.Batch{Records: []storage.Record{record(i+1, `"x"`)}}); err != nil {
				b.Error(err)
				return
			}
		}
	}()
	after := int64(0)
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		changes, err := b.db.Changes(b.ctx, storage.ChangeQuery{After: after})
		b.ok(err)
		for _, c := range changes {
			if _, err := b.db.Record(b.ctx, b.store.ID, c.Ref); err != nil {
				b.Fatalf("change %d names %s, which is not there: %v", c.Seq, c.Ref, err)
			}
			after = c.Seq
		}
	}
}

func numbersGrow(b *bundle) {
	var last int64
	for i := range int64(5) {
		applied := b.put(record(i+1, `"x"`), record(i+100, `"y"`))
		if applied.LastSeq <= last {
			b.Errorf("change %d after %d", applied.LastSeq, last)
		}
		last = applied.LastSeq
	}
	if seq, err := b.db.LastSeq(b.ctx); err != nil || seq != last {
		b.Errorf("LastSeq is %d, want %d (%v)", seq, last, err)
	}
}

func originsAreKept(b *bundle) {
	b.put(record(1, `"x"`))
	b.apply(storage.Batch{Records: []storage.Record{record(2, `"y"`)}, Origin: storage.Own, WriteID: "w1", Now: noon})
	changes := b.changes()
	if changes[0].Origin != storage.Foreign || changes[0].WriteID != "" || changes[1].Origin != storage.Own ||
		changes[1].WriteID != "w1" ||
		!changes[1].At.Equal(noon) {
		b.Errorf("got %+v", changes)
	}
}

func changesAreSelected(b *bundle) {
	for i := range int64(10) {
		b.put(
			record(i+1, `"x"`),
			storage.Record{Ref: storage.Ref{Resource: storage.Coupons, ID: i + 1}, Raw: json.RawMessage(`{}`)},
		)
	}
	var ids []int64
	after := int64(0)
	for {
		page, err := b.db.Changes(
			b.ctx,
			storage.ChangeQuery{
				StoreID:   b.store.ID,
				Resources: []storage.Resource{storage.Coupons},
				After:     after,
				Limit:     3,
			},
		)
		b.ok(err)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			ids = append(ids, c.ID)
			after = c.Seq
		}
	}
	if !slices.Equal(ids, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) {
		b.Errorf("got %v", ids)
	}
}

func followersWake(b *bundle) {
	applied := b.put(record(1, `"x"`))
	b.ok(b.db.WaitChanges(b.ctx, applied.LastSeq-1)) // there already
	woken := make(chan error, 1)
	go func() { woken <- b.db.WaitChanges(b.ctx, applied.LastSeq) }()
	b.put(record(2, `"y"`))
	b.ok(<-woken)
}

func countsFollow(b *bundle) {
	b.put(record(1, `1`), record(2, `1`), trashed(record(3, `1`)))
	b.put(trashed(record(1, `1`)))
	b.apply(storage.Batch{Gone: []storage.Ref{{Resource: storage.Orders, ID: 3}, {Resource: storage.Orders, ID: 77}}})
	got, err := b.db.Counts(b.ctx, b.store.ID, storage.Orders)
	b.ok(err)
	if got != (storage.Count{Live: 1, Trash: 1}) {
		b.Errorf("got %+v", got)
	}
	if none, err := b.db.Counts(b.ctx, b.store.ID, storage.Coupons); err != nil || none != (storage.Count{}) {
		b.Errorf("of an empty resource: %+v, %v", none, err)
	}
}

func spansAreExact(b *bundle) {
	for i := range int64(20) {
		r := record(i+1, `"x"`) // created i+1 minutes after noon
		if i%5 == 0 {
			r = trashed(r)
		}
		b.put(r)
	}
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for _, tt := range []struct {
		r    storage.Range
		want []int64
	}{
		{storage.Range{Resource: storage.Orders, AfterID: 3, ToID: 8}, []int64{4, 5, 7, 8}},
		{storage.Range{Resource: storage.Orders, ToID: 8, Trash: true}, []int64{1, 6}},
		{storage.Range{Resource: storage.Orders, ToID: math.MaxInt64, CreatedFrom: at(17), CreatedBefore: at(20)},
			[]int64{17, 18, 19}},
	} {
		if got := b.collect(b.db.Between(b.ctx, b.store.ID, tt.r)); !slices.Equal(got, tt.want) {
			b.Errorf("%+v: got %v, want %v", tt.r, got, tt.want)
		}
	}
	middle, err := b.db.CreatedAt(b.ctx, b.store.ID, storage.Orders, at(5), at(15), 3)
	b.ok(err)
	if !middle.Equal(at(9)) { // 5, 7, 8, 9
		b.Errorf("the fourth creation date is %v", middle)
	}
	if none, err := b.db.CreatedAt(b.ctx, b.store.ID, storage.Orders, at(5), at(15), 99); err != nil || !none.IsZero() {
		b.Errorf("beyond the last: %v, %v", none, err)
	}
	n, err := b.db.CountRecords(b.ctx, storage.Query{StoreID: b.store.ID, Resource: storage.Orders, ModifiedFrom: noon})
	b.ok(err)
	if n != 16 {
		b.Errorf("%d records modified from noon on, want 16", n)
	}
}

func cursorsAreKept(b *bundle) {
	b.apply(
		storage.Batch{
			Cursors: []storage.Cursor{
				{Name: "orders", Value: []byte(`{"a":1}`)},
				{Name: "products", Value: []byte(`2`)},
			},
		},
	)
	b.apply(storage.Batch{Cursors: []storage.Cursor{{Name: "orders", Value: []byte(`{"a":2}`)}, {Name: "products"}}})
	if got, err := b.db.Cursor(b.ctx, b.store.ID, "orders"); err != nil || string(got) != `{"a":2}` {
		b.Errorf("got %s, %v", got, err)
	}
	if got, err := b.db.Cursor(b.ctx, b.store.ID, "products"); err != nil || got != nil {
		b.Errorf("a removed cursor: %s, %v", got, err)
	}
}

func marksAreKept(b *bundle) {
	mark := func(id int64) storage.Mark { return storage.Mark{Resource: storage.Orders, ID: id, Reason: "r"} }
	family := storage.Mark{Resource: storage.Variations, ParentID: 9, Reason: "f"}
	b.apply(storage.Batch{Marks: []storage.Mark{mark(1), mark(2), mark(3), mark(1), family}})
	failed := mark(2)
	failed.NotBefore = noon.Add(time.Hour)
	b.apply(storage.Batch{Done: []storage.Mark{mark(1)}}) // as it was before it was made again: stays
	read, err := b.db.Marks(b.ctx, b.store.ID, storage.Orders, noon, 1)
	b.ok(err)
	if len(read) != 1 || read[0].ID != 1 || read[0].Renewed != 1 {
		b.Errorf("a mark made twice reads %+v", read)
	}
	b.apply(storage.Batch{Done: read, Failed: []storage.Mark{failed}})
	b.apply(storage.Batch{Marks: []storage.Mark{mark(2)}}) // failed before: stays put off
	due := func(at time.Time, limit int) string {
		marks, err := b.db.Marks(b.ctx, b.store.ID, storage.Orders, at, limit)
		b.ok(err)
		text := ""
		for _, m := range marks {
			text += fmt.Sprintf("%d(%d) ", m.ID, m.Attempts)
		}
		return text
	}
	if got := due(noon, 0); got != "3(0) " {
		b.Errorf("due at noon: %s", got)
	}
	if got := due(noon.Add(2*time.Hour), 0); got != "2(1) 3(0) " {
		b.Errorf("due later: %s", got)
	}
	if got := due(noon.Add(2*time.Hour), 1); got != "2(1) " {
		b.Errorf("one of them: %s", got)
	}
	counts, err := b.db.MarkCounts(b.ctx, b.store.ID)
	b.ok(err)
	if counts[storage.Orders] != 2 || counts[storage.Variations] != 1 {
		b.Errorf("counts: %v", counts)
	}
	families, err := b.db.Marks(b.ctx, b.store.ID, storage.Variations, noon, 0)
	b.ok(err)
	if len(families) != 1 || families[0].ParentID != 9 || families[0].ID != 0 || families[0].Reason != "f" {
		b.Errorf("families: %+v", families)
	}
	if _, err := b.db.Record(b.ctx, b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1}); !errors.Is(
		err,
		storage.ErrNotFound,
	) {
		b.Errorf("a mark made a record: %v", err)
	}
}
