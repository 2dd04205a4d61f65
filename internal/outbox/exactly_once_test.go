package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// latest is how long after the client was cut off a store may begin to act.
const latest = 40 * time.Second

// someFaults are what may happen between us and a store.
func someFaults(chance *rand.Rand) []sandbox.Fault {
	cut := -5
	page := &sandbox.Answer{Status: 502, Body: "<html><title>502 Bad Gateway</title></html>"}
	writes := []string{"POST", "PUT", "DELETE"}
	kinds := []sandbox.Fault{
		{Drop: sandbox.BeforeCommit},
		{Drop: sandbox.AfterCommit},
		{Drop: sandbox.AfterCommit, Trashes: true},
		{Drop: sandbox.AfterCommit, Late: sandbox.Duration(chance.Int64N(int64(latest)))},
		{Delay: sandbox.Duration(50 * time.Second)}, // the client gives up first; the store never begins
		{Answer: page},
		{Answer: page, Acts: true}, // of an order that is refused, this leaves a draft behind
		{Cut: &cut},
		{Answer: &sandbox.Answer{Status: 429, Header: map[string]string{"Retry-After": "1"}}},
		{Before: "<b>Notice</b>: x\n"},
		{Throws: &sandbox.Thrown{Status: 409, Code: "erp_refused", Message: "No such debtor"}},
		{Acts: true, Answer: &sandbox.Answer{Status: 403, Body: "<html><title>403 Forbidden</title></html>"}},
		{Acts: true, Answer: &sandbox.Answer{Status: 200, Header: map[string]string{"Content-Type": "application/json"},
			Body: "{}"}},
		{Answer: &sandbox.Answer{Status: 503, Header: map[string]string{"Retry-After": "5"},
			Body: "<title>Maintenance</title>"}},
	}
	for _, hook := range hooks {
		kinds = append(kinds, sandbox.Fault{Dies: hook})
	}
	faults := make([]sandbox.Fault, 3)
	for i := range faults {
		faults[i] = kinds[chance.IntN(len(kinds))]
		faults[i].Match.Probability = 0.35
		faults[i].Match.Times = 3 + chance.IntN(5)
		if i == 0 || faults[i].Dies != "" {
			faults[i].Match.Methods = writes
		}
	}
	if chance.IntN(4) == 0 {
		faults = append(faults, sandbox.Fault{Match: sandbox.Match{Path: "/batch$"},
			Answer: &sandbox.Answer{Status: 403, Header: html, Body: "<title>403 Forbidden</title>"}})
	}
	return faults
}

// hooks are where the PHP of a store may die.
var hooks = []string{"wp_insert_post", "woocommerce_new_order", "woocommerce_new_order_item",
	"woocommerce_order_before_calculate_totals",
	"woocommerce_order_after_calculate_totals", "woocommerce_update_order", "woocommerce_order_status_changed",
	"woocommerce_refund_created", "woocommerce_order_refunded"}

var html = map[string]string{"Content-Type": "text/html"}

// stripping lets a plugin of the store take our marker away, whatever else happens to a request.
func stripping(faults []sandbox.Fault) []sandbox.Fault {
	for i := range faults {
		faults[i].StripMeta = true
	}
	return append(faults, sandbox.Fault{StripMeta: true})
}

// dying is a repository whose process dies now and then, before or after a transaction.
type dying struct {
	outbox.Repository
	mu     sync.Mutex
	chance *rand.Rand
	lives  int
}

var errDied = errors.New("the process died here")

func (d *dying) die() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lives > 0 && d.chance.IntN(8) == 0 {
		d.lives--
		return true
	}
	return false
}

// step is one transaction between two moments at which the process may die.
func (d *dying) step(transaction func() error) error {
	if d.die() {
		return errDied
	}
	if err := transaction(); err != nil {
		return err
	}
	if d.die() {
		return errDied
	}
	return nil
}

func (d *dying) ClaimOutbox(ctx context.Context, storeID int64) (claim storage.Claim, err error) {
	err = d.step(func() error { claim, err = d.Repository.ClaimOutbox(ctx, storeID); return err })
	return claim, err
}

