package verify

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// strayParents adds the products that have variations although they are not variable: those below which the mirror
// holds variations, and those that the list of all variations names. Without such a list it asks the products that look
// as if they had been variable.
func (v *verification) strayParents(ctx context.Context) error {
	if err := state.Load(ctx, v.repo, v.StoreID, state.StraysName, &v.strays); err != nil {
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
	ch := v.AllVariations(pages.Place{}, woo.StatusAny)
	ch.Unreadable = func(int64, error) { shown++ } // the comparison of its family says what is wrong with the variation
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
	case !ask.NoRoute(err) && !v.Asker.Refused(ctx, storage.Variations, err):
		return err
	}
	v.unlisted = true
	for _, id := range v.varied {
		add(id)
	}
	return nil
}

// trashedVariations makes suspects of the variations in the trash that the mirror lacks. Those that the mirror holds
// are compared with their families.
func (v *verification) trashedVariations(ctx context.Context) error {
	return v.AllVariations(pages.Place{}, woo.StatusTrash).Run(ctx, func(p *pages.Page) error {
		for i := range p.Readings {
			r := &p.Readings[i]
			held, err := v.HeldReading(ctx, r.Ref)
			if err != nil {
				return err
			}
			product, err := v.HeldReading(ctx, storage.Ref{Resource: storage.Products, ID: r.ParentID})
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
