package verify

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// Faults of a list whose records all equal the mirror: the list showed fewer records than its total, or than the store
// counts elsewhere.
const (
	whyUnshown = "its lists count them and do not show them"
	whyHidden  = "its lists leave them out, as plugins do that hide records by vendor, customer or language"
)

// addsUp compares the number of records that a list showed with the list's total. Where records are missing, the ids
// are read once more: a record that was added meanwhile, before the place of the reading, is no loss.
func (v *verification) addsUp(
	ctx context.Context, c *roster.Collection, filter []string, read *pages.Chain, showed int,
) error {
	if read.Stuck {
		v.stuck[c.Resource] = true
		v.short[c.Resource] += max(read.Total-showed, 1)
		return nil
	}
	if read.Total <= showed {
		return nil
	}
	ch, again := v.Chain(c, append(filter, "_fields", "id"), pages.Place{}, -1), 0
	ch.Fresh = true
	ch.Unreadable = func(int64, error) { again++ }
	err := ch.Run(ctx, func(p *pages.Page) error {
		again += p.Fresh
		return nil
	})
	if err == nil {
		v.short[c.Resource] += max(ch.Total-max(again, showed), 0)
	}
	return err
}

// accountLists finds the collections of which the store counts more records than were compared.
func (v *verification) accountLists(ctx context.Context) error {
	told := true
	var status *shown.Status
	if v.wanted(storage.Products) || v.wanted(storage.Coupons) {
		if got, err := v.SystemStatus(ctx); err == nil {
			status = &got
		}
	}
	for _, c := range roster.Collections {
		if !v.wanted(c.Resource) || v.of(c.Resource).Skipped != "" {
			continue
		}
		if n := v.short[c.Resource]; n > 0 {
			one := v.of(c.Resource)
			one.Unseen, one.UnseenWhy = max(one.Unseen, n), whyUnshown
			if v.stuck[c.Resource] {
				one.UnseenWhy = pages.StuckReason
			}
			continue
		}
		kept, err := shown.KeptOf(ctx, v.repo, v.StoreID, c.Resource)
		if err != nil {
			return err
		}
		kept.All += v.of(c.Resource).OnlyStore // the store showed these
		kept.Published += v.of(c.Resource).OnlyStore
		n, counts, err := v.Unlisted(ctx, c, status, kept)
		if err != nil {
			return err
		}
		if n > 0 {
			v.of(c.Resource).Unseen, v.of(c.Resource).UnseenWhy = n, whyHidden
		}
		told = told && (counts || c == roster.Orders || c == roster.Refunds)
	}
	if !told {
		v.notes = append(v.notes, "products, customers and coupons that lists leave out cannot be counted with this "+
			"key (it may not read the system status and the reports), so they were not looked for")
	}
	return nil
}