func (d *dying) InterruptedWrites(ctx context.Context, claim storage.Claim, now time.Time) (n int, err error) {
	err = d.step(func() error { n, err = d.Repository.InterruptedWrites(ctx, claim, now); return err })
	return n, err
}

func (d *dying) ObserveRecords(ctx context.Context, claim storage.Claim, seen []outbox.Effect) error {
	return d.step(func() error { return d.Repository.ObserveRecords(ctx, claim, seen) })
}

func (d *dying) SettleWrites(ctx context.Context, claim storage.Claim, settled []outbox.Settlement) error {
	return d.step(func() error { return d.Repository.SettleWrites(ctx, claim, settled) })
}

func (d *dying) ClaimWrites(
	ctx context.Context, claim storage.Claim, now time.Time, limit int,
) (writes []outbox.Write, err error) {
	err = d.step(func() error { writes, err = d.Repository.ClaimWrites(ctx, claim, now, limit); return err })
	return writes, err
}

func TestEveryWriteTakesEffectExactlyOnceWhateverFails(t *testing.T) {
	t.Parallel()
	runs, shards := 160, 8
	if testing.Short() {
		runs, shards = 16, 2
	}
	if n, err := strconv.Atoi(os.Getenv("WAYBILL_OUTBOX_RUNS")); err == nil {
		runs, shards = n, min(n, 40)
	}
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			inBubble(t, uint64(shard), func(t *testing.T, g ground) {
				for run := shard; run < runs; run += shards {
					oneRun(t, g, uint64(run))
				}
			})
		})
	}
}

