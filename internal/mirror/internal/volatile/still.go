package volatile

import (
	"time"

	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// LookAgain forgets the members that have stopped changing.
//
// Failure policy: a member that could not be looked at stays learned, and is looked at the next time.
func (s *Watch) LookAgain(ctx context.Context) error {
	for _, r := range storage.Resources() {
		due := func(m state.Member) bool { return m.Resource == r && s.due(m) }
		if !slices.ContainsFunc(s.learnt.Members, due) {
			continue
		}
		still, err := s.Standing(ctx, r)
		if err != nil && s.Asker.Refused(ctx, r, err) {
			continue
		}
		if err != nil {
			return err
		}
		s.Forget(r, still)
		if len(still) > 0 {
			if err := s.Forgot(ctx); err != nil {
				return err
			}
		}
		if err := s.keep(); err != nil {
			return err
		}
	}
	return nil
}

// due says whether a member is to be looked at again.
func (s *Watch) due(m state.Member) bool {
	last := m.Looked
	if m.Since.After(last) {
		last = m.Since
	}
	return m.Moves() && (s.Demanded(last) || s.Now().Sub(last) > triedPause)
}

// Standing returns the paths of the volatile members of a resource that have stopped changing. Such a member had one
// value in three readings of every record of a sample, or no record of the mirror has it any more.
func (s *Watch) Standing(ctx context.Context, r storage.Resource) ([]string, error) {
	having := map[string][]storage.Record{}
	var witnesses []storage.Record
	for _, m := range s.learnt.Members {
		if m.Resource != r || !m.Moves() {
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

// stoodStill says whether the value at a path was the same in each reading of every record. It returns false when there
// is no reading.
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

// Forget ends the exception for members of a resource: they are compared again. It notes that the resource's other
// members still change.
func (s *Watch) Forget(r storage.Resource, paths []string) {
	kept := s.learnt.Members[:0:0]
	for _, m := range s.learnt.Members {
		if m.Resource == r && m.Moves() {
			if slices.Contains(paths, m.Path) {
				s.Log.Info("a member differs no more from one reading to the next; it is compared again",
					"resource", r, "path", m.Path)
				continue
			}
			m.Looked = s.Now()
		}
		kept = append(kept, m)
	}
	s.learnt.Members = kept
	s.judge()
}

// stillFor is how long a member that changes only now and then must keep its value to be forgotten.
const stillFor = 24 * time.Hour

// WatchStill forgets volatile members whose value stays the same in the oldest record of a collection. The value then
// has a meaning, and is compared again.
func (s *Watch) WatchStill(ctx context.Context, c *roster.Collection, r *reading.Reading) error {
	changed, forgotten := false, false
	kept := s.learnt.Members[:0:0]
	for _, m := range s.learnt.Members {
		if m.Resource == c.Resource && jsonvalue.Count(r.Raw, m.Path) > 0 {
			sum := sha256.Sum256(valueAt(r.Raw, m.Path))
			switch seen := hex.EncodeToString(sum[:8]); {
			case seen != m.Seen:
				m.Seen, m.Still, changed = seen, s.Now(), true
			case s.Now().Sub(m.Still) > stillFor:
				forgotten = true
				continue
			}
		}
		kept = append(kept, m)
	}
	s.learnt.Members = kept
	if forgotten {
		s.judge()
		if err := s.Forgot(ctx); err != nil {
			return err
		}
	}
	if changed || forgotten {
		return s.keep()
	}
	return nil
}

// valueAt returns the outermost member of a record on a path.
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
