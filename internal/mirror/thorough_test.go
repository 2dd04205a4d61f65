package mirror_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
)

// A thorough sync is what verify advises where a difference shows in no date, so it has to find every kind of record
// that verify compares.
func TestAThoroughSyncReadsWhatBelongsToOtherRecords(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.Notes = mirror.ExtentAll })
	b.shop.fill(t, 30)
	b.shop.put(
		"products",
		0,
		[]byte(`{"id":7,"name":"Shirt","type":"variable","status":"publish","date_created_gmt":"2026-01-01T00:00:00",`+
			`"date_modified_gmt":"2026-01-01T00:00:00","sku":"S","images":[],"attributes":[],"categories":[],"tags":[]}`),
	)
	b.shop.put(
		"variations",
		7,
		[]byte(
			`{"id":8,"parent_id":7,"status":"publish","sku":"S-1","price":"5","date_created_gmt":"2026-01-01T00:00:00",`+
				`"date_modified_gmt":"2026-01-01T00:00:00"}`,
		),
	)
	b.shop.put("order_notes", 1003, []byte(`{"id":1,"note":"a","author":"system"}`))
	b.shop.tick(time.Hour)
	b.sync()
	b.equal()

	b.shop.meddleWith("variations", 8, "price", `"6"`)
	b.shop.meddleWith("order_notes", 1, "note", `"b"`)
	b.shop.put("order_notes", 1006, []byte(`{"id":2,"note":"new","author":"system"}`))
	b.syncWith(mirror.Budget{Sweep: true})
	b.equal()
}

// What lies in the trash shows in no list that is compared.
func TestAThoroughSyncComparesWhatLiesInTheTrash(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 10)
	b.shop.product(7, "simple", `[]`)
	b.shop.trash("products", 7)
	b.shop.trash("orders", 1003)
	b.shop.tick(time.Hour)
	b.sync()
	b.equal()

	b.shop.meddleWith("products", 7, "name", `"Coat"`)
	b.shop.meddleWith("orders", 1003, "customer_note", `"later"`)
	b.wait(time.Hour)
	b.syncWith(mirror.Budget{Sweep: true})
	b.equal()
}
