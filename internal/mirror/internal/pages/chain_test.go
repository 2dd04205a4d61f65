package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
	"pgregory.net/rapid"
)

// shelfSource lists ids in order, and lets a test change them before each answer.
type shelfSource struct {
	mu     sync.Mutex
	ids    []int64
	before func(request int)
	totals bool
	deaf   bool // to positions
	asked  int
}

func (s *shelfSource) Do(_ context.Context, r woo.Request) (*woo.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.before != nil {
		s.before(s.asked)
	}
	size, _ := strconv.Atoi(r.Query.Get("per_page"))
	offset, _ := strconv.Atoi(r.Query.Get("offset"))
	if s.deaf {
		offset = 0
	}
	var records []string
	for _, id := range s.ids[min(offset, len(s.ids)):min(offset+size, len(s.ids))] {
		records = append(records, fmt.Sprintf(`{"id":%d}`, id))
	}
	response := &woo.Response{
		Status: 200,
		Header: http.Header{},
		Body:   json.RawMessage("[" + strings.Join(records, ",") + "]"),
		Total:  -1,
	}
	if s.totals {
		response.Total = len(s.ids)
	}
	return response, nil
}

func chainOver(shop woo.Doer, size, inFlight int) *Chain {
	log := slog.New(slog.DiscardHandler)
	return &Chain{
		Asker: ask.New(
			shop,
			ask.Options{Retries: -1, Now: time.Now, Log: log},
		), InFlight: inFlight, Log: log, Path: "orders", Resource: storage.Orders, Total: -1,
		Size: pagesize.New(size, 0), Unreadable: func(int64, error) {},
	}
}

func TestAChainMissesNoRecordThatStays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "records")
		source := &shelfSource{totals: rapid.Bool().Draw(t, "totals")}
		stays := map[int64]bool{}
		for i := range n {
			source.ids = append(source.ids, int64(10+10*i))
			stays[int64(10+10*i)] = true
		}
		changes := rapid.IntRange(0, 3).Draw(t, "changes a request")
		source.before = func(request int) {
			if request > 30 {
				return // the store comes to rest
			}
			for range changes {
				if len(source.ids) > 0 && rapid.Bool().Draw(t, "delete") {
					i := rapid.IntRange(0, len(source.ids)-1).Draw(t, "which")
					delete(stays, source.ids[i])
					source.ids = slices.Delete(source.ids, i, i+1)
				} else {
					id := rapid.Int64Range(1, 700).Draw(t, "new id")
					if at, there := slices.BinarySearch(source.ids, id); !there {
						source.ids = slices.Insert(source.ids, at, id)
					}
				}
			}
		}
		read := map[int64]bool{}
		var last int64
		c := chainOver(source, rapid.IntRange(2, 12).Draw(t, "page size"), 1)
		err := c.Run(context.Background(), func(p *Page) error {
			if p.AfterID != last {
				t.Fatalf("a page continues after %d, the one before ended at %d", p.AfterID, last)
			}
			last = p.LastID()
			for i := range p.Readings {
				read[p.Readings[i].ID] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for id := range stays {
			if !read[id] {
				t.Fatalf("%d was there all the time and was not read", id)
			}
		}
	})
}

func TestAChainOverAStoreAtRestAsksOncePerPage(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 99, 100, 101, 199, 200, 5000} {
		source := &shelfSource{totals: true}
		for i := range n {
			source.ids = append(source.ids, int64(i+1))
		}
		c := chainOver(source, 100, 1)
		distinct := 0
		if err := c.Run(t.Context(), func(p *Page) error { distinct += p.Fresh; return nil }); err != nil {
			t.Fatal(err)
		}
		if most := n/99 + 1; distinct != n || source.asked > most {
			t.Errorf("%d records: %d read in %d requests, at most %d are needed", n, distinct, source.asked, most)
		}
	}
}

func TestAChainOverAListThatMakesNoSenseEnds(t *testing.T) {
	t.Parallel()
	source := &shelfSource{totals: true, ids: []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}
	source.before = func(request int) {
		for i := range source.ids { // other ids each time
			source.ids[i] += 1000
		}
	}
	err := chainOver(source, 4, 1).Run(t.Context(), func(*Page) error { return nil })
	if err == nil {
		t.Error("it was taken for a list")
	}
}

// A store that gives its first page whatever position is asked for would be read for ever where it tells no total, and
// with every page of a large one where it does.
func TestAChainOverAStoreThatIsDeafToPositionsEndsAndSaysSo(t *testing.T) {
	t.Parallel()
	for _, totals := range []bool{true, false} {
		source := &shelfSource{totals: totals, deaf: true}
		for i := range 500 {
			source.ids = append(source.ids, int64(i+1))
		}
		c := chainOver(source, 20, 4)
		distinct := 0
		err := c.Run(t.Context(), func(p *Page) error { distinct += p.Fresh; return nil })
		if err != nil || !c.Stuck || distinct != 20 || source.asked > 12 {
			t.Errorf("totals %v: stuck %v, %d records in %d requests, %v", totals, c.Stuck, distinct, source.asked, err)
		}
	}
}
