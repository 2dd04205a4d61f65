package storagetest

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// linesFollowTheirOrder checks that the lines in columns are always those of the present order, and that an order in
// the trash has none.
func linesFollowTheirOrder(b *bundle) {
	r := record(7001, `"x"`)
	b.setLines(&r, `[{"id":1,"sku":"A","quantity":2,"name":"Ä"},"odd",{"id":2,"sku":"B","quantity":0.5}]`)
	b.add(r)
	b.wantLines("[[A 2 1] [B 0.5 2]]")
	b.setLines(&r, `{"9":{"id":3,"sku":"C","quantity":4}}`)
	b.replaceLines(r)
	b.wantLines("[[C 4 3]]")
	r.Status = "trash"
	b.replaceLines(r)
	b.wantLines("[]")
	r.Status = "completed"
	b.replaceLines(r)
	b.wantLines("[[C 4 3]]")
	b.locked(func(tx storage.Tx) {
		b.ok(tx.DropRecords(b.ctx, b.store.ID, []storage.Ref{orderRef(7001)}))
	})
	b.wantLines("[]")
}

func (b *bundle) setLines(r *storage.Record, lines string) {
	r.Raw = []byte(`{"id":7001,"line_items":` + lines + `}`)
}

func (b *bundle) replaceLines(r storage.Record) {
	b.Helper()
	b.locked(func(tx storage.Tx) { b.ok(tx.ReplaceRecords(b.ctx, b.store.ID, []storage.Record{r})) })
}

func (b *bundle) wantLines(want string) {
	b.Helper()
	for _, when := range []string{"as they came", "prepared"} {
		rows, err := b.db.Query(b.ctx, `SELECT sku, quantity, id FROM order_items WHERE order_id = 7001 ORDER BY id`, 0)
		b.ok(err)
		if got := fmt.Sprint(rows.Values); got != want {
			b.Errorf("%s, the lines are %s, want %s", when, got, want)
		}
		b.ok(b.db.PrepareViews(b.ctx))
	}
}
