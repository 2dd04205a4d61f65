package problems_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// ground is a database with stores, a clock that is set, and somebody who looks.
type ground struct {
	testing.TB
	ctx    context.Context
	db     storage.Database
	now    time.Time
	looker *problems.Looker
	keeper *problems.Keeper
	stores []storage.Store
}

func setup(t testing.TB) *ground { return setupOn(t, databasetest.Open(t)) }

func setupOn(t testing.TB, db storage.Database) *ground {
	t.Helper()
	g := &ground{TB: t, ctx: t.Context(), db: db, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return g.now }
	g.looker = problems.NewLooker(db, problems.Options{Now: clock})
	g.keeper = problems.NewKeeper(db, clock)
	g.within(func(tx storage.Tx) error {
		return tx.SeeWorker(g.ctx, storage.Worker{ID: "worker", StartedAt: g.now,
			SeenAt: g.now.Add(24 * time.Hour)})
	})
	return g
}

func (g *ground) ok(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

func (g *ground) within(work func(tx storage.Tx) error) {
	g.Helper()
	g.ok(g.db.WithinRelaxed(g.ctx, work))
}

// add connects stores, and gives their numbers. The address of each is told by host.
func (g *ground) add(n int, host func(i int) string) (ids []int64) {
	g.Helper()
	g.within(func(tx storage.Tx) error {
		ids = ids[:0]
		for i := range n {
			name := fmt.Sprintf("shop-%d-%s", i, host(i))
			st, err := tx.CreateStore(g.ctx, storage.Store{Name: name, HomeURL: "https://" + name + ".example",
				RESTRoot: "https://" + name + ".example/wp-json/", Auth: storage.AuthBasic,
				Facts: storage.StoreFacts{Address: host(i)}})
			if err != nil {
				return err
			}
			if err := tx.Enroll(g.ctx, engine.Pull, st.ID); err != nil {
				return err
			}
			ids = append(ids, st.ID)
		}
		return nil
	})
	return ids
}

func at(host string) func(int) string { return func(int) string { return host } }

// round lets a round of stores have ended now: well for an empty code.
func (g *ground) round(ids []int64, code problem.Code) {
	g.Helper()
	report := map[string]any{"at": g.now, "idle": true, "next": g.now.Add(time.Minute), "current_at": g.now}
	if code != "" {
		report = map[string]any{"at": g.now, "current_at": g.now.Add(-5 * time.Minute),
			"problem": problem.New(code, "shop-x.example answered something")}
	}
	text, err := json.Marshal(report)
	g.ok(err)
	g.within(func(tx storage.Tx) error {
		for _, id := range ids {
			t, err := tx.LockTurn(g.ctx, engine.Pull, id)
			if err != nil {
				return err
			}
			t.Report, t.DueAt = text, g.now.Add(time.Minute)
			if err := tx.SaveTurn(g.ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
}

func (g *ground) look() {
	g.Helper()
	g.ok(g.looker.Look(g.ctx))
}

// pass lets time pass.
func (g *ground) pass(d time.Duration) { g.now = g.now.Add(d) }

// all are the problems in these states, in every one without.
func (g *ground) all(states ...storage.ProblemState) []storage.Problem {
	g.Helper()
	found, err := g.keeper.List(g.ctx, problems.Query{States: states})
	g.ok(err)
	return found
}

// one fails unless exactly one problem stands, and gives it.
func (g *ground) one() storage.Problem {
	g.Helper()
	standing := g.all(storage.Standing()...)
	if len(standing) != 1 {
		g.Fatalf("%d problems stand: %+v", len(standing), standing)
	}
	return standing[0]
}

func (g *ground) none() {
	g.Helper()
	if standing := g.all(storage.Standing()...); len(standing) != 0 {
		g.Fatalf("there stand %+v", standing)
	}
}
