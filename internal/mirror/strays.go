package mirror

import (
	"context"
	"math"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A product that is not variable can have variations: an importer changed the product's type, or a program made them
// so. The product does not name these variations, and the store serves them below the product like any others
// (docs/woocommerce/catalogue.md#variations-elsewhere). They are called strays.
//
// Strays are found by counting. A store from 10.3 on lists all variations with their products. An older store counts
// the rows of variations in its system status. When there are more rows than the mirror holds variations, products are
// asked one by one, beginning with those that have attributes for variations.
//
// Variations whose product is gone from the database are in no list and answer under no address. The store counts them,
// and the mirror does not hold them.

const (
	// rereadStrays is how many products with strays are read again at a time.
	rereadStrays = 20
)

// look reads known strays again, a few in each step when there are many, and finds new ones.
//
// Failure policy: when variations cannot be counted, only strays get out of date, and verify says so.
func (s straying) look(ctx context.Context) error {
	if !s.due() {
		return nil
	}
	if err := s.again(ctx); err != nil {
		return err
	}
	listed, err := s.byList(ctx)
	if err == nil && !listed {
		err = s.byCount(ctx)
	}
	if err != nil {
		return err
	}
	s.strays.At = s.Now()
	return s.keep()
}

func (s straying) keep() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.straysCursor()}})
}

// due says whether strays are to be looked for. They are looked for as seldom as changes that move no date.
func (s straying) due() bool {
	st := &s.strays
	if products := s.of(roster.Products); !products.st.Live || products.leftAlone() {
		return false
	}
	return st.At.IsZero() || st.Walk != nil || st.Asking != nil || s.swept(st.At) ||
		s.Now().Sub(st.At) >= s.opts.Schedule.SweepCatalog || s.awaited(st.At) && s.restless(st.At)
}

// again reads the variations of products that are known to have strays. An edit of a stray does not move the date of
// its product.
func (s straying) again(ctx context.Context) error {
	st := &s.strays
	n := min(rereadStrays, len(st.Parents))
	if s.budget.Sweep {
		n = len(st.Parents)
	}
	if n == 0 {
		return nil
	}
	marks := make([]storage.Mark, n)
	for i := range marks {
		marks[i] = straysOf(st.Parents[(st.Turn+i)%len(st.Parents)])
	}
	st.Turn = (st.Turn + n) % len(st.Parents)
	if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.straysCursor()}}); err != nil {
		return err
	}
	return s.rereading().all(ctx)
}

// byList counts all variations through the list of all variations, and reads that list when its count differs from the
// mirror's. It returns whether there is such a list.
func (s straying) byList(ctx context.Context) (bool, error) {
	st := &s.strays
	if s.Now().Before(st.Unlisted) {
		return false, nil
	}
	total, err := s.Listed(ctx, woo.StatusAny)
	if ask.NoRoute(err) || err != nil && s.Asker.Refused(ctx, storage.Variations, err) {
		st.Unlisted, st.Walk = s.Now().Add(24*deniedPause), nil
		return false, nil
	}
	if err != nil {
		return true, err
	}
	held, err := s.counts(ctx, storage.Variations)
	if err != nil {
		return true, err
	}
	if st.Walk == nil {
		thrown, err := s.Listed(ctx, woo.StatusTrash)
		if err != nil {
			return true, err
		}
		if total == held.Live+st.Skew && thrown == held.Trash && !st.At.IsZero() && !s.swept(st.At) {
			return true, nil
		}
		st.Walk = &pages.Place{}
	}
	if err := s.trashed(ctx); err != nil {
		return true, err
	}
	if total, err = s.walk(ctx); err != nil {
		return true, err
	}
	if held, err = s.counts(ctx, storage.Variations); err != nil {
		return true, err
	}
	st.Walk, st.Skew = nil, max(total-held.Live, 0)
	return true, nil
}

// trashed marks the variations in the trash that the mirror lacks: they were thrown away alone, before the first copy.
// Variations that were thrown away with their product are read with it.
func (s straying) trashed(ctx context.Context) error {
	return s.AllVariations(pages.Place{}, woo.StatusTrash).Run(ctx, func(p *pages.Page) error {
		var marks []storage.Mark
		for i := range p.Readings {
			r := &p.Readings[i]
			held, err := s.HeldReading(ctx, r.Ref)
			if err != nil {
				return err
			}
			if held.ID == 0 && r.ParentID != 0 {
				marks = append(marks, storage.Mark{Resource: storage.Variations, ID: r.ID, ParentID: r.ParentID,
					Reason: "it lies in the trash"})
			}
		}
		return s.writer.put(storage.Batch{Marks: marks})
	})
}

