package mirror_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// lose lets orders go without a trace, as a restored backup does, and gives back their texts.
func (s *shop) lose(from, n int) map[int64][]byte {
	lost := map[int64][]byte{}
	for i := from; i < from+n; i++ {
		id := 1000 + 3*int64(i)
		lost[id] = s.raw("orders", id)
		s.remove("orders", id)
	}
	return lost
}

// held counts the orders of the mirror.
func (b *bundle) held() int {
	b.t.Helper()
	n, err := b.db.Counts(b.t.Context(), b.store.ID, storage.Orders)
	if err != nil {
		b.t.Fatal(err)
	}
	return n.Live
}

// losses pulls as `waybill sync --once` does and gives what the last step says of losses.
func (b *bundle) losses(budget mirror.Budget) []mirror.Loss {
	b.t.Helper()
	budget.Compare = true
	b.syncWith(budget)
	return b.step(budget).Losses
}

func TestALargeLossIsKeptBackUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 200)
	b.sync()
	b.shop.lose(60, 90)
	b.shop.edit("orders", 1000, "status", `"completed"`)
	for range 2 {
		losses := b.losses(mirror.Budget{})
		if len(losses) != 1 || losses[0].Resource != storage.Orders || losses[0].About < 51 || losses[0].Held != 200 {
			t.Fatalf("the loss of 90 of 200 orders is told as %+v", losses)
		}
		if held := b.held(); held != 200 {
			t.Fatalf("%d of 200 orders are left before anybody accepted the loss", held)
		}
	}
	if kind := kinds(t, b.db, b.store.ID, 0)["orders/1000"]; kind != storage.Updated {
		t.Errorf("meanwhile an edit of another order was not followed: %q", kind)
	}
	if losses := b.losses(mirror.Budget{AcceptLoss: true}); len(losses) > 0 {
		t.Errorf("the loss was accepted and is told still: %+v", losses)
	}
	b.equal()
}

func TestALossThatIsUndoneEndsByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 200)
	b.sync()
	lost := b.shop.lose(100, 100)
	if losses := b.losses(mirror.Budget{}); len(losses) != 1 {
		t.Fatalf("the loss of half of the orders is told as %+v", losses)
	}
	for _, raw := range lost {
		b.shop.put("orders", 0, raw)
	}
	b.shop.remove("orders", 1000)
	if losses := b.losses(mirror.Budget{}); len(losses) > 0 {
		t.Errorf("the orders are back, and the loss is told still: %+v", losses)
	}
	b.equal()
	if held := b.held(); held != 199 {
		t.Errorf("the mirror holds %d orders", held)
	}
}

// Found one by one, only so many go.
func TestALossInPartsIsKeptBackWhenItGrowsLarge(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 200)
	b.sync()
	for part := range 3 {
		b.shop.lose(20+part*40, 40)
		losses := b.losses(mirror.Budget{})
		if part == 0 && (len(losses) > 0 || b.held() != 160) {
			t.Fatalf("the loss of 40 of 200 orders leaves %d, losses %+v", b.held(), losses)
		}
		if part > 0 && len(losses) != 1 {
			t.Errorf("the loss of 40 of %d orders after that is told as %+v", 200-part*40, losses)
		}
	}
	if held := b.held(); held < 150 {
		t.Errorf("%d orders are left, of 200 with 120 lost", held)
	}
	b.losses(mirror.Budget{AcceptLoss: true})
	b.equal()
}

func TestASmallShopThatLosesALargeShareKeepsItToo(t *testing.T) {
	t.Parallel()
	// Where all are lost, the newest is asked for by itself and goes before that is seen.
	for _, c := range []struct {
		held, lost, kept int
		large            bool
	}{{36, 20, 36, true}, {36, 7, 29, false}, {9, 9, 8, true}, {9, 5, 4, false}} {
		b := setup(t)
		b.shop.fill(t, c.held)
		b.sync()
		b.shop.lose(1, c.lost-1)
		b.shop.lose(0, 1)
		losses := b.losses(mirror.Budget{})
		if told := len(losses) == 1 && losses[0].About == c.lost && losses[0].Held == c.held; told != c.large {
			t.Errorf("the loss of %d of %d orders is told as %+v", c.lost, c.held, losses)
		}
		if held := b.held(); held != c.kept {
			t.Errorf("after the loss of %d of %d orders the mirror holds %d", c.lost, c.held, held)
		}
	}
}

// What vanishes, comes back and vanishes again is one loss, and no more is told than there was.
func TestRecordsThatVanishSeveralTimesAreLostOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 30)
	b.sync()
	for range 4 {
		lost := b.shop.lose(10, 4)
		if losses := b.losses(mirror.Budget{}); len(losses) > 0 || b.held() != 26 {
			t.Fatalf("the loss of 4 of 30 orders leaves %d, losses %+v", b.held(), losses)
		}
		for _, raw := range lost {
			b.shop.put("orders", 0, raw)
		}
		b.settle()
	}
	b.shop.lose(0, 30)
	losses := b.losses(mirror.Budget{})
	if len(losses) != 1 || losses[0].About != 30 || losses[0].Held != 30 || b.held() < 29 {
		t.Errorf("the loss of all 30 orders leaves %d and is told as %+v", b.held(), losses)
	}
}
