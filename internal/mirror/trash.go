package mirror

import (
	"context"

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
	got, err := s.asker.get(ctx, c.path, query(c.params, "status", storage.StatusTrash, "orderby", s.trashOrder(st), "order", "desc",
		"per_page", number(s.opts.PerPage), "_fields", trashFields))
	if err != nil {
		return err
	}
	p, err := pollReadings(c, got)
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
	arrived := 0
	for i := range p.readings {
		r := &p.readings[i]
		known, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
		switch {
		case err == nil && known.Trashed() && known.Modified.Equal(r.Modified):
			continue
		case err != nil || !known.Trashed():
			arrived++
		}
		marks = append(marks, storage.Mark{Resource: c.resource, ID: r.ID, Reason: "it is in the trash"})
	}
	if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
		return err
	}
	total := p.total
	if total < 0 && len(p.readings) < s.opts.PerPage {
		total = len(p.readings)
	}
	if total >= 0 && total == held.Trash+arrived+st.Census.TrashSkew {
		return nil
	}
	// Something left the trash for good, or more came than a page holds.
	st.Trash = &sweep{StartedAt: s.now()}
	return s.sweepTrash(ctx, c, st)
}

// trashFields are what a look at the trash asks for. The status proves that
// the store selected by it: a list that does not know the parameter answers
// with everything else.
const trashFields = "id,date_modified_gmt,status"

func showsTrash(p *page) bool {
	for i := range p.readings {
		if !p.readings[i].Trashed() {
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
	err := ch.run(ctx, func(p *page) error {
		marks, err := s.compare(ctx, c, p, storage.Range{Trash: true})
		if err != nil {
			return err
		}
		st.Trash.Place = p.next
		st.Trash.Differences += len(marks)
		st.Trash.Distinct += p.fresh
		return s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.stateCursor(c, st)}})
	})
	if err != nil {
		return err
	}
	if ch.total >= 0 {
		// What the store counts in the trash but does not show.
		st.Census.TrashSkew = ch.total - st.Trash.Distinct
	}
	st.Trash = nil
	return s.save(c, st)
}
