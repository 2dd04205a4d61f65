package storagetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

var queries = map[string]func(*bundle){
	"records can be selected by what people ask for": recordsAreSelected,
	"text is found whatever its case and accents":    textIsFound,
	"records are found by SKU, e-mail and code":      lookupsWork,
	"orders are found by their numbers":              ordersHaveNumbers,
	"lists are narrowed by number, e-mail and SKU":   listsAreNarrowed,
	"a list goes on behind a record":                 listsGoOn,
	"a question is answered and cannot write":        questionsOnlyRead,
}

func recordsAreSelected(b *bundle) {
	for i := range int64(12) {
		r := record(i+1, `"x"`)
		r.Status = []string{"processing", "completed", "trash"}[i%3]
		r.CustomerID = i % 2 * 7
		r.Modified = noon.Add(time.Duration(i) * time.Hour)
		r.Raw = fmt.Appendf(nil, `{"id":%d,"status":%q}`, r.ID, r.Status)
		b.add(r)
	}
	b.add(
		storage.Record{
			Ref:      storage.Ref{Resource: storage.Refunds, ID: 100},
			ParentID: 4,
			Raw:      json.RawMessage(`{"id":100}`),
		},
		storage.Record{
			Ref:      storage.Ref{Resource: storage.Refunds, ID: 101},
			ParentID: 5,
			Raw:      json.RawMessage(`{"id":101}`),
		},
	)
	orders := storage.Query{StoreID: b.store.ID, Resource: storage.Orders}
	with := func(change func(*storage.Query)) storage.Query {
		q := orders
		change(&q)
		return q
	}
	for _, tt := range []struct {
		name string
		q    storage.Query
		want []int64
	}{
		{"all outside the trash, newest first", orders, []int64{11, 10, 8, 7, 5, 4, 2, 1}},
		{
			"oldest first, a page",
			with(func(q *storage.Query) { q.OldestFirst, q.Limit, q.Offset = true, 3, 2 }),
			[]int64{4, 5, 7},
		},
		{"with the trash", with(func(q *storage.Query) { q.WithTrash, q.Limit = true, 3 }), []int64{12, 11, 10}},
		{"statuses", with(func(q *storage.Query) {
			q.Statuses = []string{"completed",
				"trash"}
			q.OldestFirst = true
			q.Limit = 4
		}), []int64{2, 3, 5, 6}},
		{"created", with(func(q *storage.Query) {
			q.CreatedFrom, q.CreatedBefore = noon.Add(4*time.Minute), noon.Add(8*time.Minute)
		}), []int64{7, 5, 4}},
		{"modified", with(func(q *storage.Query) { q.ModifiedFrom = noon.Add(9 * time.Hour) }), []int64{11, 10}},
		{"customer", with(func(q *storage.Query) { q.CustomerID = 7 }), []int64{10, 8, 4, 2}},
		{"parent", storage.Query{StoreID: b.store.ID, Resource: storage.Refunds, ParentID: 4}, []int64{100}},
	} {
		if got := b.collect(b.db.Records(b.ctx, tt.q)); !slices.Equal(got, tt.want) {
			b.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if n, err := b.db.CountRecords(b.ctx, with(func(q *storage.Query) { q.Limit, q.Offset = 1, 5 })); err != nil ||
		n != 8 {
		b.Errorf("the count without the page is %d (%v)", n, err)
	}
}

func textIsFound(b *bundle) {
	order := func(id int64, first, last, email, note string) storage.Record {
		r := record(id, `""`)
		raw, err := json.Marshal(map[string]any{
			"id": id, "number": fmt.Sprint("A-", id), "customer_note": note,
			"billing": map[string]string{"first_name": first, "last_name": last, "email": email},
		})
		b.ok(err)
		r.Raw = raw
		return r
	}
	b.add(
		order(1, "José", "García", "jose@example.test", ""),
		order(2, "Ada", "Lovelace", "ada@example.test", "100% of_it"),
		order(3, "Günter", "Öztürk", "g@example.test", ""),
		order(4, "מרים", "כהן", "m@example.test", ""),
		order(5, "Дмитрий", "Ильин", "d@example.test", ""),
	)
	b.wantText(map[string][]int64{
		"jose": {1}, "GARCIA": {1}, "ada lovelace": {2}, "öztürk": {3}, "OZTURK": {3}, "כהן": {4}, "дмитрий": {5},
		"ADA@": {2}, "A-3": {3},
		"100%": {2}, "of_it": {2}, "%": {2}, "nobody": {}, "example.test": {5, 4, 3, 2, 1},
		`"`: {}, `a" OR "d`: {}, "of*": {}, "כה": {4}, "@e": {5, 4, 3, 2, 1},
	})
	b.locked(func(tx storage.Tx) {
		married := order(2, "Ada", "King", "ada@example.test", "")
		b.ok(tx.ReplaceRecords(b.ctx, b.store.ID, []storage.Record{married}))
		b.ok(tx.DropRecords(b.ctx, b.store.ID, []storage.Ref{orderRef(5)}))
	})
	b.wantText(map[string][]int64{"lovelace": {}, "ada king": {2}, "example.test": {4, 3, 2, 1}, "дмитрий": {}})
	some := storage.Query{StoreID: b.store.ID, Resource: storage.Orders, Text: "example.test"}
	some.OldestFirst, some.Limit, some.Offset = true, 2, 1
	if got := b.collect(b.db.Records(b.ctx, some)); !slices.Equal(got, []int64{2, 3}) {
		b.Errorf("the second and third: %v", got)
	}
	some = storage.Query{StoreID: b.store.ID, Resource: storage.Products, Text: "example.test"}
	if got := b.collect(b.db.Records(b.ctx, some)); len(got) != 0 {
		b.Errorf("orders are found among products: %v", got)
	}
}

// wantText compares the records that a search finds with the wanted ones, before and after the index of their text was
// made.
func (b *bundle) wantText(want map[string][]int64) {
	b.Helper()
	for _, when := range []string{"as they came", "prepared"} {
		for text, want := range want {
			q := storage.Query{StoreID: b.store.ID, Resource: storage.Orders, Text: text}
			if got := b.collect(b.db.Records(b.ctx, q)); !slices.Equal(got, want) {
				b.Errorf("%s, %q: got %v, want %v", when, text, got, want)
			}
			if n, err := b.db.CountRecords(b.ctx, q); err != nil || n != len(want) {
				b.Errorf("%s, %q: %d are counted (%v), want %d", when, text, n, err, len(want))
			}
		}
		b.ok(b.db.PrepareViews(b.ctx))
	}
}

func lookupsWork(b *bundle) {
	put := func(r storage.Resource, id int64, raw string) {
		b.add(storage.Record{Ref: storage.Ref{Resource: r, ID: id}, Raw: json.RawMessage(raw)})
	}
	put(storage.Products, 1, `{"id":1,"sku":"MUG-1"}`)
	put(storage.Variations, 2, `{"id":2,"sku":"MUG-1"}`)
	put(storage.Products, 3, `{"id":3,"sku":"mug-1"}`)
	put(storage.Customers, 4, `{"id":4,"email":"Ada@Example.test"}`)
	put(storage.Customers, 6, `{"id":6,"email":"ada@example.test"}`)
	put(storage.Coupons, 5, `{"id":5,"code":"ten"}`)
	ids := func(records []storage.Record, err error) []int64 {
		b.ok(err)
		list := []int64{}
		for _, r := range records {
			list = append(list, r.ID)
		}
		return list
	}
	if got := ids(b.db.FindBySKU(b.ctx, b.store.ID, "MUG-1")); !slices.Equal(got, []int64{1, 2}) {
		b.Errorf("by SKU: %v", got)
	}
	if got := ids(b.db.FindByEmail(b.ctx, b.store.ID, "ada@example.TEST")); !slices.Equal(got, []int64{4, 6}) {
		b.Errorf("by e-mail: %v", got)
	}
	if got := ids(b.db.FindByCode(b.ctx, b.store.ID, "TEN")); !slices.Equal(got, []int64{5}) {
		b.Errorf("by code: %v", got)
	}
	if got := ids(b.db.FindBySKU(b.ctx, b.store.ID, "none")); len(got) != 0 {
		b.Errorf("an unknown SKU: %v", got)
	}
	b.locked(func(tx storage.Tx) {
		if got := ids(tx.CouponsByCode(b.ctx, b.store.ID, "Ten")); !slices.Equal(got, []int64{5}) {
			b.Errorf("by code within a transaction: %v", got)
		}
	})
}

func ordersHaveNumbers(b *bundle) {
	order := func(id int64, number string) storage.Record {
		r := record(id, `""`)
		r.Raw = fmt.Appendf(nil, `{"id":%d,"number":%q}`, id, number)
		return r
	}
	other := trashed(order(5, "A-7"))
	b.add(order(1, "1"), order(2, "A-7"), order(3, "2"), order(4, "004"), other)
	for number, want := range map[string][]int64{
		"1": {1}, "A-7": {2, 5}, "2": {3}, "004": {4}, "4": {}, "3": {}, "none": {}, "": {},
	} {
		found, err := b.db.OrdersByNumber(b.ctx, b.store.ID, number)
		b.ok(err)
		got := []int64{}
		for _, r := range found {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want) {
			b.Errorf("%q: got %v, want %v", number, got, want)
		}
	}
}

func questionsOnlyRead(b *bundle) {
	b.add(record(1, `"x"`), record(2, `"x"`), record(3, `"x"`))
	rows, err := b.db.Query(b.ctx, `SELECT id FROM orders ORDER BY id`, 2)
	b.ok(err)
	if len(rows.Values) != 2 || !rows.Truncated || fmt.Sprint(rows.Values[1][0]) != "2" || rows.Columns[0] != "id" {
		b.Errorf("got %+v", rows)
	}
	if rows, err = b.db.Query(b.ctx, `SELECT id FROM orders`, 0); err != nil || len(rows.Values) != 3 ||
		rows.Truncated {
		b.Errorf("without a limit: %+v, %v", rows, err)
	}
	for _, statement := range []string{`DELETE FROM records`, `SELECT 1; DELETE FROM records`, `SELEC 1`, ``,
		`WITH x AS (SELECT 1) DELETE FROM records`, `SELECT nothing FROM orders`} {
		if _, err := b.db.Query(b.ctx, statement, 0); !problem.Is(err, problem.QueryRefused) {
			b.Errorf("%s: got %v", statement, err)
		}
	}
	if n, err := b.db.CountRecords(b.ctx, storage.Query{StoreID: b.store.ID, Resource: storage.Orders}); err != nil ||
		n != 3 {
		b.Errorf("%d orders are left (%v)", n, err)
	}
}

func listsAreNarrowed(b *bundle) {
	order := func(id int64, content string) storage.Record {
		r := record(id, `"x"`)
		r.Raw = []byte(`{"id":` + number(id) + `,` + content + `}`)
		return r
	}
	of := func(resource storage.Resource, id int64, content string) storage.Record {
		r := order(id, content)
		r.Resource, r.Status = resource, "publish"
		return r
	}
	b.add(order(1, `"number":"1","billing":{"email":"Ann@Shop.example"}`),
		order(2, `"number":"A-1","billing":{"email":"bob@shop.example"}`),
		order(3, `"number":"1","billing":{"email":"ann@shop.example"}`), order(4, `"number":"4","billing":null`),
		of(storage.Customers, 1, `"email":"Ann@shop.example"`), of(storage.Customers, 2, `"email":"bob@shop.example"`),
		of(storage.Products, 1, `"sku":"MUG"`), of(storage.Products, 2, `"sku":"mug"`))
	for name, c := range map[string]struct {
		q    storage.Query
		want []int64
	}{
		"a number that is an id too":   {storage.Query{Resource: storage.Orders, Number: "1"}, []int64{1, 3}},
		"a number that is none":        {storage.Query{Resource: storage.Orders, Number: "A-1"}, []int64{2}},
		"an id that is no number":      {storage.Query{Resource: storage.Orders, Number: "3"}, []int64{}},
		"an address of orders":         {storage.Query{Resource: storage.Orders, Email: "ANN@shop.example"}, []int64{1, 3}},
		"an address of customers":      {storage.Query{Resource: storage.Customers, Email: "ann@SHOP.example"}, []int64{1}},
		"a SKU":                        {storage.Query{Resource: storage.Products, SKU: "MUG"}, []int64{1}},
		"a quote and a byte that is 0": {storage.Query{Resource: storage.Orders, Email: "a'\x00"}, []int64{}},
	} {
		c.q.StoreID, c.q.OldestFirst = b.store.ID, true
		if got := b.collect(b.db.Records(b.ctx, c.q)); !slices.Equal(got, c.want) {
			b.Errorf("%s: got %v, want %v", name, got, c.want)
		}
		if n, err := b.db.CountRecords(b.ctx, c.q); err != nil || n != len(c.want) {
			b.Errorf("%s: counted %d (%v), want %d", name, n, err, len(c.want))
		}
	}
}

func listsGoOn(b *bundle) {
	for id := range int64(7) {
		b.add(record(id+1, `"x"`))
	}
	for oldest, want := range map[bool][]int64{true: {1, 2, 3, 4, 5, 6, 7}, false: {7, 6, 5, 4, 3, 2, 1}} {
		var got []int64
		q := storage.Query{StoreID: b.store.ID, Resource: storage.Orders, OldestFirst: oldest, Limit: 3}
		for {
			page := b.collect(b.db.Records(b.ctx, q))
			got = append(got, page...)
			if len(page) == 0 {
				break
			}
			q.After = &storage.Ref{Resource: storage.Orders, ID: page[len(page)-1]}
		}
		if !slices.Equal(got, want) {
			b.Errorf("oldest first %v: the pages are %v", oldest, got)
		}
	}
}
