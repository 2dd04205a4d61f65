package mirror

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// A plugin may show a member that is another on every reading of the same record: a signed link that expires, a nonce.
// Followed as it stands, it would rewrite every record in every round and never be equal. So it is learned by what is
// seen, never by its name, and from then on neither makes a change nor counts as a difference; people are told.
//
// To learn wrongly would mute a member that really changes. Hence:
//
//   - The proof is three readings in close succession, past every cache, of several records whose dates stand still.
//     Each value at the place must be another in each reading, in every record that has one.
//   - What differs but now and then, such as a link signed for an hour, is only learned as arguments of an address that
//     stays the same, and after it was seen to move in every record at once on three occasions.
//   - Of an address that differs in its arguments alone, only these are left out. That the member is there always
//     counts.
//   - What an integration acts on (status, amounts, stock, dates, ids) is never left out, however it behaves.
//   - What was learned must be proved again after a week, and is forgotten when it stands still (still.go).
type volatile struct {
	Members []volatileMember `json:"members,omitempty"`
	// Tried is when the readings of a resource were last compared, by our clock.
	Tried map[storage.Resource]time.Time `json:"tried,omitempty"`
	// Moving are places that were seen to move in every record at once.
	Moving []movingPlace `json:"moving,omitempty"`
}

type volatileMember struct {
	Resource storage.Resource `json:"resource"`
	Path     string           `json:"path"`
	Query    []string         `json:"query,omitempty"`
	Since    time.Time        `json:"since"`
	// Proved: it was another in each of three readings; else it was seen to move now and then.
	Proved bool `json:"proved,omitempty"`
	// Looked is when it was last found to move still.
	Looked time.Time `json:"looked,omitzero"`
	// Seen stands for what the oldest record last showed there, Still since when it shows the same.
	Seen  string    `json:"seen,omitempty"`
	Still time.Time `json:"still,omitzero"`
}

type movingPlace struct {
	Resource storage.Resource `json:"resource"`
	Path     string           `json:"path"`
	Times    int              `json:"times"`
	At       time.Time        `json:"at"`
}

const (
	volatileName = "volatile"
	// triedPause is how long a resource is not looked at again.
	triedPause = 10 * time.Minute
	// provedFor is how long what was learned counts; stillFor how long it must stand still to be forgotten.
	provedFor = 7 * 24 * time.Hour
	stillFor  = 24 * time.Hour
	// occasions is how often what moves now and then must be seen to move.
	occasions = 3
	// sampled is how many records are read.
	sampled = 6
)

// judge takes what was learned into every comparison.
func (s watching) judge() {
	masks := map[storage.Resource][]jsonvalue.Mask{}
	for _, m := range s.volatile.Members {
		masks[m.Resource] = append(masks[m.Resource], jsonvalue.Mask{Path: m.Path, Query: m.Query})
	}
	s.same = storage.NewSameness(masks)
	if s.writer != nil {
		s.writer.judge(s.same)
	}
}

// recall reads what was learned before; what has to be proved again is left out.
func (s watching) recall(ctx context.Context) error {
	if err := load(ctx, s.mirror.repo, s.storeID, volatileName, &s.volatile); err != nil {
		return err
	}
	s.volatile.Members = slices.DeleteFunc(
		s.volatile.Members,
		func(m volatileMember) bool { return s.now().Sub(m.Since) > provedFor },
	)
	s.judge()
	return nil
}

func (s watching) keep() error {
	if s.writer == nil {
		return nil // a verification changes nothing
	}
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{cursor(volatileName, s.volatile)}})
}

