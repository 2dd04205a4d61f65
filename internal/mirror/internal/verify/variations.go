package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// accountVariations looks for variations that no product compared so far shows. It does so when the store has no list
// of all variations and counts more than were compared: it asks the other products for theirs. Variations that are
// still missing belong to products that are gone, or could not be looked for.
func (v *verification) accountVariations(ctx context.Context) error {
	if !v.wanted(storage.Variations) || v.of(storage.Variations).Skipped != "" {
		return nil
	}
	if !v.unlisted {
		v.sayUnplaced(v.unplaced)
		return nil
	}
	left, told, err := v.uncompared(ctx)
	if err != nil {
		return err
	}
	if !told {
		v.notes = append(v.notes, "variations below products that are not variable cannot be counted with "+
			"this key (it may not read the system status), so they were looked for only where a product's attributes "+
			"hint at them")
		return nil
	}
	if left > v.strays.Skew {
		if left, err = v.askPlain(ctx, left); err != nil {
			return err
		}
	}
	v.sayUnplaced(left)
	return nil
}

// askPlain compares the variations of products that are not variable, until as many were found as are missing. It
// returns how many are still missing.
//
// Failure policy: when a store has too many such products to ask them all, the missing variations count as unseen, and
// the mirror is not called equal.
func (v *verification) askPlain(ctx context.Context, left int) (int, error) {
	for i, id := range v.plain {
		if left <= 0 {
			return 0, nil
		}
		if i == shown.WorthAsking {
			v.of(storage.Variations).Unseen = left
			return 0, nil
		}
		if slices.Contains(v.parents[storage.Variations], id) {
			continue
		}
		before := v.of(storage.Variations).Store
		if err := v.family(ctx, roster.Families[storage.Variations], id); err != nil {
			return left, err
		}
		if err := v.clear(ctx); err != nil {
			return left, err
		}
		left -= v.of(storage.Variations).Store - before
	}
	return max(left, 0), nil
}

// uncompared returns how many variations the store counts beyond those compared. told is false when the store tells no
// count.
func (v *verification) uncompared(ctx context.Context) (left int, told bool, err error) {
	status, err := v.SystemStatus(ctx)
	if err != nil {
		return 0, false, ask.Ended(ctx, err)
	}
	return status.Variations() - v.of(storage.Variations).Store, true, nil
}

func (v *verification) sayUnplaced(n int) {
	if n > 0 {
		v.notes = append(v.notes, fmt.Sprintf("variations that the store counts and that show below no product "+
			"(theirs is gone, or they lie in the trash), and are not mirrored: %d", n))
	}
}
