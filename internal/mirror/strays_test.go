package mirror_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// product puts a product on the shelf; attributes are JSON.
func (s *shop) product(id int64, kind, attributes string) {
	s.put("products", 0, fmt.Appendf(nil, `{"id":%d,"name":"Shirt","type":%q,"status":"publish",`+
		`"date_created_gmt":"2026-01-01T00:00:00","date_modified_gmt":"2026-01-01T00:00:00","sku":"S%d","images":[],`+
		`"attributes":%s,"categories":[],"tags":[]}`, id, kind, id, attributes))
}

func (s *shop) variation(id, product int64) {
	s.put("variations", product, fmt.Appendf(nil, `{"id":%d,"parent_id":%d,"status":"publish","sku":"V-%d","price":"5",`+
		`"date_created_gmt":"2026-01-01T00:00:00","date_modified_gmt":"2026-01-01T00:00:00"}`, id, product, id))
}

// counting makes the store say how many rows of variations it has.
func (s *shop) counting(variations int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plain["system_status"] = fmt.Appendf(nil, `{"environment":{"version":"10.0.2"},"settings":{},`+
		`"post_type_counts":[{"type":"product_variation","count":"%d"}]}`, variations)
}

const varies = `[{"id":0,"name":"Size","variation":true,"options":["S"]}]`

func TestVariationsBelowProductsThatAreNotVariableAreMirrored(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]struct {
		list, counts bool
	}{
		"all variations are listed, as since 10.3": {list: true},
		"the system status counts them":            {counts: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.listsVariations = kind.list
			count := func(n int) {
				if kind.counts {
					b.shop.counting(n)
				}
			}
			for id := int64(1); id <= 30; id++ {
				b.shop.product(id, "simple", `[]`)
			}
			b.shop.product(40, "variable", varies)
			b.shop.product(41, "simple", varies)
			b.shop.variation(101, 40)
			b.shop.variation(102, 41)
			b.shop.variation(103, 29)
			b.shop.tick(time.Hour)
			count(3)
			b.settle()
			b.equal()

			// An edit that moves nothing of the product, and one stray more.
			b.shop.meddleWith("variations", 103, "price", `"6"`)
			b.shop.variation(104, 2)
			count(4)
			b.wait(2 * time.Hour)
			b.settle()
			b.equal()

			// They go.
			b.shop.remove("variations", 103)
			count(3)
			b.wait(2 * time.Hour)
			b.settle()
			b.equal()

			// A quiet store is not searched again.
			b.shop.requests()
			b.wait(2 * time.Minute)
			b.settle()
			if n := about(b.shop.requests(), "products/1/variations"); n > 0 {
				t.Errorf("a quiet store is asked %d times for the variations of a product", n)
			}
		})
	}
}

func TestVariationsOfAStoreThatNeitherListsNorCountsThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.product(1, "simple", varies) // it was variable
	b.shop.product(2, "simple", `[]`)
	b.shop.variation(101, 1)
	b.shop.tick(time.Hour)
	b.settle()
	b.equal()

	report, err := b.mirror.Verify(t.Context(), b.store.ID, b.client, mirror.VerifyOptions{})
	if err != nil || !strings.Contains(strings.Join(report.Notes, "\n"), "variations below products that are not variable") {
		t.Errorf("verify does not say that it could not look everywhere: %v %s", err, shown(report))
	}
}

// Verify looks where the mirror has not looked yet.
func TestVerifyFindsAVariationBelowAProductThatIsNotVariable(t *testing.T) {
	t.Parallel()
	for _, lists := range []bool{true, false} {
		t.Run(fmt.Sprintf("listed: %v", lists), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.listsVariations = lists
			b.shop.counting(0)
			b.shop.product(1, "simple", `[]`)
			b.shop.tick(time.Hour)
			b.settle()
			b.equal()

			b.shop.variation(101, 1)
			b.shop.counting(1)
			report, err := b.mirror.Verify(t.Context(), b.store.ID, b.client, mirror.VerifyOptions{})
			if err != nil || report.Equal() || len(report.Differences) != 1 ||
				report.Differences[0].Found != mirror.FoundOnlyStore {
				t.Errorf("verify: %v %s", err, shown(report))
			}
		})
	}
}

// A variation whose product is gone is counted and shown nowhere: it is no difference, and is said.
func TestVariationsOfAProductThatIsGoneAreCountedAndSaid(t *testing.T) {
	t.Parallel()
	for _, lists := range []bool{true, false} {
		t.Run(fmt.Sprintf("listed: %v", lists), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.listsVariations = lists
			for id := int64(1); id <= 5; id++ {
				b.shop.product(id, "simple", `[]`)
			}
			b.shop.variation(101, 99)
			b.shop.hidden[101] = true
			b.shop.counting(1)
			b.shop.tick(time.Hour)
			b.settle()
			report, err := b.mirror.Verify(t.Context(), b.store.ID, b.client, mirror.VerifyOptions{})
			if err != nil || !report.Equal() || !strings.Contains(strings.Join(report.Notes, "\n"), "are not mirrored: 1") {
				t.Errorf("verify: %v %s", err, shown(report))
			}
			b.shop.requests()
			b.wait(2 * time.Hour)
			b.settle()
			if n := about(b.shop.requests(), "products/1/variations"); n > 0 {
				t.Error("products are asked again for what none of them has")
			}
			if held, err := b.db.Counts(t.Context(), b.store.ID, storage.Variations); err != nil || held.Live != 0 {
				t.Errorf("%d variations are mirrored, %v", held.Live, err)
			}
		})
	}
}

// Variations in the trash are mirrored by a first copy as they are by one that saw them go there.
func TestVariationsInTheTrashAreMirrored(t *testing.T) {
	t.Parallel()
	for _, lists := range []bool{true, false} {
		t.Run(fmt.Sprintf("listed: %v", lists), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.listsVariations = lists
			b.shop.product(1, "variable", varies)
			b.shop.product(2, "variable", varies)
			b.shop.variation(101, 1)
			b.shop.variation(102, 2)
			b.shop.variation(103, 2)
			b.shop.trash("products", 1)
			b.shop.trash("variations", 101)
			if lists {
				b.shop.trash("variations", 102) // alone: before 10.3 no list names it
			}
			b.shop.tick(time.Hour)
			b.settle()
			b.equal()
		})
	}
}

// An import moves variations to other products in the database: no date moves, but the products name others.
func TestVariationsThatAnImportMovedAreFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.product(640, "variable", varies+`,"variations":[101,102,103]`)
	b.shop.product(641, "variable", varies+`,"variations":[]`)
	for id := int64(1); id <= 130; id++ { // the oldest and the newest are looked at more often
		b.shop.product(id+id/40*1000, "simple", `[]`)
		b.shop.edit("products", id+id/40*1000, "name", `"newer"`)
	}
	b.shop.variation(101, 640)
	b.shop.variation(102, 640)
	b.shop.variation(103, 640)
	b.shop.newOrder(t, 7)
	b.shop.tick(time.Hour)
	b.settle()
	b.wait(2 * time.Hour)
	b.settle()
	b.equal()

	b.shop.remove("variations", 102)
	b.shop.variation(102, 641)
	b.shop.remove("variations", 103)
	b.shop.meddleWith("products", 640, "variations", `[101]`)
	b.shop.meddleWith("products", 641, "variations", `[102]`)
	b.shop.edit("orders", 7, "customer_note", `"a change elsewhere"`)
	b.wait(2 * time.Minute)
	b.settle()
	b.equal()
}
