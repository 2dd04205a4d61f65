package mirror

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A product that is not variable can have variations: it was variable before an importer turned it, or somebody made
// them so. The product does not name them, and the store serves them below it like any others
// (docs/woocommerce/catalogue.md#variations-elsewhere). They are strays: what a variable product says of its variations
// nobody says of these.
//
// So they are counted. A store from 10.3 on lists all variations, and the products that have some with them. An older
// one counts their rows in its system status; when those are more than the mirror holds, products are asked one by one,
// those with attributes that variations have first.
//
// Variations whose product is gone from the database are in no list and answer under no address of their own. They are
// counted by the store and not mirrored.
type strays struct {
	// At is when they were last looked for, by our clock.
	At time.Time `json:"at,omitzero"`
	// Parents are the products, not variable, below which the mirror holds variations; Turn is where their next reading
	// begins.
	Parents []int64 `json:"parents,omitempty"`
	Turn    int     `json:"turn,omitempty"`
	// Unlisted says until when the list of all variations is not asked for: the store has none (before 10.3), or the
	// key may not read it.
	Unlisted time.Time `json:"unlisted,omitzero"`
	// Walk is how far that list was read; nil when it is not being read.
	Walk *pages.Place `json:"walk,omitempty"`
	// Skew is how many variations the store counts that it shows below no product.
	Skew int `json:"skew,omitempty"`
	// Asking is how far products were asked one by one; nil when that is not under way.
	Asking *asking `json:"asking,omitempty"`
}

const (
	straysName = "strays"
	// rereadStrays is how many of the products with strays are read again at a time.
	rereadStrays = 20
	// strayFields are what the list of all variations is asked for.
	strayFields = "id,parent_id"
)

// straying looks for variations below products that are not variable.
type straying struct{ *step }

func (s *step) straying() straying { return straying{s} }

func (s *step) straysCursor() storage.Cursor { return cursor(straysName, s.strays) }

// look reads known strays again, by turns when there are many, and finds new ones.
//
// Failure policy: what stands in the way of counting them costs their freshness and nothing else. Verify says so.
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
	s.strays.At = s.now()
	return s.keep()
}

func (s straying) keep() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.straysCursor()}})
}

// due: they are as rare as what moves no date, and looked for as seldom.
func (s straying) due() bool {
	st := &s.strays
	if !s.states[products].Live || s.now().Before(s.states[products].DeniedUntil) {
		return false
	}
	return st.At.IsZero() || st.Walk != nil || st.Asking != nil || s.swept(st.At) ||
		s.now().Sub(st.At) >= s.opts.Schedule.SweepCatalog || s.awaited(st.At) && s.restless(st.At)
}

// again reads the families of products known to have strays. An edit of a stray moves nothing of its product.
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

func straysOf(product int64) storage.Mark {
	return storage.Mark{Resource: storage.Variations, ParentID: product, Reason: "its variations show nowhere else"}
}

// note keeps the list of products with strays right when the variations of one were read, and gives what to keep of it.
func (s straying) note(ctx context.Context, product int64, found bool) ([]storage.Cursor, error) {
	parent, err := s.heldReading(ctx, storage.Ref{Resource: storage.Products, ID: product})
	if err != nil {
		return nil, err
	}
	stray := found && parent.ID != 0 && !isVariable(parent.Kind)
	at, known := slices.BinarySearch(s.strays.Parents, product)
	switch {
	case stray && !known:
		s.strays.Parents = slices.Insert(s.strays.Parents, at, product)
	case !stray && known:
		s.strays.Parents = slices.Delete(s.strays.Parents, at, at+1)
	default:
		return nil, nil
	}
	return []storage.Cursor{s.straysCursor()}, nil
}

// isVariable says whether products of a type name their variations: "variable", and what plugins derive from it.
func isVariable(kind string) bool { return strings.HasPrefix(kind, "variable") }

