package problems_test

import (
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestWhatAPersonDecidesStays(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ids := g.add(1, at("192.0.2.7"))
	g.round(ids, problem.CredentialsRefused)
	g.look()
	p := g.one()
	by := problems.Decision{By: "ada", Note: "I make a new key"}
	acked, err := g.keeper.Acknowledge(g.ctx, p.ID, by)
	g.ok(err)
	g.pass(time.Minute)
	g.look()
	if now := g.one(); now != acked || now.State != storage.ProblemAcknowledged || now.By != "ada" ||
		now.Note != by.Note {
		t.Errorf("acknowledged it was %+v, and is %+v", acked, now)
	}
	by.Until = g.now.Add(time.Hour)
	_, err = g.keeper.Ignore(g.ctx, p.ID, by)
	g.ok(err)
	g.look()
	if now := g.one(); now.State != storage.ProblemIgnored {
		t.Errorf("ignored it is %+v", now)
	}
	g.pass(time.Hour)
	g.look()
	if now := g.one(); now.State != storage.ProblemOpen || now.By != "" {
		t.Errorf("after the time it is %+v", now)
	}
	_, err = g.keeper.Acknowledge(g.ctx, p.ID, by)
	g.ok(err)
	if now, err := g.keeper.Reopen(g.ctx, p.ID, by); err != nil || now.State != storage.ProblemOpen {
		t.Errorf("opened again it is %+v, %v", now, err)
	}
	// Resolved by a person: it stays so while nothing is seen anew, and opens again when something is.
	_, err = g.keeper.Resolve(g.ctx, p.ID, by)
	g.ok(err)
	g.pass(10 * time.Second)
	g.look()
	g.none()
	g.pass(10 * time.Second)
	g.round(ids, problem.CredentialsRefused)
	g.look()
	if now := g.one(); now.ID != p.ID || now.Times != 2 || now.By != "" {
		t.Errorf("seen again it is %+v", now)
	}
	g.round(ids, "")
	g.look()
	_, err = g.keeper.Resolve(g.ctx, p.ID, by)
	if !problem.Is(err, problem.Usage) {
		t.Errorf("resolving what is resolved: %v", err)
	}
	_, err = g.keeper.Acknowledge(g.ctx, 999, by)
	if !problem.Is(err, problem.ProblemNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestAGroupSeesItsOwnPartOfAProblem(t *testing.T) {
	t.Parallel()
	g := setup(t)
	mine, others := g.add(2, at("192.0.2.7")), g.add(3, func(int) string { return "192.0.2.7" + " " })
	var group storage.Group
	g.within(func(tx storage.Tx) (err error) {
		if group, err = tx.AddGroup(g.ctx, storage.Group{Name: "mine"}); err != nil {
			return err
		}
		for _, id := range append(append([]int64{}, mine...), others...) {
			st, err := tx.LockStore(g.ctx, id)
			if err != nil {
				return err
			}
			if st.Facts.Address = "192.0.2.7"; id == mine[0] || id == mine[1] {
				st.GroupID = group.ID
			}
			if err := tx.SaveStore(g.ctx, st); err != nil {
				return err
			}
		}
		return nil
	})
	g.round(append(append([]int64{}, mine...), others...), problem.StoreFailed)
	g.look()
	whole := g.one()
	seen, err := g.keeper.Find(g.ctx, whole.ID, group.ID)
	g.ok(err)
	if whole.Affected != 5 || seen.Affected != 2 || !strings.HasPrefix(problems.Headline(seen), "2 shops") {
		t.Errorf("of %d it sees %d", whole.Affected, seen.Affected)
	}
	if text := whole.Title + whole.Why + whole.Fix; strings.Contains(text, "shop-") {
		t.Errorf("it tells one group of another's shop: %s", text)
	}
	_, err = g.keeper.Acknowledge(g.ctx, whole.ID, problems.Decision{By: "ada", GroupID: group.ID})
	if !problem.Is(err, problem.ProblemShared) {
		t.Errorf("deciding for others: %v", err)
	}
	if _, err := g.keeper.Find(g.ctx, whole.ID, 999); !problem.Is(err, problem.ProblemNotFound) {
		t.Errorf("of another group: %v", err)
	}
}
