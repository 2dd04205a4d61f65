package mirror

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// strayParents adds the products that have variations although they are not variable: those below which the mirror
// holds some, and those that the list of all variations names. Where there is no such list, products are asked that
// look as if they had been variable.
func (v *verification) strayParents(ctx context.Context) error {
	s := v.step
	if err := load(ctx, s.mirror.repo, s.storeID, straysName, &s.strays); err != nil {
		return err
	}
	if err := v.parentsHeld(ctx, storage.Variations); err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, parent := range v.parents[storage.Variations] {
		seen[parent] = true
	}
	add := func(parent int64) {
		if parent != 0 && !seen[parent] {
			seen[parent] = true
			v.parents[storage.Variations] = append(v.parents[storage.Variations], parent)
		}
	}
	shown := 0
	ch := s.allVariations(pages.Place{}, woo.StatusAny)
	ch.Unreadable = func(int64, error) { shown++ } // its family says what is wrong with it
	err := ch.Run(ctx, func(p *pages.Page) error {
		shown += p.Fresh
		for i := range p.Readings {
			add(p.Readings[i].ParentID)
		}
		return nil
	})
	switch {
	case err == nil:
		v.unplaced = max(ch.Total-shown, 0)
		return v.trashedVariations(ctx)
	case !ask.NoRoute(err) && !s.asker.Refused(ctx, storage.Variations, err):
		return err
	}
	v.unlisted = true
	for _, id := range v.varied {
		add(id)
	}
	return nil
}

// trashedVariations suspects the variations in the trash that the mirror lacks; those it holds are compared with their
// families.
func (v *verification) trashedVariations(ctx context.Context) error {
	s := v.step
	return s.allVariations(pages.Place{}, woo.StatusTrash).Run(ctx, func(p *pages.Page) error {
		for i := range p.Readings {
			r := &p.Readings[i]
			held, err := s.heldReading(ctx, r.Ref)
			if err != nil {
				return err
			}
			product, err := s.heldReading(ctx, storage.Ref{Resource: storage.Products, ID: r.ParentID})
			if err != nil {
				return err
			}
			if held.ID == 0 && r.ParentID != 0 && product.Status != storage.StatusTrash {
				v.suspect(r.Ref, r.ParentID, true)
			}
		}
		return nil
	})
}

// accountVariations looks for variations that no product compared so far shows, where the store has no list of all and
// counts more of them than were compared: it asks the other products for theirs. What is then left belongs to products
// that are gone, or could not be looked for.
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
		v.notes = append(v.notes, "variations below products that are not variable were looked for where their "+
			"attributes suggest some: the key may not read the system status, which counts them")
		return nil
	}
	if left > v.step.strays.Skew {
		if left, err = v.askPlain(ctx, left); err != nil {
			return err
		}
	}
	v.sayUnplaced(left)
	return nil
}

// askPlain compares the variations of the products that are not variable, until none is left to be found.
//
// Failure policy: of a store with more such products than are worth the requests, what was not found stays unseen, and
// the mirror is not called equal.
func (v *verification) askPlain(ctx context.Context, left int) (int, error) {
	for i, id := range v.plain {
		if left <= 0 {
			return 0, nil
		}
		if i == huntMost {
			v.of(storage.Variations).Unseen = left
			return 0, nil
		}
		if slices.Contains(v.parents[storage.Variations], id) {
			continue
		}
		before := v.of(storage.Variations).Store
		if err := v.family(ctx, families[storage.Variations], id); err != nil {
			return left, err
		}
		if err := v.clear(ctx); err != nil {
			return left, err
		}
		left -= v.of(storage.Variations).Store - before
	}
	return max(left, 0), nil
}

// uncompared is how many variations the store counts beyond those compared; told is false where it does not say.
func (v *verification) uncompared(ctx context.Context) (left int, told bool, err error) {
	status, err := v.step.inquiring().systemStatus(ctx)
	if err != nil {
		return 0, false, ask.Ended(ctx, err)
	}
	return status.variations() - v.of(storage.Variations).Store, true, nil
}

func (v *verification) sayUnplaced(n int) {
	if n > 0 {
		v.notes = append(v.notes, fmt.Sprintf("variations that the store counts and that show below no product "+
			"(theirs is gone, or they lie in the trash), and are not mirrored: %d", n))
	}
}
