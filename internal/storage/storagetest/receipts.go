package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var receipts = map[string]func(*bundle){
	"receipts are kept with everything about them":           receiptsAreKept,
	"a receipt is given once, and its reference may change":  receiptsAreGiven,
	"what is missing is counted by store":                    receiptsAreMissing,
	"receipts are listed by receiver, record and reference":  receiptsAreListed,
	"old receipts are dropped, and those waited for are not": receiptsAreDropped,
	"a receipt goes with its receiver and store":             receiptsGo,
}

// receipt is one of an order.
func (b *bundle) receipt(s storage.Subscription, id int64) storage.Receipt {
	return storage.Receipt{StoreID: b.store.ID, Ref: orderRef(id), SubscriptionID: s.ID}
}

func (b *bundle) sent(at time.Time, all ...storage.Receipt) {
	b.Helper()
	for i := range all {
		all[i].SentAt = at
	}
	b.within(func(tx storage.Tx) { b.ok(tx.ExpectReceipts(b.ctx, all)) })
}

func (b *bundle) given(at time.Time, reference string, all ...storage.Receipt) {
	b.Helper()
	for i := range all {
		all[i].GivenAt, all[i].Reference = at, reference
	}
	b.within(func(tx storage.Tx) { b.ok(tx.GiveReceipts(b.ctx, all)) })
}

// receiptOf is the only one of an order.
func (b *bundle) receiptOf(id int64) storage.Receipt {
	b.Helper()
	got, err := b.db.Receipts(b.ctx, storage.ReceiptQuery{StoreID: b.store.ID, Record: orderRef(id)})
	b.ok(err)
	if len(got) != 1 {
		b.Fatalf("of order %d there are %+v", id, got)
	}
	return got[0]
}

func (b *bundle) numbersOf(q storage.ReceiptQuery) (ids []int64) {
	b.Helper()
	got, err := b.db.Receipts(b.ctx, q)
	b.ok(err)
	for _, r := range got {
		ids = append(ids, r.ID)
	}
	return ids
}

func receiptsAreKept(b *bundle) {
	s, c := b.subscription(storage.Subscription{Name: "erp"}), b.consumer(storage.Consumer{Name: "dwh"})
	want := b.receipt(s, 7)
	want.Seq, want.SentAt, want.Instead = 12, noon, "orders/8"
	b.within(func(tx storage.Tx) { b.ok(tx.ExpectReceipts(b.ctx, []storage.Receipt{want})) })
	got := b.receiptOf(7)
	if want.Number = got.Number; got.Number == 0 || !reflect.DeepEqual(got, want) {
		b.Errorf("it is %+v, want %+v", got, want)
	}
	of := storage.Receipt{StoreID: b.store.ID, Ref: orderRef(8), ConsumerID: c.ID, Reference: "SO-8", Seq: 9,
		GivenAt: noon, Unsent: true}
	b.within(func(tx storage.Tx) { b.ok(tx.GiveReceipts(b.ctx, []storage.Receipt{of})) })
	got = b.receiptOf(8)
	if of.Number = got.Number; !reflect.DeepEqual(got, of) {
		b.Errorf("of a consumer it is %+v, want %+v", got, of)
	}
	for _, gone := range []storage.Receipt{{SubscriptionID: 999}, {ConsumerID: 999}} {
		gone.StoreID, gone.Ref = b.store.ID, orderRef(1)
		err := b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.GiveReceipts(b.ctx, []storage.Receipt{gone}) })
		b.fails(err, storage.ErrNotFound)
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.ExpectReceipts(b.ctx, nil))
		b.ok(tx.GiveReceipts(b.ctx, nil))
		b.ok(tx.LackReceipts(b.ctx, nil))
	})
}

