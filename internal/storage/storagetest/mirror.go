package storagetest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var mirrors = map[string]func(*bundle){
	"a record is kept byte for byte":                       recordsAreExact,
	"records that are there are named and stay":            recordsAreAddedOnce,
	"records are replaced and dropped":                     recordsAreReplaced,
	"lines in columns follow their order":                  linesFollowTheirOrder,
	"what is held is told without its text":                heldIsTold,
	"children are named":                                   childrenAreNamed,
	"counts add up":                                        countsAdd,
	"spans of identifiers and dates are exact":             spansAreExact,
	"cursors are kept, replaced and removed":               cursorsAreKept,
	"what lines show is noted and found":                   linesAreNoted,
	"marks are kept until done and put off when they fail": marksAreKept,
	"marks tell that they were renewed or outdated":        marksAreRenewed,
	"stores do not see each other's records":               storesAreApart,
}

// orderRef names an order.
func orderRef(id int64) storage.Ref { return storage.Ref{Resource: storage.Orders, ID: id} }

func recordsAreExact(b *bundle) {
	raws := []string{
		`{"id":1,"n":10}`, `{"id":2,"n":10.0}`, `{"id":3,"n":0.1}`, `{"id":4,"n":123456789012345678901234567890}`,
		`{"id":5,"s":"\u00fc \ud83d\ude00 \/ \u0000"}`, `{"id":6,"s":"ü 中 😀 שלום"}`, ` { "id" : 7 , "z":1,"a":2 } `,
		`{"id":8,"s":"a'b\"c\\d"}`, `{"id":9,"a":1,"a":2,"A":3}`, "{\"id\":10,\n\t\"n\":1e400}",
		`{"id":11,"s":"\ud83d"}`,
	}
	for i, raw := range raws {
		id := int64(i + 1)
		r := storage.Record{
			Ref: storage.Ref{Resource: storage.Refunds, ID: id}, ParentID: 7, Status: "completed", Created: noon,
			Modified: noon.Add(time.Hour), Raw: json.RawMessage(raw),
		}
		b.add(r)
		got, err := b.db.Record(b.ctx, b.store.ID, r.Ref)
		b.ok(err)
		if string(got.Raw) != raw || got.Hash != storage.HashOf([]byte(raw)) {
			b.Errorf("got %q, want %q", got.Raw, raw)
		}
		if got.ParentID != 7 || got.Status != "completed" || !got.Created.Equal(r.Created) ||
			!got.Modified.Equal(r.Modified) || !got.SeenAt.Equal(noon) || got.StoreID != b.store.ID {
			b.Errorf("columns: %+v", got)
		}
	}
	setting := storage.Record{
		Ref: storage.Ref{Resource: storage.Settings, Slug: "general/woocommerce_currency"},
		Raw: json.RawMessage(`{"value":"EUR"}`),
	}
	b.add(setting)
	got, err := b.db.Record(b.ctx, b.store.ID, setting.Ref)
	b.ok(err)
	if !got.Created.IsZero() || !got.Modified.IsZero() || string(got.Raw) != string(setting.Raw) {
		b.Errorf("a record by slug: %+v", got)
	}
	order := record(1, `"of a customer"`)
	order.CustomerID = 12
	b.add(order)
	if got, err = b.db.Record(b.ctx, b.store.ID, order.Ref); err != nil || got.CustomerID != 12 {
		b.Errorf("an order of a customer: %+v (%v)", got, err)
	}
}

func recordsAreAddedOnce(b *bundle) {
	b.add(record(2, `"old"`))
	b.locked(func(tx storage.Tx) {
		there, err := tx.AddRecords(b.ctx, b.store.ID, []storage.Record{record(1, `"new"`), record(2, `"new"`),
			record(3, `"new"`)})
		b.ok(err)
		if !slices.Equal(there, []storage.Ref{orderRef(2)}) {
			b.Errorf("there were %v", there)
		}
		if there, err = tx.AddRecords(b.ctx, b.store.ID, nil); err != nil || len(there) > 0 {
			b.Errorf("of none %v were there (%v)", there, err)
		}
	})
	for id, want := range map[int64]string{1: "new", 2: "old", 3: "new"} {
		got, err := b.db.Record(b.ctx, b.store.ID, orderRef(id))
		b.ok(err)
		if string(got.Raw) != fmt.Sprintf(`{"id":%d,"note":%q}`, id, want) {
			b.Errorf("order %d is %s", id, got.Raw)
		}
	}
}