// walk reads the list of all variations and marks the families of the variations that the mirror lacks. It returns how
// many variations the store counts.
func (s straying) walk(ctx context.Context) (int, error) {
	ch := s.AllVariations(*s.strays.Walk, woo.StatusAny)
	err := ch.Run(ctx, func(p *pages.Page) error {
		batch := storage.Batch{}
		for i := range p.Readings {
			r := &p.Readings[i]
			held, err := s.HeldReading(ctx, r.Ref)
			if err != nil {
				return err
			}
			if held.ID == 0 && r.ParentID != 0 {
				batch.Marks = append(batch.Marks, straysOf(r.ParentID))
			}
		}
		*s.strays.Walk = p.Next
		batch.Cursors = []storage.Cursor{s.straysCursor()}
		return s.writer.put(batch)
	})
	if err != nil {
		return 0, err
	}
	return ch.Total, s.rereading().all(ctx)
}

// byCount compares the number of variations in the database with the number in the mirror, when the store tells the
// former. It asks products until as many variations are found as are missing. When the store does not tell, byCount
// asks only products that look as if they had been variable.
func (s straying) byCount(ctx context.Context) error {
	st := &s.strays
	left := huntQuietly
	switch {
	case s.budget.Sweep:
		left = math.MaxInt
	case s.budget.Compare:
		left = huntAtOnce
	}
	for {
		missing, told, err := s.missing(ctx)
		if err != nil {
			return err
		}
		if told && (missing <= 0 || missing <= st.Skew && (st.Asking != nil || !s.swept(st.At))) {
			st.Skew, st.Asking = max(missing, 0), nil
			return nil
		}
		if st.Asking == nil {
			st.Asking = &state.Asking{}
		}
		asked, found, err := s.askProducts(ctx, left)
		if err != nil {
			return err
		}
		switch left -= asked; {
		case left <= 0:
			return nil // the next step continues
		case found:
			// The variations just found may have been all that was missing.
		case !told:
			st.Asking = nil
			return nil
		case st.Asking.Others:
			st.Skew, st.Asking = missing, nil // no product shows these
			return nil
		default:
			st.Asking = &state.Asking{Others: true}
		}
	}
}

// missing returns how many variations the store counts beyond those in the mirror. told is false when the store tells
// no count.
func (s straying) missing(ctx context.Context) (n int, told bool, err error) {
	if s.About.Version == "" {
		return 0, false, nil
	}
	held, err := s.counts(ctx, storage.Variations)
	return s.About.Variations - held.Live - held.Trash, true, err
}

// askProducts asks up to most further products for their variations, and stops at the first that has some.
func (s straying) askProducts(ctx context.Context, most int) (asked int, found bool, err error) {
	if err := s.flushed(); err != nil {
		return 0, false, err
	}
	at := s.strays.Asking
	span := storage.Range{Resource: storage.Products, AfterID: at.After, ToID: math.MaxInt64}
	for held, err := range s.repo.Between(ctx, s.StoreID, span) {
		if err != nil {
			return asked, false, err
		}
		r := reading.OrEmpty(storage.Products, held.Raw)
		_, known := slices.BinarySearch(s.strays.Parents, held.ID)
		if known || follow.IsVariable(r.Kind) || r.Terms.Varies() == at.Others {
			continue
		}
		if asked == most {
			return asked, false, nil
		}
		has, err := s.HasVariations(ctx, held.ID)
		if err != nil {
			return asked, false, err
		}
		asked, at.After = asked+1, held.ID
		batch := storage.Batch{Cursors: []storage.Cursor{s.straysCursor()}}
		if has {
			batch.Marks = []storage.Mark{straysOf(held.ID)}
		}
		if err := s.writer.put(batch); err != nil {
			return asked, false, err
		}
		if has {
			return asked, true, s.rereading().all(ctx)
		}
	}
	return asked, false, nil
}
