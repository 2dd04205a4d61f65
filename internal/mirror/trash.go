package mirror

import (
	"context"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
)

// pollTrash looks at the newest records in the trash and at their number.
// Records leave every other list when they are thrown away, so without this
// look the mirror would keep them. It reads identifiers and dates only: what
// differs is marked and read as a whole.
func (s *step) pollTrash(ctx context.Context, c *collection, st *state) error {
	if st.Trash != nil {
		return s.sweepTrash(ctx, c, st)
	}
	got, err := s.asker.List(ctx, c.path(), s.query(c, "status", storage.StatusTrash, "orderby", s.trashOrder(st), "order", "desc",
		"per_page", strconv.Itoa(s.opts.PerPage), "_fields", trashFields))
	if err != nil {
		return err
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil || !showsTrash(p) {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	held, err := s.mirror.repo.Counts(ctx, s.storeID, c.resource)
	if err != nil {
		return err
	}
	var marks []storage.Mark
	arrived, doubtful := 0, s.binDoubt(st)
	for i := range p.Readings {
		r := &p.Readings[i]
		known, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
		switch {
		case err == nil && known.Trashed() && known.Modified.Equal(r.Modified) && !r.Modified.After(doubtful):
			continue
		case err != nil || !known.Trashed():
			arrived++
		}
		marks = append(marks, storage.Mark{Resource: c.resource, ID: r.ID, Reason: "it is in the trash"})
	}
	if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
		return err
	}
	total := p.Total
	if total < 0 && len(p.Readings) < s.opts.PerPage {
		total = len(p.Readings)
	}
	covered := s.coversBin(st, p)
	s.advanceBin(st, p)
	if covered && total >= 0 && total == held.Trash+arrived+st.Census.TrashSkew {
		return s.save(c, st)
	}
	// More changed than a page holds, or something left the trash for good.
	st.Trash = &sweep{StartedAt: s.now(), Doubtful: doubtful}
	return s.sweepTrash(ctx, c, st)
}

// coversBin says whether everything in the trash that was stamped since the
// last look is on the page.
func (s *step) coversBin(st *state, p *pages.Page) bool {
	if len(p.Readings) < s.opts.PerPage {
		return true
	}
	return !p.Readings[len(p.Readings)-1].Modified.After(s.binDoubt(st))
}

// binDoubt is the stamp behind which a record in the trash may have changed
// since it was read without another stamp: thrown away, brought back and
// thrown away again within one second. Such records are read again in each
// look until the store's clock is beyond them by the lag.
func (s *step) binDoubt(st *state) time.Time {
	if st.Bin.Settled {
		return st.Bin.Newest
	}
	return st.Bin.Newest.Add(-s.opts.Lag)
}

// advanceBin notes up to where the trash is known.
func (s *step) advanceBin(st *state, p *pages.Page) {
	if len(p.Readings) == 0 {
		return
	}
	newest, limit := p.Readings[0].Modified, latestStamp(p.Date)
	if !limit.IsZero() && newest.After(limit) {
		newest = limit
	}
	st.Bin = bin{Newest: newest, Settled: !p.Date.IsZero() && p.Date.Sub(newest) >= s.opts.Lag}
}

// trashFields are what a look at the trash asks for. The status proves that
// the store selected by it: a list that does not know the parameter answers
// with everything else.
const trashFields = "id,date_modified_gmt,status"

func showsTrash(p *pages.Page) bool {
	for i := range p.Readings {
		if !p.Readings[i].Trashed() {
			return false
		}
	}
	return true
}

func (s *step) trashOrder(st *state) string {
	if st.Poll.Unordered {
		return "id"
	}
	return "modified"
}

// sweepTrash compares all identifiers in the trash with the mirror.
func (s *step) sweepTrash(ctx context.Context, c *collection, st *state) error {
	if err := s.flushed(); err != nil {
		return err
	}
	ch := s.chain(c, []string{"status", storage.StatusTrash, "_fields", trashFields}, st.Trash.Place, -1)
	err := ch.Run(ctx, func(p *pages.Page) error {
		marks, err := s.compare(ctx, c, p, storage.Range{Trash: true})
		if err != nil {
			return err
		}
		for i := len(p.Readings) - p.Fresh; i < len(p.Readings); i++ {
			if r := &p.Readings[i]; !st.Trash.Doubtful.IsZero() && r.Modified.After(st.Trash.Doubtful) {
				marks = append(marks, storage.Mark{Resource: c.resource, ID: r.ID, Reason: "it changed a moment before it was read"})
			}
		}
		st.Trash.Place = p.Next
		st.Trash.Differences += len(marks)
		st.Trash.Distinct += p.Fresh
		return s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.stateCursor(c, st)}})
	})
	if err != nil {
		return err
	}
	if ch.Total >= 0 {
		// What the store counts in the trash but does not show.
		st.Census.TrashSkew = ch.Total - st.Trash.Distinct
	}
	st.Trash = nil
	return s.save(c, st)
}
