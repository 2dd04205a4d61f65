package reconcile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/reconcile"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// openKeys seals nothing: what sealing is worth is another room's business.
type openKeys struct{}

func (openKeys) Hold(context.Context) (func(), error) { return func() {}, nil }
func (openKeys) SealSubscription(_ storage.Subscription, plain []byte) ([]byte, error) {
	return plain, nil
}
func (openKeys) OpenSubscription(s storage.Subscription) ([]byte, error) { return s.Sealed, nil }

// erp is a receiver that answers 200 to everything and loses some of it.
type erp struct {
	*testing.T
	url string

	mu       sync.Mutex
	loses    map[int64]bool
	receipts bool
	came     int
	has      map[int64]bool
}

func (e *erp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var event struct{ ID int64 }
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &event) != nil {
		e.Errorf("what came is no event: %s", body)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.came++
	if e.loses[event.ID] {
		return // 200, and nothing is kept
	}
	e.has[event.ID] = true
	if e.receipts {
		_, _ = fmt.Fprintf(w, `{"receipts":[{"id":%d,"reference":"SO-%d"}]}`, event.ID, event.ID+1000)
	}
}

// list is what it exports, by the numbers that people see.
func (e *erp) list() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var text strings.Builder
	text.WriteString("Belegnummer;Order number;Total\n")
	for id := range e.has {
		fmt.Fprintf(&text, "SO-%d;W-%d;10,00\n", id+1000, id)
	}
	return text.String()
}

func (e *erp) seen() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.came
}

// bundle is a shop with orders whose changes are sent to an ERP.
type bundle struct {
	*testing.T
	db    storage.Database
	store storage.Store
	subs  *feed.Subscriptions
	erp   *erp
	sub   storage.Subscription

	mu    sync.Mutex
	ahead time.Duration
}

const orders = 400

// vanishing are the orders that the ERP loses.
var vanishing = []int64{17, 123, 256, 399}

func setup(t *testing.T, receipts bool) *bundle {
	t.Helper()
	b := &bundle{T: t, db: databasetest.Open(t), erp: &erp{T: t, loses: map[int64]bool{}, has: map[int64]bool{},
		receipts: receipts}}
	for _, id := range vanishing {
		b.erp.loses[id] = true
	}
	server := httptest.NewServer(b.erp)
	t.Cleanup(server.Close)
	b.subs = feed.NewSubscriptions(b.db, openKeys{}, feed.SubscriptionOptions{Logger: slog.New(slog.DiscardHandler),
		Now: b.now, Task: "deliver", Keep: time.Hour, PauseAfter: time.Hour,
		Sinks: sink.Options{Guard: egress.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}),
			UserAgent: "Waybill", Now: b.now}})
	t.Cleanup(b.subs.Close)
	b.ok(b.db.Within(t.Context(), func(tx storage.Tx) (err error) {
		b.store, err = tx.CreateStore(t.Context(), storage.Store{Name: "shop", HomeURL: "https://shop.example"})
		return err
	}))
	n := feed.NewSubscription{Name: "erp", Reach: sink.Reach{URL: server.URL},
		Selection: feed.Selection{Resources: []storage.Resource{storage.Orders}}}
	if receipts {
		n.ReceiptWithin = 10 * time.Minute
	}
	var err error
	b.sub, _, err = b.subs.Create(t.Context(), n)
	b.ok(err)
	b.ok(b.db.Within(t.Context(), func(tx storage.Tx) error {
		var records []storage.Record
		var log []storage.Change
		for id := int64(1); id <= orders; id++ {
			r := storage.Record{StoreID: b.store.ID, Ref: storage.Ref{Resource: storage.Orders, ID: id},
				Status: "processing", SeenAt: b.now(),
				Raw: json.RawMessage(fmt.Sprintf(`{"id":%d,"number":"W-%d","status":"processing"}`, id, id))}
			r.Hash = storage.HashOf(r.Raw)
			records = append(records, r)
			log = append(log, storage.Change{StoreID: b.store.ID, Ref: r.Ref, Kind: storage.Created, At: b.now(),
				Origin: storage.Foreign, Hash: r.Hash})
		}
		if _, err := tx.AddRecords(t.Context(), b.store.ID, records); err != nil {
			return err
		}
		_, err := tx.LogChanges(t.Context(), log)
		return err
	}))
	b.drain()
	if n := b.erp.seen(); n != orders {
		t.Fatalf("%d of %d orders came", n, orders)
	}
	return b
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Add(b.ahead)
}

func (b *bundle) later(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ahead += d
}

// drain delivers until nothing is left.
func (b *bundle) drain() {
	b.Helper()
	for {
		left, err := b.subs.Work(b.Context(), b.store.ID, b.now().Add(time.Minute))
		b.ok(err)
		if !left.More && left.Next.IsZero() {
			return
		}
	}
}

func (b *bundle) redoer() *redo.Redoer {
	return redo.New(b.db, b.subs, redo.Options{Now: b.now, Pull: "pull"})
}