func recordsAreReplaced(b *bundle) {
	b.add(record(1, `"a"`), record(2, `"a"`), record(3, `"a"`))
	b.locked(func(tx storage.Tx) {
		other := trashed(record(2, `"b"`))
		other.ParentID, other.CustomerID, other.SeenAt = 5, 6, noon.Add(time.Hour)
		other.Created, other.Modified = noon.Add(time.Minute), time.Time{}
		other.Hash = storage.HashOf(other.Raw)
		b.ok(tx.ReplaceRecords(b.ctx, b.store.ID, []storage.Record{other}))
		b.ok(tx.DropRecords(b.ctx, b.store.ID, []storage.Ref{orderRef(3), orderRef(99)}))
		b.ok(tx.DropRecords(b.ctx, b.store.ID, nil))
		b.ok(tx.ReplaceRecords(b.ctx, b.store.ID, nil))
	})
	got, err := b.db.Record(b.ctx, b.store.ID, orderRef(2))
	b.ok(err)
	want := trashed(record(2, `"b"`))
	if string(got.Raw) != string(want.Raw) || got.ParentID != 5 || got.CustomerID != 6 || !got.Trashed() ||
		!got.SeenAt.Equal(noon.Add(time.Hour)) || !got.Modified.IsZero() || got.Hash != storage.HashOf(want.Raw) {
		b.Errorf("replaced: %+v", got)
	}
	_, err = b.db.Record(b.ctx, b.store.ID, orderRef(3))
	b.fails(err, storage.ErrNotFound)
	if first, err := b.db.Record(b.ctx, b.store.ID, orderRef(1)); err != nil ||
		string(first.Raw) != `{"id":1,"note":"a"}` {
		b.Errorf("the first one is %s (%v)", first.Raw, err)
	}
}

func heldIsTold(b *bundle) {
	refund := storage.Record{Ref: storage.Ref{Resource: storage.Refunds, ID: 7}, ParentID: 1, Raw: []byte(`{"id":7}`)}
	setting := storage.Record{Ref: storage.Ref{Resource: storage.Settings, Slug: "general/x"}, Raw: []byte(`{}`)}
	b.add(record(1, `"a"`), refund, setting)
	refs := []storage.Ref{orderRef(1), orderRef(2), refund.Ref, setting.Ref}
	b.locked(func(tx storage.Tx) {
		held, err := tx.Held(b.ctx, b.store.ID, refs)
		b.ok(err)
		want := storage.Held{Status: "processing", Modified: noon, SeenAt: noon,
			Hash: storage.HashOf(record(1, `"a"`).Raw)}
		got := held[orderRef(1)]
		if got.Status != want.Status || !got.Modified.Equal(noon) || !got.SeenAt.Equal(noon) || got.Hash != want.Hash {
			b.Errorf("held is %+v, want %+v", got, want)
		}
		if _, there := held[orderRef(2)]; there || len(held) != 3 || held[refund.Ref].ParentID != 1 {
			b.Errorf("held are %+v", held)
		}
		whole, err := tx.HeldRecords(b.ctx, b.store.ID, refs)
		b.ok(err)
		if len(whole) != 3 || string(whole[orderRef(1)].Raw) != `{"id":1,"note":"a"}` ||
			string(whole[setting.Ref].Raw) != `{}` || whole[refund.Ref].ParentID != 1 {
			b.Errorf("whole are %+v", whole)
		}
		for name, n := range map[string]func() (int, error){
			"Held":        func() (int, error) { m, err := tx.Held(b.ctx, b.store.ID, nil); return len(m), err },
			"HeldRecords": func() (int, error) { m, err := tx.HeldRecords(b.ctx, b.store.ID, nil); return len(m), err },
		} {
			if got, err := n(); err != nil || got > 0 {
				b.Errorf("%s of none gives %d (%v)", name, got, err)
			}
		}
	})
}

