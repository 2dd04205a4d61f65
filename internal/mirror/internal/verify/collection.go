package verify

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// collection compares one collection, window by window, and its trash.
func (v *verification) collection(ctx context.Context, c *roster.Collection) error {
	// Refunds are also asked for when only orders are wanted: whether there is a list of refunds decides how orders are
	// read.
	if !v.wanted(c.Resource) && !(c == roster.Orders && v.asksOrders()) &&
		!(c == roster.Products && v.wanted(storage.Variations)) {
		return nil
	}
	if v.wanted(c.Resource) {
		v.of(c.Resource) // a collection that is empty on both sides is named in the report, too
	}
	held, err := v.repo.Counts(ctx, v.StoreID, c.Resource)
	if err != nil {
		return err
	}
	v.progress.Begin(c.Resource, held.Live+held.Trash)
	from := time.Time{}
	for {
		to := time.Time{}
		if c.Dated {
			if to, err = v.windowEnd(ctx, c, from); err != nil {
				return err
			}
		}
		within := storage.Range{CreatedFrom: from, CreatedBefore: to}
		if err := v.pages(ctx, c, shown.Span(from, to), within); err != nil {
			return err
		}
		if to.IsZero() {
			break
		}
		from = to
	}
	if !c.Route.HasTrash() {
		return nil
	}
	err = v.pages(ctx, c, []string{"status", storage.StatusTrash}, storage.Range{Trash: true})
	if errors.Is(err, shown.ErrNoTrash) {
		return nil
	}
	return err
}

// asksOrders says whether orders have to be read because records that belong to each order are compared.
func (v *verification) asksOrders() bool {
	return v.wanted(storage.Refunds) && v.refundsByOrder() ||
		v.wanted(storage.OrderNotes) && v.notesOf == roster.ExtentAll ||
		v.wanted(storage.Fulfillments) && v.fulfillmentsOf == roster.ExtentAll
}

// windowEnd returns the creation date at which the next window ends; zero for the last window.
func (v *verification) windowEnd(ctx context.Context, c *roster.Collection, from time.Time) (time.Time, error) {
	to, err := v.repo.CreatedAt(ctx, v.StoreID, c.Resource, from, time.Time{}, v.window)
	if err != nil || !to.After(from) {
		return time.Time{}, err
	}
	return to, nil
}

func (v *verification) pages(ctx context.Context, c *roster.Collection, filter []string, within storage.Range) error {
	ch, fresh := v.Chain(c, filter, pages.Place{}, -1), 0
	unreadable := ch.Unreadable
	ch.Unreadable = func(id int64, cause error) {
		fresh++
		unreadable(id, cause)
	}
	err := ch.Run(ctx, func(p *pages.Page) error {
		if within.Trash && !shown.ShowsTrash(p) {
			return shown.ErrNoTrash
		}
		for i := range p.Readings {
			v.remember(c, &p.Readings[i])
		}
		fresh += p.Fresh
		v.progress.Read(p.Fresh)
		return v.page(ctx, c.Resource, p, within)
	})
	if err != nil {
		return err
	}
	return v.addsUp(ctx, c, filter, ch, fresh)
}

// remember collects the parents whose families have to be compared.
func (v *verification) remember(c *roster.Collection, r *reading.Reading) {
	switch {
	case c == roster.Products && follow.IsVariable(r.Kind):
		v.parents[storage.Variations] = append(v.parents[storage.Variations], r.ID)
	case c == roster.Products && r.Terms.Varies():
		v.varied = append(v.varied, r.ID)
	case c == roster.Products:
		v.plain = append(v.plain, r.ID)
	case c == roster.Orders && v.refundsByOrder() && len(reading.IDsIn(r.Refunds, "id")) > 0:
		v.parents[storage.Refunds] = append(v.parents[storage.Refunds], r.ID)
	}
	if c == roster.Orders && v.notesOf == roster.ExtentAll {
		v.parents[storage.OrderNotes] = append(v.parents[storage.OrderNotes], r.ID)
	}
	if c == roster.Orders && v.fulfillmentsOf == roster.ExtentAll && follow.ShowsFulfillments(r) {
		v.parents[storage.Fulfillments] = append(v.parents[storage.Fulfillments], r.ID)
	}
}

// refundsByOrder says whether refunds are compared order by order, because the store has no list of all refunds.
func (v *verification) refundsByOrder() bool { return slices.Contains(v.absent, storage.Refunds) }

// page compares one page with the mirror's span.
func (v *verification) page(ctx context.Context, r storage.Resource, p *pages.Page, within storage.Range) error {
	within.Resource, within.AfterID, within.ToID = r, p.AfterID, p.LastID()
	if p.Last {
		within.ToID = math.MaxInt64
	}
	listed := p.Readings[len(p.Readings)-p.Fresh:]
	for held, err := range v.repo.Between(ctx, v.StoreID, within) {
		if err != nil {
			return err
		}
		for len(listed) > 0 && listed[0].ID < held.ID {
			v.suspect(listed[0].Ref, listed[0].ParentID, true)
			listed = listed[1:]
		}
		if len(listed) == 0 || listed[0].ID > held.ID {
			v.suspect(held.Ref, held.ParentID, false)
			continue
		}
		if held.Hash == storage.HashOf(listed[0].Raw) || v.watch.Same.Content(r, held.Raw, listed[0].Raw) {
			v.equal(r)
		} else {
			v.suspect(held.Ref, held.ParentID, true)
		}
		listed = listed[1:]
	}
	for i := range listed {
		v.suspect(listed[i].Ref, listed[i].ParentID, true)
	}
	return nil
}