// byList counts the variations by the list of all of them, and reads that list when the counts disagree. It says
// whether there is such a list.
func (s straying) byList(ctx context.Context) (bool, error) {
	st := &s.strays
	if s.now().Before(st.Unlisted) {
		return false, nil
	}
	total, err := s.listed(ctx, woo.StatusAny)
	if ask.NoRoute(err) || err != nil && s.asker.Refused(ctx, storage.Variations, err) {
		st.Unlisted, st.Walk = s.now().Add(24*deniedPause), nil
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
		thrown, err := s.listed(ctx, woo.StatusTrash)
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

// listed is how many variations of a status the list of all counts.
func (s *step) listed(ctx context.Context, status string) (int, error) {
	q := ask.Query(nil, "status", status, "per_page", "1", "_fields", "id")
	got, err := s.asker.List(ctx, woo.RouteAllVariations.List(0), s.asker.Fresh(q))
	if err != nil {
		return 0, err
	}
	return got.Total, nil
}

// trashed marks the variations that lie in the trash and that the mirror lacks: those thrown away alone, before the
// first copy. A product takes its own along, and they are read with it.
func (s straying) trashed(ctx context.Context) error {
	return s.allVariations(pages.Place{}, woo.StatusTrash).Run(ctx, func(p *pages.Page) error {
		var marks []storage.Mark
		for i := range p.Readings {
			r := &p.Readings[i]
			held, err := s.heldReading(ctx, r.Ref)
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

// walk reads the list of all variations and marks the families of those that the mirror lacks. It gives how many the
// store counts.
func (s straying) walk(ctx context.Context) (int, error) {
	ch := s.allVariations(*s.strays.Walk, woo.StatusAny)
	err := ch.Run(ctx, func(p *pages.Page) error {
		batch := storage.Batch{}
		for i := range p.Readings {
			r := &p.Readings[i]
			held, err := s.heldReading(ctx, r.Ref)
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

// allVariations reads the list of all variations of a status from a place on.
func (s *step) allVariations(at pages.Place, status string) *pages.Chain {
	return &pages.Chain{
		Asker: s.asker, InFlight: s.opts.InFlight, Log: s.opts.Log,
		Path: woo.RouteAllVariations.List(0), Resource: storage.Variations, Place: at, Total: -1,
		Filter: ask.Query(nil, "status", status, "_fields", strayFields),
		Size:   s.size(storage.Variations), Unreadable: func(int64, error) {}, Fresh: true,
	}
}

// asking is a walk through the products that are not variable, asking each for its variations.
type asking struct {
	// Others: those that look as if they had been variable were asked, and now the rest are.
	Others bool `json:"others,omitempty"`
	// After is the product asked last.
	After int64 `json:"after,omitempty"`
}

// byCount compares the rows of variations with those that the mirror holds, where the store says how many there are,
// and asks products until it has found as many as are missing. Where it does not say, only products that look as if
// they had been variable are asked.
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
			st.Asking = &asking{}
		}
		asked, found, err := s.askProducts(ctx, left)
		if err != nil {
			return err
		}
		switch left -= asked; {
		case left <= 0:
			return nil // the next step goes on
		case found:
			// Perhaps these were all that was missing.
		case !told:
			st.Asking = nil
			return nil
		case st.Asking.Others:
			st.Skew, st.Asking = missing, nil // no product shows these
			return nil
		default:
			st.Asking = &asking{Others: true}
		}
	}
}

// missing is how many variations the store counts beyond those that the mirror holds; told is false where it does not
// say.
func (s straying) missing(ctx context.Context) (n int, told bool, err error) {
	if s.about.Version == "" {
		return 0, false, nil
	}
	held, err := s.counts(ctx, storage.Variations)
	return s.about.Variations - held.Live - held.Trash, true, err
}

// askProducts goes on asking products, at most so many, and ends at one that has variations.
func (s straying) askProducts(ctx context.Context, most int) (asked int, found bool, err error) {
	if err := s.flushed(); err != nil {
		return 0, false, err
	}
	at := s.strays.Asking
	span := storage.Range{Resource: storage.Products, AfterID: at.After, ToID: math.MaxInt64}
	for held, err := range s.mirror.repo.Between(ctx, s.storeID, span) {
		if err != nil {
			return asked, false, err
		}
		r := reading.OrEmpty(storage.Products, held.Raw)
		_, known := slices.BinarySearch(s.strays.Parents, held.ID)
		if known || isVariable(r.Kind) || r.Terms.Varies() == at.Others {
			continue
		}
		if asked == most {
			return asked, false, nil
		}
		has, err := s.hasVariations(ctx, held.ID)
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

// hasVariations asks whether the store shows variations below a product.
func (s *step) hasVariations(ctx context.Context, product int64) (bool, error) {
	q := ask.Query(woo.RouteVariations.Everything(), "per_page", "1", "_fields", "id")
	got, err := s.asker.List(ctx, woo.RouteVariations.List(product), s.asker.Fresh(q))
	if ask.Gone(err) {
		return false, nil
	}
	return err == nil && ask.Length(got) > 0, err
}