func (b *bundle) same(what string, refs []storage.Ref) {
	b.Helper()
	var ids []int64
	for _, r := range refs {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	if !slices.Equal(ids, vanishing) {
		b.Errorf("%s are %v, want %v", what, ids, vanishing)
	}
}

// mend lets the ERP lose nothing any more.
func (b *bundle) mend() {
	b.erp.mu.Lock()
	defer b.erp.mu.Unlock()
	b.erp.loses = nil
}

// TestReceiptsFindFourOf400: the receiver answers 200 to all. Within their minutes the receipts that are missing are
// exactly those of the four, and one action sends exactly these.
func TestReceiptsFindFourOf400(t *testing.T) {
	t.Parallel()
	b := setup(t, true)
	d := redo.Delivery{To: b.sub, Overdue: true, Preview: true}
	plan, err := b.redoer().Redeliver(t.Context(), d)
	if b.ok(err); plan.Count != 0 {
		t.Errorf("before their time %+v are overdue", plan)
	}
	b.later(11 * time.Minute)
	plan, err = b.redoer().Redeliver(t.Context(), d)
	b.ok(err)
	b.same("overdue", plan.Records)
	if plan.Count != 4 || plan.Requests != 0 || b.erp.seen() != orders {
		t.Errorf("the preview is %+v, and %d came", plan, b.erp.seen())
	}
	b.mend()
	d.Preview = false
	plan, err = b.redoer().Redeliver(t.Context(), d)
	b.ok(err)
	b.same("sent again", plan.Records)
	b.drain()
	if n := b.erp.seen(); n != orders+4 || len(b.erp.has) != orders {
		t.Errorf("%d came, %d are there", n, len(b.erp.has))
	}
	if plan, err = b.redoer().Redeliver(t.Context(), d); err != nil || plan.Count != 0 {
		t.Errorf("then %+v are overdue, %v", plan, err)
	}
}

// TestAListFindsFourOf400: without receipts the list of the receiver shows which are missing, and one action sends
// exactly these.
func TestAListFindsFourOf400(t *testing.T) {
	t.Parallel()
	b := setup(t, false)
	compare := func(note bool) reconcile.Found {
		t.Helper()
		list, err := reconcile.Read(strings.NewReader(b.erp.list()), reconcile.Form{})
		b.ok(err)
		found, err := reconcile.New(b.db, b.now).Compare(t.Context(), reconcile.Question{Store: b.store, List: list,
			To: &b.sub, Note: note})
		b.ok(err)
		return found
	}
	found := compare(false)
	b.same("only in the shop", found.Refs())
	if found.By != reconcile.ByNumber || found.Both != orders-4 || len(found.Unknown)+len(found.Underway) > 0 {
		t.Errorf("found by %s: %d in both, %v only there, %v under way", found.By, found.Both, found.Unknown,
			found.Underway)
	}
	none, err := b.db.Receipts(t.Context(), storage.ReceiptQuery{SubscriptionID: b.sub.ID})
	if b.ok(err); len(none) > 0 {
		t.Errorf("a preview has noted %d receipts", len(none))
	}
	found = compare(true)
	noted, err := b.db.Receipts(t.Context(), storage.ReceiptQuery{SubscriptionID: b.sub.ID})
	b.ok(err)
	var lacked []storage.Ref
	for _, r := range noted {
		if r.LackedAt.After(r.GivenAt) {
			lacked = append(lacked, r.Ref)
		} else if r.Reference != fmt.Sprintf("SO-%d", r.ID+1000) {
			t.Errorf("noted is %+v", r)
		}
	}
	b.same("noted as lacking", lacked)
	b.mend()
	plan, err := b.redoer().Redeliver(t.Context(), redo.Delivery{To: b.sub, Store: b.store, Records: found.Refs()})
	b.ok(err)
	b.same("sent again", plan.Records)
	if again := compare(false); len(again.Underway) != 4 || len(again.Missing) > 0 {
		t.Errorf("on their way are %v, missing %v", again.Underway, again.Missing)
	}
	b.drain()
	if n := b.erp.seen(); n != orders+4 {
		t.Errorf("%d came", n)
	}
	if again := compare(true); again.Both != orders || len(again.Missing)+len(again.Underway) > 0 {
		t.Errorf("then there are %+v", again)
	}
}

// TestRedoneIsExactlyWhatIsNamed: what is not known or not meant for a receiver is said, and nothing else is sent.
func TestRedoneIsExactlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	b := setup(t, false)
	order := func(id int64) storage.Ref { return storage.Ref{Resource: storage.Orders, ID: id} }
	d := redo.Delivery{To: b.sub, Store: b.store, Records: []storage.Ref{order(1), order(2), order(2), order(999)}}
	for range 2 {
		plan, err := b.redoer().Redeliver(t.Context(), d)
		b.ok(err)
		n := len(plan.Records) + len(plan.Underway)
		if n != 2 || !slices.Equal(plan.LeftOut, []storage.Ref{order(999)}) {
			t.Errorf("it is %+v", plan)
		}
	}
	b.drain()
	if n := b.erp.seen(); n != orders+2 {
		t.Errorf("%d came", n)
	}
	part := &feed.Range{After: 0, To: 10}
	for _, preview := range []bool{true, false} {
		plan, err := b.redoer().Redeliver(t.Context(), redo.Delivery{To: b.sub, Range: part, Preview: preview})
		if b.ok(err); plan.Count != 10 {
			t.Errorf("of the log it is %+v", plan)
		}
	}
	b.drain()
	if n := b.erp.seen(); n != orders+12 {
		t.Errorf("%d came", n)
	}
	plan, err := b.redoer().Fetch(t.Context(), b.store, []storage.Ref{order(2), order(1), order(2)}, true)
	b.ok(err)
	if plan.Count != 2 || plan.Requests != 1 || len(b.marks()) > 0 {
		t.Errorf("the preview of a fetch is %+v, marked are %v", plan, b.marks())
	}
	_, err = b.redoer().Fetch(t.Context(), b.store, []storage.Ref{order(2), order(1)}, false)
	if b.ok(err); len(b.marks()) != 2 {
		t.Errorf("marked are %v", b.marks())
	}
}

func (b *bundle) marks() []storage.Mark {
	b.Helper()
	marks, err := b.db.Marks(b.Context(), b.store.ID, storage.Orders, b.now(), 0)
	b.ok(err)
	return marks
}