func receiptsAreGiven(b *bundle) {
	s := b.subscription(storage.Subscription{Name: "erp"})
	early, late := noon.Add(-time.Hour), noon.Add(time.Hour)
	expect := func(what string, want storage.Receipt) {
		b.Helper()
		got := b.receiptOf(7)
		want.Number = got.Number
		if !reflect.DeepEqual(got, want) {
			b.Errorf("%s: it is %+v, want %+v", what, got, want)
		}
	}
	one := b.receipt(s, 7)
	one.Seq, one.Instead = 3, "orders/9"
	b.sent(early, one)
	again := b.receipt(s, 7)
	again.Seq = 4
	b.sent(noon, again)
	one.SentAt = early
	expect("sent twice, the first counts", one)
	b.within(func(tx storage.Tx) {
		lacked := b.receipt(s, 7)
		lacked.LackedAt = early
		b.ok(tx.LackReceipts(b.ctx, []storage.Receipt{lacked}))
	})
	one.LackedAt = early
	expect("lacked", one)
	b.given(noon, "", b.receipt(s, 7))
	one.GivenAt, one.Instead, one.LackedAt = noon, "", time.Time{}
	expect("given without a reference", one)
	b.given(late, "", b.receipt(s, 7))
	expect("given again", one)
	b.given(late, "SO-7", b.receipt(s, 7))
	one.GivenAt, one.Reference = late, "SO-7"
	expect("with a reference", one)
	b.given(late.Add(time.Hour), "SO-7", b.receipt(s, 7))
	b.given(late.Add(time.Hour), "", b.receipt(s, 7))
	expect("with the same", one)
	named := b.receipt(s, 7)
	named.Instead = "orders/1"
	b.sent(late, named)
	expect("sent once more", one)
	b.within(func(tx storage.Tx) {
		lacked := b.receipt(s, 7)
		lacked.LackedAt = late.Add(time.Hour)
		b.ok(tx.LackReceipts(b.ctx, []storage.Receipt{lacked}))
	})
	one.LackedAt = late.Add(time.Hour)
	expect("lacked later", one)

	// A receipt that came before its record.
	before := b.receipt(s, 8)
	before.Unsent, before.GivenAt, before.Reference = true, noon, "SO-8"
	b.within(func(tx storage.Tx) { b.ok(tx.GiveReceipts(b.ctx, []storage.Receipt{before})) })
	sent := b.receipt(s, 8)
	sent.Seq = 5
	b.sent(late, sent)
	if got := b.receiptOf(8); got.Unsent || !got.SentAt.Equal(late) || got.Seq != 5 || !got.GivenAt.Equal(noon) {
		b.Errorf("then it is %+v", got)
	}
}

func receiptsAreMissing(b *bundle) {
	s, other := b.subscription(storage.Subscription{Name: "erp"}), b.subscription(storage.Subscription{Name: "other"})
	second := b.create("second")
	elsewhere := b.receipt(s, 1)
	elsewhere.StoreID = second.ID
	b.sent(noon, b.receipt(s, 1), b.receipt(s, 2), b.receipt(s, 4), elsewhere, b.receipt(other, 1))
	b.sent(noon.Add(-time.Minute), b.receipt(s, 3))
	b.given(noon, "SO-2", b.receipt(s, 2), b.receipt(s, 5))
	for before, want := range map[time.Time][]storage.MissingReceipts{
		noon.Add(-time.Minute): nil,
		noon:                   {{StoreID: b.store.ID, Count: 1, Since: noon.Add(-time.Minute)}},
		noon.Add(time.Minute): {{StoreID: b.store.ID, Count: 3, Since: noon.Add(-time.Minute)},
			{StoreID: second.ID, Count: 1, Since: noon}},
	} {
		got, err := b.db.MissingReceipts(b.ctx, s.ID, before)
		b.ok(err)
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			b.Errorf("before %s there are %+v, want %+v", before, got, want)
		}
	}
	q := storage.ReceiptQuery{StoreID: b.store.ID, SubscriptionID: s.ID, Missing: true, OldestFirst: true}
	if got := b.numbersOf(q); !reflect.DeepEqual(got, []int64{1, 4, 3}) {
		b.Errorf("missing are %v", got)
	}
	q.SentBefore = noon
	if got := b.numbersOf(q); !reflect.DeepEqual(got, []int64{3}) {
		b.Errorf("missing before are %v", got)
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.DropMissing(b.ctx, s.ID, b.store.ID, []storage.Ref{orderRef(1), orderRef(2), orderRef(99)}))
	})
	q.SentBefore = time.Time{}
	if got := b.numbersOf(q); !reflect.DeepEqual(got, []int64{4, 3}) {
		b.Errorf("then missing are %v", got)
	}
	b.receiptOf(2)
}

