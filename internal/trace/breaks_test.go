package trace_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
)

// want is what the verdict must be.
type want struct {
	state trace.State
	link  trace.Link
	who   trace.Who
	// says is in what was seen, do what Waybill can do about it.
	says string
	do   trace.Deed
}

// held stages the breaks of an order that the mirror holds, or has held: it is found by every word that there is for
// it.
var held = map[string]struct {
	stage func(g *ground)
	want  want
}{
	"it arrived everywhere": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.consumer("erp", seq)
		sub := g.subscribe(seq, storage.Subscription{ReceiptWithin: time.Minute})
		g.event(sub, seq, storage.Event{State: storage.EventDelivered, DoneAt: g.now, Status: 200})
		g.receipt(sub, 7, storage.Receipt{SentAt: g.now, GivenAt: g.now, Reference: "4711-7"})
	}, want{trace.Done, "", trace.Nobody, "3 of 3 readers and receivers", ""}},
	"consumer behind": {func(g *ground) { g.consumer("erp", g.order(g.store, 7, "A-1007")-1) },
		want{trace.Waiting, trace.Consumer, trace.Receiver, "has not acknowledged", trace.ReadOn}},
	"subscription begins later": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.subscribe(seq, storage.Subscription{From: seq})
	}, want{trace.Done, "", trace.Nobody, "1 are not meant to get it", ""}},
	"filtered by a status": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.subscribe(seq, storage.Subscription{Filter: `record.status == "completed"`})
	}, want{trace.Done, "", trace.Nobody, "1 are not meant to get it", ""}},
	"filtered by its kind of change": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.subscribe(seq, storage.Subscription{Kinds: []storage.Kind{storage.Updated}})
	}, want{trace.Done, "", trace.Nobody, "1 are not meant to get it", ""}},
	"subscription paused": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.subscribe(seq-1, storage.Subscription{State: storage.SubscriptionPaused, Why: "it answers 500"})
	}, want{trace.Broken, trace.Subscription, trace.You, "is paused, so the change waits: it answers 500",
		trace.ResumeSubscription}},
	"subscription ended by its receiver": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		sub := g.subscribe(seq, storage.Subscription{State: storage.SubscriptionEnded, Why: "it answers 410 Gone"})
		g.event(sub, seq, storage.Event{State: storage.EventPending, NextAt: g.now})
	}, want{trace.Broken, trace.Subscription, trace.You, "is ended, so the change waits: it answers 410 Gone",
		trace.ResumeSubscription}},
	"subscription has not come to it": {func(g *ground) {
		g.subscribe(g.order(g.store, 7, "A-1007")-1, storage.Subscription{})
	}, want{trace.Waiting, trace.Subscription, trace.Nobody, "1 changes behind", ""}},
	"it is on its way": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.event(g.subscribe(seq, storage.Subscription{}), seq,
			storage.Event{State: storage.EventPending, NextAt: g.now})
	}, want{trace.Waiting, trace.Subscription, trace.Nobody, "on its way to https://erp.example", ""}},
	"receiver answers 500": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.event(g.subscribe(seq, storage.Subscription{}), seq, storage.Event{State: storage.EventPending, Attempts: 3,
			Status: 500, NextAt: g.now.Add(time.Hour), Error: "the receiver answered 500"})
	}, want{trace.Broken, trace.Subscription, trace.Receiver, "has not taken it in 3 attempts (answer 500",
		trace.TestSubscription}},
	"receiver is away": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.subscribe(seq-1, storage.Subscription{Failures: 9, FailingSince: g.now, RestUntil: g.now.Add(time.Hour),
			Why: "it does not answer"})
	}, want{trace.Broken, trace.Subscription, trace.Receiver, "is left alone until 2026-11-30T13:00:00Z",
		trace.TestSubscription}},
	"event given up": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		g.event(g.subscribe(seq, storage.Subscription{}), seq,
			storage.Event{State: storage.EventFailed, Attempts: 12, DoneAt: g.now})
	}, want{trace.Broken, trace.Subscription, trace.Receiver, "was given up", trace.Redeliver}},
	"receipt missing": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		sub := g.subscribe(seq, storage.Subscription{ReceiptWithin: time.Minute})
		g.event(sub, seq, storage.Event{State: storage.EventDelivered, DoneAt: g.now, Status: 200})
		g.receipt(sub, 7, storage.Receipt{SentAt: g.now.Add(-2 * time.Minute)})
	}, want{trace.Broken, trace.Receipt, trace.Receiver, "has not said within 1 min 0 s that it has it",
		trace.Redeliver}},
	"receipt not due yet": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		sub := g.subscribe(seq, storage.Subscription{ReceiptWithin: time.Minute})
		g.event(sub, seq, storage.Event{State: storage.EventDelivered, DoneAt: g.now, Status: 200})
		g.receipt(sub, 7, storage.Receipt{SentAt: g.now})
	}, want{trace.Waiting, trace.Receipt, trace.Receiver, "has until 2026-11-30T12:01:00Z", ""}},
	"receipt for another order": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		sub := g.subscribe(seq, storage.Subscription{ReceiptWithin: time.Minute})
		g.event(sub, seq, storage.Event{State: storage.EventDelivered, DoneAt: g.now, Status: 200})
		g.receipt(sub, 7, storage.Receipt{SentAt: g.now, Instead: "orders/12"})
	}, want{trace.Broken, trace.Receipt, trace.Receiver, "gave a receipt for another one, orders/12", trace.Redeliver}},
	"receipt of what was never sent": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		sub := g.subscribe(seq, storage.Subscription{Filter: `record.status == "completed"`})
		g.receipt(sub, 7, storage.Receipt{GivenAt: g.now, Reference: "X", Unsent: true})
	}, want{trace.Broken, trace.Receipt, trace.Receiver, "although it was never sent this one", ""}},
	"receiver says 200 and keeps nothing": {func(g *ground) {
		seq := g.order(g.store, 7, "A-1007")
		sub := g.subscribe(seq, storage.Subscription{})
		g.event(sub, seq, storage.Event{State: storage.EventDelivered, DoneAt: g.now.Add(-time.Hour), Status: 200})
		g.receipt(sub, 7, storage.Receipt{LackedAt: g.now})
	}, want{trace.Broken, trace.Receipt, trace.Receiver, "does not keep it: its list of 2026-11-30T12:00:00Z lacks it",
		trace.Redeliver}},
	"write parked": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.write(storage.WriteParked, "conflict", 0)
	}, want{trace.Broken, trace.Write, trace.You, "update of orders/7 is parked (conflict)", trace.SeeWrite}},
	"write rejected": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.write(storage.WriteRejected, "rest_invalid_param", 400)
	}, want{trace.Broken, trace.Write, trace.You, "is rejected (rest_invalid_param)", trace.SeeWrite}},
	"key is read-only": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.write(storage.WriteRejected, "woocommerce_rest_cannot_edit", 401)
	}, want{trace.Broken, trace.Write, trace.You, "does not let the key write", trace.ExamineStore}},
	"write on its way": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.write(storage.WritePending, "", 0)
	}, want{trace.Waiting, trace.Write, trace.Nobody, "is pending", ""}},
	"answer to a write lost": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.write(storage.WriteUnknown, "", 0)
	}, want{trace.Waiting, trace.Write, trace.Nobody, "is unknown", ""}},
	"order in the trash": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.change(g.store, 7, storage.Trashed)
	}, want{trace.Broken, trace.Copied, trace.You, "put into the trash", ""}},
	"shop paused": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.alter(func(st *storage.Store) { st.Paused = true })
	}, want{trace.Broken, trace.Current, trace.You, "is paused in Waybill", trace.ResumeStore}},
	"shop refuses the key": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
			"problem": problem.New(problem.CredentialsRefused, "the store refuses the key")})
	}, want{trace.Broken, trace.Current, trace.You, "the store refuses the key", trace.ExamineStore}},
	"the host blocks us": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.alter(func(st *storage.Store) { st.Facts.Diagnosis = &storage.Diagnosis{Cause: "waf-modsecurity"} })
		g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
			"problem": problem.New(problem.StoreBlocked, "a firewall answers 406")})
	}, want{trace.Broken, trace.Current, trace.Host, "a firewall answers 406", trace.ExamineStore}},
	"the doctor knows what blocks us": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.alter(func(st *storage.Store) {
			st.Facts.Diagnosis = &storage.Diagnosis{Cause: "waf-modsecurity", Title: "ModSecurity blocks the API",
				Fix: "Ask the host to exempt /wp-json/.", Failure: string(problem.StoreBlocked)}
		})
		g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
			"problem": problem.New(problem.StoreBlocked, "a firewall answers 406")})
	}, want{trace.Broken, trace.Current, trace.Host, "ModSecurity blocks the API", ""}},
	"the last look at the shop failed": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
			"problem": problem.New(problem.StoreFailed, "the store answers 500")})
	}, want{trace.Waiting, trace.Current, trace.Nobody, "the store answers 500", ""}},
	"shop is late": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour)})
	}, want{trace.Waiting, trace.Current, trace.Nobody, "1 h 0 min behind the shop", ""}},
	"nobody follows the shop": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour)})
		g.now = g.now.Add(time.Hour)
	}, want{trace.Broken, trace.Current, trace.You, "no process follows the shop", trace.SyncStore}},
	"the first copy is not finished": {func(g *ground) {
		g.order(g.store, 7, "A-1007")
		g.round(g.store, map[string]any{})
	}, want{trace.Waiting, trace.Current, trace.Nobody, "the first copy of the shop is not finished", ""}},
}