func oneRun(t *testing.T, g ground, seed uint64) {
	t.Helper()
	ctx := t.Context()
	chance := rand.New(rand.NewPCG(seed, 1))
	label := fmt.Sprintf("run%d", seed)
	st := g.connect(t, label)

	product := g.make(t, "products", `{"name":"Mug","regular_price":"10.00"}`)
	// Orders that exist, so that there is something to change.
	var existing []int64
	for range 3 {
		existing = append(existing,
			g.make(t, "orders", fmt.Sprintf(
				`{"customer_note":"%s existing","status":"processing","line_items":[{"product_id":%d,"quantity":9}]}`,
				label, product)))
	}
	writes := someWrites(chance, label, existing, product)
	repository := &dying{Repository: g.db, chance: chance}
	options := outbox.Options{StoreLimit: storeLimit, BatchSize: 1 + chance.IntN(4), MaxAttempts: 20, Silences: 20,
		Deaths: 20, Patience: time.Second, Now: g.clock.Now}
	for i := range writes {
		writes[i].StoreID = st.ID
	}
	accepted, err := outbox.New(repository, options).AcceptAll(ctx, writes)
	if err != nil {
		t.Fatalf("%s: %v", label, err)
	}
	faults := someFaults(chance)
	if seed%3 == 0 {
		faults = stripping(faults)
	}
	for _, f := range faults {
		f.Match.Headers = map[string]string{"X-Visitor": "^$"} // visitors have other troubles
		if _, err := g.store.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	repository.lives = chance.IntN(6)
	jumps := chance.IntN(3)
	var workers sync.WaitGroup
	for range 1 + chance.IntN(2) {
		workers.Go(func() { drain(t, g, st, label, repository, options) })
	}
	workers.Go(func() { g.visitors(t, label, int(seed%3)) })
	for range jumps {
		time.Sleep(time.Duration(1+chance.IntN(60)) * time.Second)
		ours, theirs := time.Duration(chance.IntN(4)-1)*20*time.Minute, time.Duration(chance.IntN(3)-1)*20*time.Second
		g.clock.jump(ours, theirs)
	}
	workers.Wait()
	g.store.ClearFaults()
	time.Sleep(latest) // for what the store still does
	checkRun(t, g, st, label, accepted)
}

// drain is one worker, and the next one in its place whenever it dies.
func drain(
	t *testing.T, g ground, st storage.Store, label string, repository outbox.Repository, options outbox.Options,
) {
	box := outbox.New(repository, options)
	deadline := time.Now().Add(12 * time.Hour)
	for {
		round, err := box.Step(t.Context(), st.ID, g.shop)
		switch {
		case errors.Is(err, errDied):
			box = outbox.New(repository, options)
		case errors.Is(err, storage.ErrFenced):
			time.Sleep(time.Minute) // the other worker is at it
		case err != nil:
			t.Errorf("%s: %v", label, err)
			return
		case round.Next.IsZero():
			return
		default:
			// Not longer than a minute: a clock that was set back makes what is due look far away.
			time.Sleep(min(max(round.Next.Sub(g.clock.Now()), time.Millisecond), time.Minute))
		}
		if time.Now().After(deadline) {
			t.Errorf("%s: not settled within half a day: %+v", label, round)
			return
		}
	}
}

// visitors order what we order at the same time, at the shop's till, and another program sends orders of its own.
func (g ground) visitors(t *testing.T, label string, n int) {
	for i := range n {
		for _, body := range []string{fmt.Sprintf(`{"customer_note":"%s create %d","created_via":"checkout"}`, label,
			i), fmt.Sprintf(`{"customer_note":"%s foreign %d"}`, label, i)} {
			_, _ = g.calm.Do(t.Context(), woo.Request{Method: "POST", Path: "orders", Body: json.RawMessage(body),
				Header: http.Header{"X-Visitor": {"1"}}})
		}
		time.Sleep(7 * time.Second)
	}
}

// someWrites are creates, updates, notes and deletes, as a fulfilment system sends them.
func someWrites(chance *rand.Rand, label string, existing []int64, product int64) []outbox.Write {
	body := func(v any) json.RawMessage { raw, _ := json.Marshal(v); return raw }
	var writes []outbox.Write
	for i := range 2 + chance.IntN(5) {
		order := map[string]any{"customer_note": fmt.Sprintf("%s create %d", label, i)}
		if i%2 == 1 {
			order["status"] = []string{"processing", "on-hold", "checkout-draft"}[chance.IntN(3)]
			order["line_items"] = []map[string]any{{"product_id": product, "quantity": 2}}
			order["fee_lines"] = []map[string]string{{"name": "Pallet", "total": "5.00"}}
		}
		writes = append(writes, outbox.Write{Key: fmt.Sprintf("c%d", i), Action: outbox.Create,
			Resource: storage.Orders, Body: body(order)})
	}
	for i := range 2 {
		writes = append(writes, outbox.Write{Key: fmt.Sprintf("r%d", i), Action: outbox.Create,
			Resource: storage.Refunds, ParentID: existing[2],
			Body: body(map[string]any{"amount": "1.25", "reason": fmt.Sprintf("%s refund %d", label, i),
				"api_refund": false})})
	}
	for i := range 1 + chance.IntN(3) {
		writes = append(writes, outbox.Write{Key: fmt.Sprintf("u%d", i), Action: outbox.Update,
			Resource: storage.Orders, RecordID: existing[0], Policy: outbox.CallerWins,
			Body: body(map[string]any{"customer_note": fmt.Sprintf("%s update %d", label, i)})})
	}
	writes = append(writes,
		outbox.Write{Key: "fee", Action: outbox.Update, Resource: storage.Orders, RecordID: existing[0],
			Policy: outbox.CallerWins,
			Body:   body(map[string]any{"fee_lines": []map[string]string{{"name": "Gift wrap", "total": "2.50"}}})},
		outbox.Write{Key: "note", Action: outbox.Create, Resource: storage.OrderNotes, ParentID: existing[0],
			Body: body(map[string]string{"note": label + " noted"})},
		outbox.Write{Key: "trash", Action: outbox.Delete, Resource: storage.Orders, RecordID: existing[1]},
		outbox.Write{Key: "bad", Action: outbox.Create, Resource: storage.Orders, Body: body(map[string]any{
			"customer_note": label + " bad", "coupon_lines": []map[string]string{{"code": "no-such-coupon"}}})},
	)
	return writes
}

func checkRun(t *testing.T, g ground, st storage.Store, label string, accepted []outbox.Write) {
	t.Helper()
	orders := map[string][]shownOrder{}
	for _, o := range g.allOrders(t) {
		// A draft is of a refused create whose removal failed too, which the shop clears away, unless it was asked for.
		if o.Via != "checkout" && (o.Status != "checkout-draft" || len(o.Lines) > 0) {
			orders[o.Note] = append(orders[o.Note], o)
		}
	}
	parked := map[string]bool{}
	for _, w := range accepted {
		end, err := g.db.WriteByID(t.Context(), w.ID)
		if err != nil {
			t.Fatal(err)
		}
		note := label + " create " + strings.TrimPrefix(end.Key, "c")
		if n := len(orders[note]); end.Action == outbox.Create && end.Resource == storage.Orders && n > 1 {
			t.Errorf("%s: %q, which is %s, is %d times on the store (attempts %d, lost %d)", label, note, end.State, n,
				end.Attempts, end.Lost)
		}
		switch {
		case end.State == outbox.Parked:
			parked[end.Subject()] = true // holds back those behind it
			t.Logf("%s: %s was parked: %+v", label, end.Key, end.Reason)
			if end.Reason == nil || end.Reason.Message == "" {
				t.Errorf("%s: %s is parked without a reason", label, end.Key)
			}
		case end.State == outbox.Pending && parked[end.Subject()]:
		case end.Key == "bad":
			if end.State != outbox.Rejected || len(orders[label+" bad"]) != 0 {
				t.Errorf("%s: the refused order is %s and %d times on the store: %+v", label, end.State,
					len(orders[label+" bad"]), end.Reason)
			}
		case end.State != outbox.Done:
			t.Errorf("%s: %s ended %s: %+v", label, end.Key, end.State, end.Reason)
		case end.Action == outbox.Create && end.Resource == storage.Orders:
			if len(orders[note]) != 1 {
				t.Errorf("%s: %q is %d times on the store (attempts %d, lost %d)", label, note, len(orders[note]),
					end.Attempts, end.Lost)
			} else if o := orders[note][0]; strings.Contains(string(end.Body), "line_items") &&
				(len(o.Lines) != 1 || o.Total != "25.00") {
				t.Errorf("%s: %q is half on the store and called done: %+v (%+v)", label, note, o, end.Reason)
			}
			if _, err := g.db.Record(t.Context(), st.ID, end.Ref()); err != nil {
				t.Errorf("%s: the created order is not in the mirror: %v", label, err)
			}
		case end.Key == "fee":
			if n := countLines(t, g, end.RecordID); n != 1 {
				t.Errorf("%s: the fee is %d times on the order", label, n)
			}
		case end.Key == "note":
			if n := countNotes(t, g, end.ParentID, label+" noted"); n != 1 {
				t.Errorf("%s: the note is %d times on the order", label, n)
			}
		}
		if end.Resource == storage.Refunds {
			n := countRefunds(t, g, end.ParentID, label+" refund "+strings.TrimPrefix(end.Key, "r"))
			if n > 1 || end.State == outbox.Done && n != 1 {
				t.Errorf("%s: %s, which is %s, was paid back %d times (%+v)", label, end.Key, end.State, n, end.Reason)
			}
		}
	}
}

func countRefunds(t *testing.T, g ground, order int64, reason string) (n int) {
	t.Helper()
	var refunds []struct {
		Reason string `json:"reason"`
	}
	g.read(t, fmt.Sprintf("orders/%d/refunds", order), url.Values{"per_page": {"100"}}, &refunds)
	for _, r := range refunds {
		if r.Reason == reason {
			n++
		}
	}
	return n
}

func countLines(t *testing.T, g ground, order int64) int {
	t.Helper()
	answer, err := g.calm.Do(t.Context(), woo.Request{Path: fmt.Sprintf("orders/%d", order)})
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Fees []json.RawMessage `json:"fee_lines"`
	}
	if err := json.Unmarshal(answer.Body, &o); err != nil {
		t.Fatal(err)
	}
	return len(o.Fees)
}

func countNotes(t *testing.T, g ground, order int64, text string) int {
	t.Helper()
	answer, err := g.calm.Do(t.Context(), woo.Request{Path: fmt.Sprintf("orders/%d/notes", order)})
	if err != nil {
		t.Fatal(err)
	}
	var notes []struct {
		Note string `json:"note"`
	}
	if err := json.Unmarshal(answer.Body, &notes); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, note := range notes {
		if note.Note == text {
			n++
		}
	}
	return n
}