// learned are what was learned, for people.
func (s watching) learned() []string {
	var all []string
	for _, m := range s.volatile.Members {
		text := string(m.Resource) + " " + m.Path
		if len(m.Query) > 0 {
			text += " (" + strings.Join(m.Query, ", ") + " in its address)"
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// acted are words in the names of members that an integration acts on.
var acted = []string{
	"id", "status", "total", "price", "amount", "tax", "subtotal", "discount", "quantity",
	"stock", "sku", "number", "currency", "date", "email", "sales",
	"count", "parent", "customer", "paid", "set", "method", "code",
}

// mutable says whether the values at a place may be left out.
func mutable(p jsonvalue.Place) bool {
	if p.Shape || p.Path == "" {
		return false
	}
	if len(p.Query) > 0 {
		return true
	}
	parts := strings.Split(p.Path, "/")
	if len(parts) > 3 && parts[1] == "meta_data" {
		return true // a plugin's own, whatever it is called
	}
	last := parts[len(parts)-1]
	if last == "*" && len(parts) > 1 {
		last = parts[len(parts)-2]
	}
	return !slices.ContainsFunc(
		strings.Split(strings.ToLower(last), "_"),
		func(word string) bool { return slices.Contains(acted, word) },
	)
}

// mayBe says whether two readings of a record differ only in what may turn out to be volatile, while its date stands
// still.
func (s watching) mayBe(r storage.Resource, old storage.Record, now *reading.Reading) bool {
	if !old.Modified.Equal(now.Modified) || s.now().Sub(s.volatile.Tried[r]) < triedPause {
		return false
	}
	places := s.same.Places(r, old.Raw, now.Raw)
	return len(places) > 0 && !slices.ContainsFunc(places, func(p jsonvalue.Place) bool { return !mutable(p) })
}

// again reads the same sample of records once more, past every cache.
type again func(ctx context.Context) ([]reading.Reading, error)

// tryAgain looks for volatile members of a resource and says whether it found any. seen are pairs of the mirror's state
// and the store's that gave rise to the question.
//
// Failure policy: what cannot be proved is not learned; it then makes changes, which is too many and never too few.
func (s watching) tryAgain(ctx context.Context, r storage.Resource, read again) (bool, error) {
	if s.volatile.Tried == nil {
		s.volatile.Tried = map[storage.Resource]time.Time{}
	}
	s.volatile.Tried[r] = s.now()
	readings, err := s.thrice(ctx, read)
	if err != nil {
		return false, err
	}
	found := s.proved(r, readings)
	proved := len(found) > 0
	if !proved {
		if found, err = s.movedTogether(ctx, r, readings[2]); err != nil {
			return false, err
		}
	}
	for _, p := range found {
		s.learnMember(volatileMember{
			Resource: r, Path: p.Path, Query: p.Query, Since: s.now(), Proved: proved,
		})
		s.opts.Log.Warn(
			"a member differs on every reading although nothing changed; it is left out of comparisons",
			"resource", r, "path", p.Path, "arguments", p.Query,
		)
	}
	s.judge()
	return len(found) > 0, s.keep()
}

// thrice reads a sample three times in close succession.
func (s watching) thrice(ctx context.Context, read again) (readings [3]map[string]reading.Reading, err error) {
	for i := range readings {
		if i > 0 {
			// Links are signed by the second.
			if err := ask.Sleep(ctx, s.opts.RetryPause+s.opts.RetryPause/10); err != nil {
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

// learnMember adds a member, or renews it.
func (s watching) learnMember(m volatileMember) {
	for i, known := range s.volatile.Members {
		if known.Resource == m.Resource && known.Path == m.Path {
			m.Query = jsonvalue.BothQueries(known.Query, m.Query)
			s.volatile.Members[i] = m
			return
		}
	}
	s.volatile.Members = append(s.volatile.Members, m)
}

// proved are the places that were another in each of three readings, in every record that has one.
func (s watching) proved(r storage.Resource, readings [3]map[string]reading.Reading) []jsonvalue.Place {
	moved := map[string]int{}
	places := map[string]jsonvalue.Place{}
	var steady []reading.Reading
	for ref, first := range readings[0] {
		second, ok2 := readings[1][ref]
		third, ok3 := readings[2][ref]
		if !ok2 || !ok3 || !first.Modified.Equal(second.Modified) || !second.Modified.Equal(third.Modified) {
			continue // it changed, or is gone: no witness
		}
		steady = append(steady, first)
		apart := map[string]int{}
		for _, pair := range [3][2]reading.Reading{{first, second}, {second, third}, {first, third}} {
			for _, p := range s.same.Places(r, pair[0].Raw, pair[1].Raw) {
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

// movedTogether are addresses whose arguments moved in every record since the mirror read it, and did so on enough
// occasions.
func (s watching) movedTogether(
	ctx context.Context, r storage.Resource, now map[string]reading.Reading,
) ([]jsonvalue.Place, error) {
	moved, places, have := map[string]int{}, map[string]jsonvalue.Place{}, map[string]int{}
	for _, one := range now {
		held, err := s.mirror.repo.Record(ctx, s.storeID, one.Ref)
		if errors.Is(err, storage.ErrNotFound) || err == nil && !held.Modified.Equal(one.Modified) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range s.same.Places(r, held.Raw, one.Raw) {
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

// sawMove counts an occasion on which a place moved.
func (s watching) sawMove(r storage.Resource, path string) int {
	for i := range s.volatile.Moving {
		m := &s.volatile.Moving[i]
		if m.Resource == r && m.Path == path {
			m.Times, m.At = m.Times+1, s.now()
			return m.Times
		}
	}
	s.volatile.Moving = append(s.volatile.Moving, movingPlace{Resource: r, Path: path, Times: 1, At: s.now()})
	return 1
}

// sampleOf reads a few records of a collection: the given one, and of the mirror's the newest and the oldest.
func (s watching) sampleOf(ctx context.Context, c *collection, id int64) (again, error) {
	ids := []int64{id}
	for _, oldest := range []bool{false, true} {
		q := storage.Query{StoreID: s.storeID, Resource: c.resource, OldestFirst: oldest, Limit: sampled / 2}
		for held, err := range s.mirror.repo.Records(ctx, q) {
			if err != nil {
				return nil, err
			}
			if !slices.Contains(ids, held.ID) {
				ids = append(ids, held.ID)
			}
		}
	}
	return s.sampleBy(c, ids), nil
}

// sampleBy reads records of a collection by their ids.
func (s watching) sampleBy(c *collection, ids []int64) again {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	filter := s.query(
		c, "include", strings.Join(texts, ","), "per_page", strconv.Itoa(len(ids)), "orderby", "id", "order", "asc",
	)
	return func(ctx context.Context) ([]reading.Reading, error) {
		got, err := s.asker.List(ctx, c.path(), s.asker.Fresh(filter))
		if err != nil {
			return nil, err
		}
		p, err := pages.Of(c.resource, c.path(), got)
		if err != nil {
			return nil, err
		}
		return p.Readings, nil
	}
}

// onlyVolatile says whether a record that reads otherwise under the same date turns out to be the same, after what may
// be volatile was looked at.
func (s watching) onlyVolatile(
	ctx context.Context, c *collection, old storage.Record, r *reading.Reading,
) (bool, error) {
	if c == refunds && s.refundsByOrder || !s.mayBe(c.resource, old, r) {
		return false, nil
	}
	read, err := s.sampleOf(ctx, c, r.ID)
	if err != nil {
		return false, err
	}
	learned, err := s.tryAgain(ctx, c.resource, read)
	return learned && s.same.Content(c.resource, old.Raw, r.Raw), err
}

// learnInList looks for volatile members of records that are read as a list of a parent, or as a whole: variations,
// categories.
func (s watching) learnInList(ctx context.Context, r storage.Resource, records []storage.Record, read again) error {
	for i := range records {
		held, err := s.mirror.repo.Record(ctx, s.storeID, records[i].Ref)
		if errors.Is(err, storage.ErrNotFound) || err == nil && s.same.Content(r, held.Raw, records[i].Raw) {
			continue
		}
		if err != nil {
			return err
		}
		if s.mayBe(r, held, &reading.Reading{Record: records[i]}) {
			_, err := s.tryAgain(ctx, r, read)
			return err
		}
	}
	return nil
}