// absent stages the breaks of an order that the mirror does not hold.
var absent = map[string]struct {
	stage func(g *ground)
	word  string
	want  want
}{
	"order deleted for good": {func(g *ground) { g.change(g.store, 7, storage.Deleted) }, "7",
		want{trace.Broken, trace.Copied, trace.You, "deleted for good in the shop", ""}},
	"never in this shop": {func(*ground) {}, "7",
		want{trace.Skipped, trace.Placed, trace.Nobody, "has no order with the id 7", ""}},
	"in the shop and too new": {func(g *ground) { g.inShop("processing", time.Minute) }, "7",
		want{trace.Waiting, trace.Copied, trace.Nobody, "not yet: the order is 1 min 0 s old", trace.Fetch}},
	"its status is hidden": {func(g *ground) { g.inShop("parked", 4*time.Hour) }, "7",
		want{trace.Broken, trace.Copied, trace.You, "no list of the shop shows it", trace.VerifyOrders}},
	"webhook disabled": {func(g *ground) {
		g.inShop("processing", time.Minute)
		g.hook(storage.Hook{State: storage.HookPaused, Why: "somebody paused order.created on the store"})
	}, "7", want{trace.Waiting, trace.Noticed, trace.Nobody, "its webhooks are paused", trace.CheckWebhooks}},
	"webhook never sent": {func(g *ground) {
		g.inShop("processing", time.Minute)
		g.hook(storage.Hook{State: storage.HookActive})
	}, "7", want{trace.Waiting, trace.Noticed, trace.Nobody, "the shop has sent no webhook for this order",
		trace.CheckWebhooks}},
	"webhook came, and the order is read next": {func(g *ground) {
		g.inShop("processing", time.Minute)
		g.hook(storage.Hook{State: storage.HookActive})
		g.webhook(7, g.now.Add(-time.Second))
	}, "7", want{trace.Waiting, trace.Copied, trace.Nobody, "not yet: the order is 1 min 0 s old", trace.Fetch}},
	"the list of orders is refused": {func(g *ground) {
		g.inShop("processing", time.Minute)
		g.alter(func(st *storage.Store) { st.Facts.Seen.Refused = []storage.Resource{storage.Orders} })
	}, "7", want{trace.Broken, trace.Copied, trace.You, "refuses the list of orders", trace.ExamineStore}},
	"the shop cannot be asked": {func(g *ground) {
		g.shop.err = problem.New(problem.StoreUnreachable, "the store does not answer")
	}, "7", want{trace.Broken, trace.Placed, trace.You, "the store does not answer", trace.ExamineStore}},
	"a number that no mirror knows": {func(*ground) {}, "A-99",
		want{trace.Skipped, trace.Copied, trace.Nobody, `holds no order called "A-99"`, ""}},
	"a number where an id was meant": {func(g *ground) { g.order(g.store, 9, "7") }, "7",
		want{trace.Done, "", trace.Nobody, "in the mirror", ""}},
}