func childrenAreNamed(b *bundle) {
	child := func(r storage.Resource, id, parent int64) storage.Record {
		return storage.Record{Ref: storage.Ref{Resource: r, ID: id}, ParentID: parent, Raw: []byte(`{}`)}
	}
	b.add(child(storage.Refunds, 9, 1), child(storage.Refunds, 8, 1), child(storage.Refunds, 7, 2),
		child(storage.OrderNotes, 6, 1), child(storage.Refunds, 5, 0))
	b.locked(func(tx storage.Tx) {
		got, err := tx.HeldChildren(b.ctx, b.store.ID, storage.Refunds, 1)
		b.ok(err)
		if want := []storage.Ref{{Resource: storage.Refunds, ID: 8}, {Resource: storage.Refunds, ID: 9}}; !slices.Equal(
			got, want) {
			b.Errorf("got %v, want %v", got, want)
		}
		if none, err := tx.HeldChildren(b.ctx, b.store.ID, storage.Refunds, 0); err != nil || len(none) > 0 {
			b.Errorf("what has no parent is the child of none: %v (%v)", none, err)
		}
	})
	if got := b.collect(b.db.Children(b.ctx, b.store.ID, storage.Refunds, 1)); !slices.Equal(got, []int64{8, 9}) {
		b.Errorf("children: %v", got)
	}
}

func countsAdd(b *bundle) {
	b.locked(func(tx storage.Tx) {
		b.ok(tx.AddCounts(b.ctx, b.store.ID, map[storage.Resource]storage.Count{
			storage.Orders: {Live: 5, Trash: 1}, storage.Products: {Live: 2}}))
		b.ok(tx.AddCounts(b.ctx, b.store.ID, map[storage.Resource]storage.Count{storage.Orders: {Live: -2, Trash: 1}}))
		b.ok(tx.AddCounts(b.ctx, b.store.ID, nil))
	})
	for resource, want := range map[storage.Resource]storage.Count{
		storage.Orders: {Live: 3, Trash: 2}, storage.Products: {Live: 2}, storage.Coupons: {},
	} {
		if got, err := b.db.Counts(b.ctx, b.store.ID, resource); err != nil || got != want {
			b.Errorf("%s: got %+v, want %+v (%v)", resource, got, want, err)
		}
	}
}

