package verify

import (
	"context"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// learn asks for what a comparison has to know: the statuses that lists name, and how many orders the store counts.
func (v *verification) learn(ctx context.Context) error {
	if err := state.Load(ctx, v.repo, v.StoreID, state.AboutName, &v.About); err != nil {
		return err
	}
	if !v.wanted(storage.Orders) {
		return nil
	}
	statuses, err := woo.OrderStatuses(ctx, ask.Glancing{Asker: v.Asker})
	if ctx.Err() != nil {
		return err
	}
	if err == nil {
		v.About.Statuses = statuses
	}
	v.counted = v.count(ctx)
	return nil
}

// count returns how many orders and refunds the store counts; below 0 when the store does not say.
func (v *verification) count(ctx context.Context) int {
	status, err := v.SystemStatus(ctx)
	if err != nil {
		return -1
	}
	return status.Orders()
}

// countHidden counts an order that no list shows and that is the same on both sides.
func (v *verification) countHidden(one suspect, held storage.Record) {
	if one.ref.Resource == storage.Orders && !one.listed && v.IsHidden(held.Status) {
		v.of(storage.Orders).Hidden++
	}
}

// account finds out whether the store counts more orders than were compared. It uses the smaller of two counts, made
// before and after the comparison, so that an order that comes meanwhile is no difference.
func (v *verification) account(ctx context.Context) error {
	if !v.wanted(storage.Orders) || v.of(storage.Orders).Skipped != "" {
		return nil
	}
	if v.counted < 0 {
		v.notes = append(v.notes, "orders whose status comes from a plugin that is switched off cannot be counted "+
			"with this key (it may not read the system status), so they were not looked for")
		return nil
	}
	counted := v.counted
	if again := v.count(ctx); again >= 0 {
		counted = min(counted, again)
	}
	refund := v.of(storage.Refunds).Store
	if slices.Contains(v.absent, storage.Refunds) || !v.wanted(storage.Refunds) || v.of(storage.Refunds).Skipped != "" {
		held, err := v.repo.Counts(ctx, v.StoreID, storage.Refunds)
		if err != nil {
			return err
		}
		refund = max(refund, held.Live)
	}
	h := v.About.Hidden
	if v.of(storage.Refunds).Skipped == "" {
		v.of(storage.Orders).Unseen = max(counted-v.of(storage.Orders).Store-refund-h.Explained-h.Others, 0)
	}
	return nil
}
