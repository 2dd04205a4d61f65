package mirror

import (
	"context"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// look looks at the newest records in the trash and at their number. Records that are thrown away leave every other
// list, so without look the mirror would keep them. It reads ids and dates only: records that differ are marked and
// read as a whole.
func (s trashing) look(ctx context.Context) error {
	if s.st.Trash != nil {
		return s.compareAll(ctx)
	}
	got, err := s.Asker.List(
		ctx,
		s.coll.Path(),
		s.Query(s.coll, "status", storage.StatusTrash, "orderby", s.order(), "order", "desc",
			"per_page", strconv.Itoa(s.PerPage), "_fields", trashFields),
	)
	if err != nil {
		return err
	}
	p, err := pages.Of(s.coll.Resource, s.coll.Path(), got)
	if err != nil || !shown.ShowsTrash(p) {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	held, err := s.repo.Counts(ctx, s.StoreID, s.coll.Resource)
	if err != nil {
		return err
	}
	var marks []storage.Mark
	arrived, doubtful := 0, s.doubtful()
	for i := range p.Readings {
		r := &p.Readings[i]
		known, err := s.repo.Record(ctx, s.StoreID, r.Ref)
		switch {
		case err == nil && known.Trashed() && known.Modified.Equal(r.Modified) && !r.Modified.After(doubtful):
			continue
		case err != nil || !known.Trashed():
			arrived++
		}
		marks = append(marks, storage.Mark{Resource: s.coll.Resource, ID: r.ID, Reason: "it is in the trash"})
	}
	if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
		return err
	}
	total := p.Total
	if total < 0 && len(p.Readings) < s.PerPage {
		total = len(p.Readings)
	}
	covered := s.covers(p)
	s.advance(p)
	if covered && total >= 0 && total == held.Trash+arrived+s.st.Census.TrashSkew {
		return s.save()
	}
	// More changed than a page holds, or something left the trash for good.
	s.st.Trash = &state.Sweep{StartedAt: s.Now(), Doubtful: doubtful}
	return s.compareAll(ctx)
}

// covers says whether the page holds everything in the trash that was stamped since the last look.
func (s trashing) covers(p *pages.Page) bool {
	if len(p.Readings) < s.PerPage {
		return true
	}
	return !p.Readings[len(p.Readings)-1].Modified.After(s.doubtful())
}

// doubtful returns a modification date. Records in the trash with this date or a later one may have changed since they
// were read without getting another date: they were thrown away, brought back and thrown away again within one second.
// Each look reads them again until the store's clock is past their date by the lag.
func (s trashing) doubtful() time.Time {
	if s.st.Bin.Complete {
		return s.st.Bin.Newest
	}
	return s.st.Bin.Newest.Add(-s.opts.Lag)
}

// advance notes up to which date the trash is known.
func (s trashing) advance(p *pages.Page) {
	if len(p.Readings) == 0 {
		return
	}
	newest, limit := p.Readings[0].Modified, latestStamp(p.Date)
	if !limit.IsZero() && newest.After(limit) {
		newest = limit
	}
	s.st.Bin = state.Bin{Newest: newest, Complete: !p.Date.IsZero() && p.Date.Sub(newest) >= s.opts.Lag}
}

// trashFields are the fields that a look at the trash asks for. The status proves that the store selected by it: a list
// that does not know the parameter answers with everything else.
const trashFields = "id,date_modified_gmt,status"

func (s trashing) order() string {
	if s.st.Poll.Unordered {
		return "id"
	}
	return "modified"
}

// compareAll compares all ids in the trash with the mirror.
func (s trashing) compareAll(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	ch := s.Chain(s.coll, []string{"status", storage.StatusTrash, "_fields", trashFields}, s.st.Trash.Place, -1)
	ch.Fresh = true
	err := ch.Run(ctx, func(p *pages.Page) error {
		marks, err := s.compare(ctx, s.coll, p, storage.Range{Trash: true})
		if err != nil {
			return err
		}
		for i := len(p.Readings) - p.Fresh; i < len(p.Readings); i++ {
			if r := &p.Readings[i]; !s.st.Trash.Doubtful.IsZero() && r.Modified.After(s.st.Trash.Doubtful) {
				marks = append(marks,
					storage.Mark{Resource: s.coll.Resource, ID: r.ID, Reason: "it changed a moment before it was read"})
			}
		}
		s.st.Trash.Place = p.Next
		s.st.Trash.Differences += len(marks)
		s.st.Trash.Distinct += p.Fresh
		return s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.stateCursor()}})
	})
	if err != nil {
		return err
	}
	if ch.Total >= 0 {
		// This is what the store counts in the trash but does not show.
		s.st.Census.TrashSkew = ch.Total - s.st.Trash.Distinct
	}
	s.st.Trash = nil
	return s.save()
}