func spansAreExact(b *bundle) {
	for i := range int64(20) {
		r := record(i+1, `"x"`) // created i+1 minutes after noon
		if i%5 == 0 {
			r = trashed(r)
		}
		b.add(r)
	}
	b.add(storage.Record{Ref: storage.Ref{Resource: storage.Refunds, ID: 4}, ParentID: 9, Raw: []byte(`{}`)},
		storage.Record{Ref: storage.Ref{Resource: storage.Refunds, ID: 5}, ParentID: 8, Raw: []byte(`{}`)})
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for _, tt := range []struct {
		r    storage.Range
		want []int64
	}{
		{storage.Range{Resource: storage.Orders, AfterID: 3, ToID: 8}, []int64{4, 5, 7, 8}},
		{storage.Range{Resource: storage.Orders, ToID: 8, Trash: true}, []int64{1, 6}},
		{storage.Range{Resource: storage.Orders, ToID: math.MaxInt64, CreatedFrom: at(17), CreatedBefore: at(20)},
			[]int64{17, 18, 19}},
		{storage.Range{Resource: storage.Refunds, ToID: math.MaxInt64, ParentID: 9}, []int64{4}},
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
	first, err := b.db.CreatedAt(b.ctx, b.store.ID, storage.Orders, time.Time{}, time.Time{}, 0)
	if err != nil || !first.Equal(at(2)) {
		b.Errorf("the first one without bounds is %v (%v)", first, err)
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
	keep := func(cursors ...storage.Cursor) {
		b.locked(func(tx storage.Tx) { b.ok(tx.KeepCursors(b.ctx, b.store.ID, cursors)) })
	}
	keep(storage.Cursor{Name: "orders", Value: []byte(`{"a":1}`)}, storage.Cursor{Name: "products", Value: []byte(`2`)})
	keep(storage.Cursor{Name: "orders", Value: []byte(`{"a":2}`)}, storage.Cursor{Name: "products"},
		storage.Cursor{Name: "none"})
	if got, err := b.db.Cursor(b.ctx, b.store.ID, "orders"); err != nil || string(got) != `{"a":2}` {
		b.Errorf("got %s, %v", got, err)
	}
	for _, name := range []string{"products", "none", "never"} {
		if got, err := b.db.Cursor(b.ctx, b.store.ID, name); err != nil || got != nil {
			b.Errorf("%s, which is not there: %s, %v", name, got, err)
		}
	}
}

func linesAreNoted(b *bundle) {
	refund := storage.Lines{Ref: storage.Ref{Resource: storage.Refunds, ID: 3}, ParentID: 1, Products: []int64{10}}
	other := b.create("other")
	b.locked(func(tx storage.Tx) {
		b.ok(tx.KeepLines(b.ctx, b.store.ID, []storage.Lines{
			{Ref: orderRef(1), Products: []int64{10, 11, 10}}, {Ref: orderRef(2), Products: []int64{11}},
			{Ref: orderRef(4)}, refund}, 0))
		b.ok(tx.KeepLines(b.ctx, b.store.ID, nil, 0))
	})
	b.within(func(tx storage.Tx) {
		_, err := tx.LockStore(b.ctx, other.ID)
		b.ok(err)
		b.ok(tx.KeepLines(b.ctx, other.ID, []storage.Lines{{Ref: orderRef(9), Products: []int64{10}}}, 0))
	})
	showing := func(products ...int64) string {
		found, err := b.db.RecordsShowing(b.ctx, b.store.ID, products)
		b.ok(err)
		var names []string
		for _, l := range found {
			names = append(names, fmt.Sprintf("%s below %d", l.Ref, l.ParentID))
		}
		slices.Sort(names)
		return fmt.Sprint(names)
	}
	noted := func() int64 {
		seq, err := b.db.LinesNoted(b.ctx, b.store.ID)
		b.ok(err)
		return seq
	}
	for _, tt := range []struct {
		products []int64
		want     string
	}{
		{[]int64{10}, "[orders/1 below 0 refunds/3 below 1]"}, {[]int64{11}, "[orders/1 below 0 orders/2 below 0]"},
		{[]int64{10, 11, 10}, "[orders/1 below 0 orders/2 below 0 refunds/3 below 1]"}, {[]int64{12, 0}, "[]"},
		{nil, "[]"},
	} {
		if got := showing(tt.products...); got != tt.want {
			b.Errorf("showing %v: %s, want %s", tt.products, got, tt.want)
		}
	}
	if got := noted(); got != 0 {
		b.Errorf("noted up to %d", got)
	}
	b.locked(func(tx storage.Tx) { // the order shows another product now, the refund is gone
		b.ok(tx.KeepLines(b.ctx, b.store.ID, []storage.Lines{{Ref: orderRef(1), Products: []int64{12}},
			{Ref: refund.Ref}}, 7))
	})
	if got := showing(10) + showing(12); got != "[][orders/1 below 0]" || noted() != 7 {
		b.Errorf("afterwards %s, noted up to %d", got, noted())
	}
	b.locked(func(tx storage.Tx) { b.ok(tx.KeepLines(b.ctx, b.store.ID, nil, 9)) })
	if got := showing(11); got != "[orders/2 below 0]" || noted() != 9 {
		b.Errorf("at last %s, noted up to %d", got, noted())
	}
}

func mark(id int64) storage.Mark {
	return storage.Mark{Resource: storage.Orders, ID: id, Reason: "r"}
}

func (b *bundle) due(resource storage.Resource, at time.Time, limit int) []storage.Mark {
	b.Helper()
	marks, err := b.db.Marks(b.ctx, b.store.ID, resource, at, limit)
	b.ok(err)
	return marks
}

func marksAreKept(b *bundle) {
	family := storage.Mark{Resource: storage.Variations, ParentID: 9, Reason: "f"}
	failed := mark(2)
	failed.NotBefore, failed.Reason = noon.Add(time.Hour), "it failed"
	gone := mark(77)
	b.locked(func(tx storage.Tx) {
		b.ok(tx.AddMarks(b.ctx, b.store.ID, []storage.Mark{mark(1), mark(2), mark(3), family}))
		b.ok(tx.DropMarks(b.ctx, b.store.ID, []storage.Mark{mark(1), gone}))
		b.ok(tx.FailMarks(b.ctx, b.store.ID, []storage.Mark{failed, gone}))
		b.ok(tx.AddMarks(b.ctx, b.store.ID, []storage.Mark{mark(2)})) // failed before: stays put off
		for _, keep := range []func() error{
			func() error { return tx.AddMarks(b.ctx, b.store.ID, nil) },
			func() error { return tx.DropMarks(b.ctx, b.store.ID, nil) },
			func() error { return tx.FailMarks(b.ctx, b.store.ID, nil) },
		} {
			b.ok(keep())
		}
	})
	shown := func(marks []storage.Mark) string {
		text := ""
		for _, m := range marks {
			text += fmt.Sprintf("%d(%d) ", m.ID, m.Attempts)
		}
		return text
	}
	if got := shown(b.due(storage.Orders, noon, 0)); got != "3(0) " {
		b.Errorf("due at noon: %s", got)
	}
	later := b.due(storage.Orders, noon.Add(2*time.Hour), 0)
	if got := shown(later); got != "2(1) 3(0) " || later[0].Reason != "it failed" ||
		!later[0].NotBefore.Equal(failed.NotBefore) {
		b.Errorf("due later: %+v", later)
	}
	if got := shown(b.due(storage.Orders, noon.Add(2*time.Hour), 1)); got != "2(1) " {
		b.Errorf("one of them: %s", got)
	}
	counts, err := b.db.MarkCounts(b.ctx, b.store.ID)
	b.ok(err)
	if len(counts) != 2 || counts[storage.Orders] != 2 || counts[storage.Variations] != 1 {
		b.Errorf("counts: %v", counts)
	}
	families := b.due(storage.Variations, noon, 0)
	if len(families) != 1 || families[0].ParentID != 9 || families[0].ID != 0 || families[0].Reason != "f" {
		b.Errorf("families: %+v", families)
	}
	_, err = b.db.Record(b.ctx, b.store.ID, orderRef(1))
	b.fails(err, storage.ErrNotFound) // a mark makes no record
}

func marksAreRenewed(b *bundle) {
	later := mark(2)
	later.NotBefore = noon.Add(time.Hour)
	child := storage.Mark{Resource: storage.Orders, ID: 1, ParentID: 5, Reason: "below another"}
	b.locked(func(tx storage.Tx) {
		b.ok(tx.AddMarks(b.ctx, b.store.ID, []storage.Mark{mark(1), mark(1), child, later}))
		b.ok(tx.AddMarks(b.ctx, b.store.ID, []storage.Mark{mark(2)}))  // due as early as the new one
		b.ok(tx.DropMarks(b.ctx, b.store.ID, []storage.Mark{mark(1)})) // as it was before it was made again: stays
	})
	read := b.due(storage.Orders, noon, 0)
	if len(read) != 3 || read[0].Renewed != 1 || read[1].ParentID != 5 || read[2].ID != 2 {
		b.Fatalf("due are %+v", read)
	}
	b.locked(func(tx storage.Tx) {
		b.ok(tx.OutdateMarks(b.ctx, b.store.ID, orderRef(1)))
		held, err := tx.HeldMarks(b.ctx, b.store.ID, append(slices.Clone(read), mark(99)))
		b.ok(err)
		slices.SortFunc(held, func(a, c storage.Mark) int { return int(a.ID*10 + a.ParentID - c.ID*10 - c.ParentID) })
		if len(held) != 3 || held[0].Attempts != 1 || held[0].Renewed != 1 || held[1].Attempts != 1 ||
			held[2].Attempts != 0 {
			b.Errorf("held are %+v", held)
		}
		if none, err := tx.HeldMarks(b.ctx, b.store.ID, nil); err != nil || len(none) > 0 {
			b.Errorf("of none: %+v (%v)", none, err)
		}
		b.ok(tx.DropMarks(b.ctx, b.store.ID, read))
	})
	if left := b.due(storage.Orders, noon.Add(time.Hour), 0); len(left) > 0 {
		b.Errorf("left are %+v", left)
	}
}

func storesAreApart(b *bundle) {
	other := b.create("other")
	b.add(record(1, `"mine"`))
	b.addTo(other.ID, record(1, `"theirs"`))
	b.within(func(tx storage.Tx) {
		_, err := tx.LockStore(b.ctx, other.ID)
		b.ok(err)
		b.ok(tx.KeepCursors(b.ctx, other.ID, []storage.Cursor{{Name: "c", Value: []byte(`1`)}}))
		b.ok(tx.AddMarks(b.ctx, other.ID, []storage.Mark{mark(1)}))
	})
	mine, err := b.db.Record(b.ctx, b.store.ID, orderRef(1))
	b.ok(err)
	if string(mine.Raw) != `{"id":1,"note":"mine"}` {
		b.Errorf("got %s", mine.Raw)
	}
	if value, err := b.db.Cursor(b.ctx, b.store.ID, "c"); err != nil || value != nil {
		b.Errorf("the other store's cursor shows: %s, %v", value, err)
	}
	if marks := b.due(storage.Orders, noon, 0); len(marks) > 0 {
		b.Errorf("the other store's marks show: %+v", marks)
	}
	all, err := b.db.Changes(b.ctx, storage.ChangeQuery{})
	b.ok(err)
	if len(b.changes()) != 1 || len(all) != 2 {
		b.Errorf("%d changes of one store, %d of all", len(b.changes()), len(all))
	}
}