func receiptsAreListed(b *bundle) {
	s, c := b.subscription(storage.Subscription{Name: "erp"}), b.consumer(storage.Consumer{Name: "dwh"})
	for id := int64(1); id <= 4; id++ {
		b.given(noon, "SO-"+number(id), b.receipt(s, id))
	}
	b.given(noon, "so-2", storage.Receipt{StoreID: b.store.ID, Ref: orderRef(2), ConsumerID: c.ID})
	all, err := b.db.Receipts(b.ctx, storage.ReceiptQuery{OldestFirst: true})
	b.ok(err)
	for name, test := range map[string]struct {
		q    storage.ReceiptQuery
		want []int64
	}{
		"all":            {storage.ReceiptQuery{}, []int64{2, 4, 3, 2, 1}},
		"oldest first":   {storage.ReceiptQuery{OldestFirst: true, Limit: 2}, []int64{1, 2}},
		"after":          {storage.ReceiptQuery{OldestFirst: true, After: all[1].Number, Limit: 1}, []int64{3}},
		"before":         {storage.ReceiptQuery{Before: all[2].Number}, []int64{2, 1}},
		"subscription":   {storage.ReceiptQuery{SubscriptionID: s.ID, StoreID: b.store.ID, Limit: 1}, []int64{4}},
		"consumer":       {storage.ReceiptQuery{ConsumerID: c.ID}, []int64{2}},
		"record":         {storage.ReceiptQuery{StoreID: b.store.ID, Record: orderRef(2)}, []int64{2, 2}},
		"reference":      {storage.ReceiptQuery{Reference: "So-2"}, []int64{2, 2}},
		"no reference":   {storage.ReceiptQuery{Reference: "SO"}, nil},
		"another record": {storage.ReceiptQuery{Record: storage.Ref{Resource: storage.Products, ID: 2}}, nil},
	} {
		if got := b.numbersOf(test.q); !reflect.DeepEqual(got, test.want) {
			b.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func receiptsAreDropped(b *bundle) {
	s := b.subscription(storage.Subscription{Name: "erp"})
	old := noon.Add(-time.Hour)
	b.given(old, "x", b.receipt(s, 1), b.receipt(s, 2), b.receipt(s, 3))
	b.given(noon, "x", b.receipt(s, 4))
	b.sent(old, b.receipt(s, 5)) // waited for
	lacked := b.receipt(s, 3)
	lacked.LackedAt = noon
	b.within(func(tx storage.Tx) { b.ok(tx.LackReceipts(b.ctx, []storage.Receipt{lacked})) })
	for _, want := range []int64{1, 1, 0} {
		b.within(func(tx storage.Tx) {
			n, err := tx.DropReceipts(b.ctx, b.store.ID, noon, 1)
			b.ok(err)
			if n != want {
				b.Errorf("dropped were %d, want %d", n, want)
			}
		})
	}
	if got := b.numbersOf(storage.ReceiptQuery{OldestFirst: true}); !reflect.DeepEqual(got, []int64{3, 4, 5}) {
		b.Errorf("left are %v", got)
	}
	for _, want := range []int64{2, 1, 0} {
		b.within(func(tx storage.Tx) {
			n, err := tx.DropReceiptsOf(b.ctx, s.ID, 2)
			b.ok(err)
			if n != want {
				b.Errorf("of the subscription %d were dropped, want %d", n, want)
			}
		})
	}
}

func receiptsGo(b *bundle) {
	s, c := b.subscription(storage.Subscription{Name: "erp"}), b.consumer(storage.Consumer{Name: "dwh"})
	stays := b.subscription(storage.Subscription{Name: "stays"})
	of := storage.Receipt{StoreID: b.store.ID, Ref: orderRef(2), ConsumerID: c.ID}
	b.given(noon, "x", b.receipt(s, 1), of, b.receipt(stays, 3))
	b.within(func(tx storage.Tx) {
		b.ok(tx.DropSubscription(b.ctx, s.ID))
		b.ok(tx.DropConsumer(b.ctx, c.ID))
	})
	if got := b.numbersOf(storage.ReceiptQuery{}); !reflect.DeepEqual(got, []int64{3}) {
		b.Errorf("left are %v", got)
	}
	b.locked(func(tx storage.Tx) { b.ok(tx.RemoveStore(b.ctx, b.store.ID)) })
	b.ok(b.db.RemoveLeftovers(b.ctx))
	if got := b.numbersOf(storage.ReceiptQuery{}); got != nil {
		b.Errorf("of a store that is gone %v are left", got)
	}
}