// TestTheBrokenLinkIsNamed: each break is staged, and the verdict names its link, who acts, what was seen and what can
// be done; by the number, the id, the e-mail address, and by what a receiver calls the order.
func TestTheBrokenLinkIsNamed(t *testing.T) {
	t.Parallel()
	if n := len(held) + len(absent); n < 30 {
		t.Fatalf("only %d breaks are staged", n)
	}
	for name, test := range held {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := setup(t)
			books := g.consumer("books", 1<<40)
			test.stage(g)
			g.within(func(tx storage.Tx) error {
				return tx.GiveReceipts(g.Context(), []storage.Receipt{{StoreID: g.store.ID, ConsumerID: books.ID,
					Ref: storage.Ref{Resource: storage.Orders, ID: 7}, Reference: "SO-1001", GivenAt: g.now}})
			})
			for _, word := range []string{"A-1007", " #A-1007", "7", "ADA@example.com", "so-1001"} {
				g.expect(word, test.want)
			}
			if *g.shop.asked > 0 {
				t.Errorf("the shop was asked %d times for what the mirror holds", *g.shop.asked)
			}
		})
	}
	for name, test := range absent {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := setup(t)
			test.stage(g)
			g.expect(test.word, test.want)
		})
	}
}

func (g *ground) expect(word string, want want) {
	g.Helper()
	answer := g.find(word)
	if len(answer.Chains) != 1 {
		g.Fatalf("by %q there are %d chains: %+v", word, len(answer.Chains), answer)
	}
	got := answer.Chains[0].Verdict
	if got.State != want.state || got.Link != want.link || got.Who != want.who || got.Remedy.Do != want.do ||
		!strings.Contains(got.Says, want.says) {
		g.Errorf("by %q: got %+v, want %+v", word, got, want)
	}
	if got.State == trace.Broken && (got.Fix == "" || got.Who == "") {
		g.Errorf("nothing says what to do, or who: %+v", got)
	}
	text := fmt.Sprintf("%+v", answer.Chains[0].Hops)
	if strings.Contains(text, "secret words") || strings.Contains(text, "ada@example.com") || strings.Contains(text, "waybill ") {
		g.Errorf("what is a customer's, or a command, is in what every face shows: %s", text)
	}
}

