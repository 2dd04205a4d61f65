package problems_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestShopsOfOneHostThatFailOfOneCauseAreOneProblem(t *testing.T) {
	t.Parallel()
	g := setup(t)
	refused := g.add(37, at("192.0.2.7"))
	well := g.add(200, func(i int) string { return "198.51.100." + strconv.Itoa(i) })
	g.round(append(append([]int64{}, refused...), well...), "")
	g.look()
	g.none()
	g.pass(12 * time.Minute)
	g.round(well, "")
	g.round(refused, problem.StoreBlocked)
	g.look()
	p := g.one()
	if p.Host != "192.0.2.7" || p.Affected != 37 || p.Cause != "store_blocked" || !p.Since.Equal(g.now) ||
		p.Who != problems.Nobody || !strings.HasPrefix(problems.Headline(p), "37 shops at 192.0.2.7: ") {
		t.Errorf("it is %+v: %s", p, problems.Headline(p))
	}
	page, err := g.keeper.Affected(g.ctx, storage.AffectedQuery{ProblemID: p.ID, Limit: 30})
	g.ok(err)
	rest, err := g.keeper.Affected(g.ctx, storage.AffectedQuery{ProblemID: p.ID, Limit: 30, After: page[29].Subject})
	g.ok(err)
	if len(page) != 30 || len(rest) != 7 {
		t.Errorf("the pages have %d and %d", len(page), len(rest))
	}
	// Nobody acts for half an hour; then it is the host.
	g.pass(40 * time.Minute)
	g.round(well, "")
	g.look()
	if again := g.one(); again.ID != p.ID || again.Who != problems.Host || again.Since != p.Since || !again.Grave {
		t.Errorf("later it is %+v", again)
	}
	// It ends for some, then for all: by itself.
	g.round(refused[:30], "")
	g.look()
	if again := g.one(); again.Affected != 7 || again.Ever != 37 {
		t.Errorf("it affects %d of %d", again.Affected, again.Ever)
	}
	g.round(refused, "")
	g.look()
	g.none()
	if ended := g.all(); len(ended) != 1 || ended[0].State != storage.ProblemResolved || ended[0].By != "" ||
		!strings.HasPrefix(problems.Headline(ended[0]), "37 shops") {
		t.Errorf("in the end there are %+v", ended)
	}
}

func TestWhatFailsAtMostShopsIsOneProblem(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ids := g.add(40, func(i int) string { return "192.0.2." + strconv.Itoa(i) })
	g.round(ids, "")
	g.round(ids[:5], problem.StoreUnreachable)
	g.look()
	if some := g.all(storage.Standing()...); len(some) != 5 {
		t.Fatalf("five hosts that are down are %d problems", len(some))
	}
	g.round(ids[5:], problem.StoreUnreachable)
	g.look()
	if p := g.one(); p.Host != "" || p.Affected != 40 {
		t.Errorf("it is %+v", p)
	}
	for _, p := range g.all(storage.ProblemResolved) {
		if !problems.Merged(p) {
			t.Errorf("%+v was not merged", p)
		}
	}
	// It stays one, until the last is well.
	g.round(ids[1:], "")
	g.look()
	if p := g.one(); p.Host != "" || p.Affected != 1 {
		t.Errorf("then it is %+v", p)
	}
}

func TestTheHostOfAShopThatMovesStays(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ids := g.add(2, at("192.0.2.7"))
	g.round(ids, problem.StoreBlocked)
	g.look()
	first := g.one()
	g.within(func(tx storage.Tx) error {
		st, err := tx.LockStore(g.ctx, ids[0])
		if err != nil {
			return err
		}
		st.Facts.Address = "192.0.2.8"
		return tx.SaveStore(g.ctx, st)
	})
	g.look()
	if p := g.one(); p.ID != first.ID || p.Affected != 2 {
		t.Errorf("it is %+v", p)
	}
}

func TestAProblemThatComesBackSoonIsTheSame(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ids := g.add(1, at("192.0.2.7"))
	for range 3 {
		g.round(ids, problem.StoreFailed)
		g.look()
		g.pass(5 * time.Minute)
		g.round(ids, "")
		g.look()
		g.pass(5 * time.Minute)
	}
	if all := g.all(); len(all) != 1 || all[0].Times != 3 {
		t.Errorf("there are %+v", all)
	}
	g.pass(2 * time.Hour)
	g.round(ids, problem.StoreFailed)
	g.look()
	if all := g.all(); len(all) != 2 || all[0].Times != 1 {
		t.Errorf("long after there are %+v", all)
	}
}

func TestTwoWhoLookAtOnceOpenOneProblem(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ids := g.add(20, at("192.0.2.7"))
	g.round(ids, problem.StoreBlocked)
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() {
			looker := problems.NewLooker(g.db, problems.Options{Now: func() time.Time { return g.now }})
			if err := looker.Look(g.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if p := g.one(); p.Affected != 20 || p.Times != 1 {
		t.Errorf("it is %+v", p)
	}
	// What another has found since is not undone by who has looked before.
	due := g.now
	g.ok(g.looker.LookWhenDue(g.ctx))
	before, err := g.db.Look(g.ctx)
	g.ok(err)
	g.now = due.Add(time.Second)
	g.ok(g.looker.LookWhenDue(g.ctx))
	after, err := g.db.Look(g.ctx)
	g.ok(err)
	if before != after {
		t.Errorf("it was looked within a second again: %+v, %+v", before, after)
	}
}

func TestALateCopyIsAProblemAlthoughNothingFails(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ids := g.add(2, at("192.0.2.7"))
	g.round(ids, "")
	g.look()
	g.pass(90 * time.Second)
	g.round(ids[:1], "")
	g.look()
	g.none()
	g.pass(90 * time.Second)
	g.round(ids[:1], "")
	g.look()
	if p := g.one(); p.Kind != problems.KindLate || p.Cause != problems.CauseBehind || p.Affected != 1 || p.Grave {
		t.Errorf("it is %+v", p)
	}
	g.pass(20 * time.Minute)
	g.round(ids[:1], "")
	g.look()
	if p := g.one(); !p.Grave || p.Who != problems.You {
		t.Errorf("much later it is %+v", p)
	}
	g.within(func(tx storage.Tx) error { return tx.ForgetWorker(g.ctx, "worker") })
	g.look()
	if p := g.one(); p.Cause != problems.CauseNotFollowed || p.Who != problems.You {
		t.Errorf("without a worker it is %+v", p)
	}
	g.within(func(tx storage.Tx) error {
		st, err := tx.LockStore(g.ctx, ids[1])
		if err != nil {
			return err
		}
		st.Paused = true
		return tx.SaveStore(g.ctx, st)
	})
	g.look()
	g.none() // a person wants it so
}
