package volatile

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

// occasions is how often a member that changes only now and then must be seen to change before it is learned.
const occasions = 3

// thrice reads a sample three times in close succession.
func (s *Watch) thrice(ctx context.Context, read shown.Again) (readings [3]map[string]reading.Reading, err error) {
	for i := range readings {
		if i > 0 {
			// The pause is longer than a second, because links are signed by the second.
			if err := wait.For(ctx, s.pause+s.pause/10); err != nil {
				return readings, err
			}
		}
		list, err := read(ctx)
		if err != nil {
			return readings, err
		}
		readings[i] = map[string]reading.Reading{}
		for _, one := range list {
			readings[i][one.Ref.String()] = one
		}
	}
	return readings, nil
}

// proved returns the places whose values differed in all three readings, in every record that has such a place.
func (s *Watch) proved(r storage.Resource, readings [3]map[string]reading.Reading) []jsonvalue.Place {
	moved := map[string]int{}
	places := map[string]jsonvalue.Place{}
	var steady []reading.Reading
	for ref, first := range readings[0] {
		second, ok2 := readings[1][ref]
		third, ok3 := readings[2][ref]
		if !ok2 || !ok3 || !first.Modified.Equal(second.Modified) || !second.Modified.Equal(third.Modified) {
			continue // the record changed or is gone, so it proves nothing
		}
		steady = append(steady, first)
		apart := map[string]int{}
		for _, pair := range [3][2]reading.Reading{{first, second}, {second, third}, {first, third}} {
			for _, p := range s.Same.Places(r, pair[0].Raw, pair[1].Raw) {
				apart[p.Path]++
				if known, there := places[p.Path]; there {
					p.Query = jsonvalue.BothQueries(known.Query, p.Query)
					p.Shape = p.Shape || known.Shape
				}
				places[p.Path] = p
			}
		}
		for path, times := range apart {
			if times == 3 {
				moved[path]++
			}
		}
	}
	var found []jsonvalue.Place
	for path, p := range places {
		have := 0
		for _, one := range steady {
			if jsonvalue.Count(one.Raw, path) > 0 {
				have++
			}
		}
		if n := moved[path]; n >= 2 && n == have && mutable(p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b jsonvalue.Place) int { return strings.Compare(a.Path, b.Path) })
	return found
}

// movedTogether returns the addresses whose arguments changed in every record since the mirror read them, on enough
// occasions.
func (s *Watch) movedTogether(
	ctx context.Context, r storage.Resource, now map[string]reading.Reading,
) ([]jsonvalue.Place, error) {
	moved, places, have := map[string]int{}, map[string]jsonvalue.Place{}, map[string]int{}
	for _, one := range now {
		held, err := s.records.Record(ctx, s.StoreID, one.Ref)
		if errors.Is(err, storage.ErrNotFound) || err == nil && !held.Modified.Equal(one.Modified) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range s.Same.Places(r, held.Raw, one.Raw) {
			if known, there := places[p.Path]; there {
				p.Query = jsonvalue.BothQueries(known.Query, p.Query)
				p.Shape = p.Shape || known.Shape
			}
			places[p.Path] = p
			moved[p.Path]++
		}
	}
	for path := range places {
		for _, one := range now {
			if jsonvalue.Count(one.Raw, path) > 0 {
				have[path]++
			}
		}
	}
	var found []jsonvalue.Place
	for _, path := range slices.Sorted(maps.Keys(places)) {
		p := places[path]
		if moved[path] < 2 || moved[path] != have[path] || p.Shape || len(p.Query) == 0 {
			continue
		}
		if s.sawMove(r, path) >= occasions {
			found = append(found, p)
		}
	}
	return found, nil
}

// sawMove counts an occasion on which a place changed, and returns the number of occasions.
func (s *Watch) sawMove(r storage.Resource, path string) int {
	for i := range s.learnt.Moving {
		m := &s.learnt.Moving[i]
		if m.Resource == r && m.Path == path {
			m.Times, m.At = m.Times+1, s.Now()
			return m.Times
		}
	}
	s.learnt.Moving = append(s.learnt.Moving, state.MovingPlace{Resource: r, Path: path, Times: 1, At: s.Now()})
	return 1
}
