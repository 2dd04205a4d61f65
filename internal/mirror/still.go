package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// A member that was learned to differ on every reading can become a plain one: its plugin is updated, or goes. So it is
// looked at again, in records that have it: every ten minutes, and for somebody who wants every record compared. One
// that is the same in three readings is forgotten, and every record compared anew. What moves now and then only, such
// as a link signed for an hour, stands still between two moves: it is forgotten after a day.

// scanned is how many of the newest and of the oldest records are searched for one that has a member.
const scanned = 200

// lookAgain forgets the members that stand still.
//
// Failure policy: a member that could not be looked at stays as it is, and is looked at the next time.
func (s watching) lookAgain(ctx context.Context) error {
	forgotten := false
	for _, r := range storage.Resources() {
		due := func(m volatileMember) bool { return m.Resource == r && s.due(m) }
		if !slices.ContainsFunc(s.volatile.Members, due) {
			continue
		}
		still, err := s.standing(ctx, r)
		if err != nil && s.asker.Refused(ctx, r, err) {
			continue
		}
		if err != nil {
			return err
		}
		forgotten = forgotten || len(still) > 0
		s.forget(r, still)
		if err := s.keep(); err != nil {
			return err
		}
	}
	if !forgotten {
		return nil
	}
	return s.newLook(ctx)
}

// moves says whether a member was another in each reading when it was learned. Whole values are learned in no other
// way.
func (m volatileMember) moves() bool { return m.Proved || len(m.Query) == 0 }

// due says whether a member is to be looked at again.
func (s watching) due(m volatileMember) bool {
	last := m.Looked
	if m.Since.After(last) {
		last = m.Since
	}
	return m.moves() && (s.swept(last) || s.now().Sub(last) > triedPause)
}

// standing are the members of a resource that are the same in three readings of every record looked at, or that no
// record of the mirror has any more.
func (s watching) standing(ctx context.Context, r storage.Resource) ([]string, error) {
	having := map[string][]storage.Record{}
	var witnesses []storage.Record
	for _, m := range s.volatile.Members {
		if m.Resource != r || !m.moves() {
			continue
		}
		found, err := s.recordsWith(ctx, r, m.Path)
		if err != nil {
			return nil, err
		}
		having[m.Path] = found
		witnesses = append(witnesses, found...)
	}
	var readings [3]map[string]reading.Reading
	if read := s.sampleOfAny(r, witnesses); read != nil {
		var err error
		if readings, err = s.thrice(ctx, read); err != nil && !ask.Gone(err) {
			return nil, err
		}
	}
	var still []string
	for path, records := range having {
		if len(records) == 0 || stoodStill(r, path, records, readings) {
			still = append(still, path)
		}
	}
	return still, nil
}

// stoodStill says whether what is at a path was the same in each reading of every record, and at least one was read.
func stoodStill(
	r storage.Resource, path string, records []storage.Record, readings [3]map[string]reading.Reading,
) bool {
	var plain *storage.Sameness
	seen := false
	for _, one := range records {
		first, ok1 := readings[0][one.Ref.String()]
		second, ok2 := readings[1][one.Ref.String()]
		third, ok3 := readings[2][one.Ref.String()]
		if !ok1 || !ok2 || !ok3 {
			continue
		}
		seen = true
		moved := append(plain.Places(r, first.Raw, second.Raw), plain.Places(r, second.Raw, third.Raw)...)
		for _, p := range moved {
			if p.Path == path {
				return false
			}
		}
	}
	return seen
}

// recordsWith are a few of the mirror's newest and oldest records that have something at a path.
func (s watching) recordsWith(ctx context.Context, r storage.Resource, path string) ([]storage.Record, error) {
	var found []storage.Record
	for _, oldest := range []bool{false, true} {
		taken := 0
		q := storage.Query{StoreID: s.storeID, Resource: r, OldestFirst: oldest, Limit: scanned}
		for held, err := range s.mirror.repo.Records(ctx, q) {
			if err != nil {
				return nil, err
			}
			if jsonvalue.Count(held.Raw, path) == 0 ||
				slices.ContainsFunc(found, func(f storage.Record) bool { return f.Ref == held.Ref }) {
				continue
			}
			found = append(found, held)
			if taken++; taken == sampled/2 {
				break
			}
		}
	}
	return found, nil
}

// sampleOfAny reads records of whatever resource; nil where there is nothing to be read.
func (s watching) sampleOfAny(r storage.Resource, witnesses []storage.Record) again {
	if len(witnesses) == 0 {
		return nil
	}
	parent := witnesses[0].ParentID
	if c := collectionOf(r); c != nil && !(c == refunds && s.refundsByOrder) {
		var ids []int64
		for _, one := range witnesses {
			if !slices.Contains(ids, one.ID) && len(ids) < s.opts.PerPage {
				ids = append(ids, one.ID)
			}
		}
		return s.sampleBy(c, ids)
	}
	if f := families[r]; f != nil {
		return s.sampleOfFamily(f, parent)
	}
	if r == storage.AttributeTerms {
		return s.listing().sample(attributeTerms(parent))
	}
	for _, l := range lists() {
		if l.resource == r {
			return s.listing().sample(l)
		}
	}
	return nil
}

// forget takes members of a resource back into every comparison, and notes of the others that they move still.
func (s watching) forget(r storage.Resource, paths []string) {
	kept := s.volatile.Members[:0:0]
	for _, m := range s.volatile.Members {
		if m.Resource == r && m.moves() {
			if slices.Contains(paths, m.Path) {
				s.opts.Log.Info("a member differs no more from one reading to the next; it is compared again",
					"resource", r, "path", m.Path)
				continue
			}
			m.Looked = s.now()
		}
		kept = append(kept, m)
	}
	s.volatile.Members = kept
	s.judge()
}

// watchStill forgets members that stand still in the oldest record of a collection: what was volatile has become
// something else, which is then compared anew.
func (s watching) watchStill(ctx context.Context, c *collection, r *reading.Reading) error {
	changed, forgotten := false, false
	kept := s.volatile.Members[:0:0]
	for _, m := range s.volatile.Members {
		if m.Resource == c.resource && jsonvalue.Count(r.Raw, m.Path) > 0 {
			sum := sha256.Sum256(valueAt(r.Raw, m.Path))
			switch seen := hex.EncodeToString(sum[:8]); {
			case seen != m.Seen:
				m.Seen, m.Still, changed = seen, s.now(), true
			case s.now().Sub(m.Still) > stillFor:
				forgotten = true
				continue
			}
		}
		kept = append(kept, m)
	}
	s.volatile.Members = kept
	if forgotten {
		s.judge()
		if err := s.newLook(ctx); err != nil {
			return err
		}
	}
	if changed || forgotten {
		return s.keep()
	}
	return nil
}

// valueAt is the member of a record that a path leads into.
func valueAt(raw []byte, path string) []byte {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for m, err := range jsonvalue.Members(raw) {
		if err != nil {
			return nil
		}
		if string(m.Name) == name {
			return m.Value
		}
	}
	return nil
}