// inShop lets the shop have order 7, placed some time ago, which the mirror does not hold.
func (g *ground) inShop(status string, ago time.Duration) {
	g.shop.found = true
	g.shop.raw = fmt.Sprintf(`{"id":7,"number":"7","status":%q,"date_created_gmt":%q}`, status,
		g.now.Add(-ago).Format("2006-01-02T15:04:05"))
}

// alter changes what is kept of the shop.
func (g *ground) alter(how func(*storage.Store)) {
	g.Helper()
	g.within(func(tx storage.Tx) error {
		st, err := tx.LockStore(g.Context(), g.store.ID)
		if err != nil {
			return err
		}
		how(&st)
		return tx.SaveStore(g.Context(), st)
	})
}

func (g *ground) hook(h storage.Hook) {
	g.Helper()
	h.StoreID, h.Path = g.store.ID, "path"
	g.within(func(tx storage.Tx) error { return tx.AddHook(g.Context(), h) })
}

// webhook lets a webhook name an order.
func (g *ground) webhook(id int64, at time.Time) {
	g.Helper()
	g.within(func(tx storage.Tx) error {
		_, err := tx.KeepDeliveries(g.Context(), []storage.Delivery{{StoreID: g.store.ID, ReceivedAt: at,
			Ref: storage.Ref{Resource: storage.Orders, ID: id}}})
		return err
	})
}

// receipt keeps what a receiver says, or does not say, of an order.
func (g *ground) receipt(sub storage.Subscription, id int64, r storage.Receipt) {
	g.Helper()
	r.StoreID, r.Ref, r.SubscriptionID = g.store.ID, storage.Ref{Resource: storage.Orders, ID: id}, sub.ID
	g.within(func(tx storage.Tx) error {
		for _, step := range []struct {
			is   bool
			keep func() error
		}{
			{!r.SentAt.IsZero(), func() error { return tx.ExpectReceipts(g.Context(), []storage.Receipt{r}) }},
			{!r.GivenAt.IsZero(), func() error { return tx.GiveReceipts(g.Context(), []storage.Receipt{r}) }},
			{!r.LackedAt.IsZero(), func() error { return tx.LackReceipts(g.Context(), []storage.Receipt{r}) }},
		} {
			if step.is {
				if err := step.keep(); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// write keeps a write to the order.
func (g *ground) write(state storage.WriteState, reason string, status int) {
	g.Helper()
	w := storage.Write{ID: "06h2", StoreID: g.store.ID, Key: "k", Action: storage.ActionUpdate,
		Resource: storage.Orders, RecordID: 7, Body: json.RawMessage(`{"status":"completed"}`), State: state,
		AcceptedAt: g.now, Policy: storage.PolicyMerge,
		Reason: &storage.WriteReason{Code: reason, Message: "secret words", Status: status}}
	g.within(func(tx storage.Tx) error {
		_, err := tx.AddWrites(g.Context(), []storage.Write{w})
		return err
	})
}
