package inbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestADeliveryIsKeptAndItsRecordIsToBeRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	for _, d := range []request{
		b.delivery("a", "order.updated", `{"id":7,"parent_id":0,"status":"processing"}`),
		b.delivery("b", "product.updated", `{"id":9,"type":"simple","parent_id":0}`),
		b.delivery("c", "product.updated", `{"id":10,"type":"variation","parent_id":9}`),
		b.delivery("d", "customer.deleted", `{"id":11}`),
		b.delivery("e", "coupon.created", `{"id":12}`),
	} {
		if status := b.send(d); status != http.StatusOK {
			t.Fatalf("%s was answered %d", d.body, status)
		}
	}
	if b.wakes(pull) != 5 || b.hook().DeliveredAt.IsZero() {
		t.Errorf("the store was woken %d times; %+v", b.wakes(pull), b.hook())
	}
	taken, marks := b.take()
	var names []string
	for _, m := range marks {
		names = append(names, fmt.Sprint(m.Resource, " ", m.ID, " ", m.ParentID))
	}
	want := "orders 7 0, products 9 0, variations 10 9, customers 11 0, coupons 12 0"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("to be read are %s, want %s", got, want)
	}
	if taken != (inbox.Taken{Wakes: 5}) {
		t.Errorf("taken was %+v", taken)
	}
	if taken, _ := b.take(); taken != (inbox.Taken{}) {
		t.Errorf("taken again was %+v", taken)
	}
}

func TestADeliveryThatComesAgainCountsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	first := b.delivery("a", "order.updated", `{"id":7}`)
	for range 3 {
		if status := b.send(first); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
	}
	if n := b.wakes(pull); n != 1 {
		t.Errorf("the store was woken %d times", n)
	}
	// Two of one second have the same id, and are about different records.
	if status := b.send(b.delivery("a", "order.updated", `{"id":8}`)); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	if _, marks := b.take(); len(marks) != 2 {
		t.Errorf("to be read are %+v", marks)
	}
	if status := b.send(first); status != http.StatusOK || b.wakes(pull) != 2 {
		t.Errorf("after it was taken: answered %d, woken %d times", status, b.wakes(pull))
	}
}

func TestWhatNamesNoRecordHasEverythingAsked(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"an error":    `{"code":"woocommerce_rest_cannot_view","data":{"status":401}}`,
		"a list":      `[]`,
		"no JSON":     `<p>notice</p>`,
		"a text":      `{"id":"seven"}`,
		"a huge one":  `{"id":99999999999999999999}`,
		"a negative":  `{"id":-1}`,
		"nothing":     ``,
		"other topic": `{"id":3,"arg":4}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.watch()
			topic := "order.updated"
			if name == "other topic" {
				topic = "action.woocommerce_something"
			}
			if status := b.send(b.delivery("a", topic, body)); status != http.StatusOK {
				t.Fatalf("answered %d", status)
			}
			taken, marks := b.take()
			if !taken.Unnamed || taken.Wakes != 1 || len(marks) != 0 {
				t.Errorf("taken was %+v with %+v", taken, marks)
			}
		})
	}
}

func TestWhatIsNoDeliveryIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	good := b.delivery("a", "order.updated", `{"id":7}`)
	with := func(change func(*request)) request {
		r := good
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		request request
		status  int
	}{
		"another method":   {with(func(r *request) { r.method = http.MethodGet }), 405},
		"another address":  {with(func(r *request) { r.path = inbox.Prefix + strings.Repeat("A", 26) }), 404},
		"no address":       {with(func(r *request) { r.path = inbox.Prefix }), 404},
		"a long address":   {with(func(r *request) { r.path += "/x" }), 404},
		"no signature":     {with(func(r *request) { r.signature = "" }), 401},
		"a wrong one":      {with(func(r *request) { r.signature = sign("other", r.body) }), 401},
		"half of it":       {with(func(r *request) { r.signature = r.signature[:20] }), 401},
		"an empty secret":  {with(func(r *request) { r.signature = sign("", r.body) }), 401},
		"another body":     {with(func(r *request) { r.body = `{"id":8}` }), 401},
		"a blank more":     {with(func(r *request) { r.body += " " }), 401},
		"text":             {with(func(r *request) { r.kind = "text/plain" }), 415},
		"no content type":  {with(func(r *request) { r.kind = "" }), 415},
		"a broken one":     {with(func(r *request) { r.kind = "application/json; =" }), 415},
		"a form":           {with(func(r *request) { r.kind = "application/x-www-form-urlencoded" }), 400},
		"too large a body": {with(func(r *request) { r.body = strings.Repeat(" ", bodyLimit+1) }), 413},
		"a large ping": {with(func(r *request) {
			r.kind, r.body = "application/x-www-form-urlencoded", "webhook_id="+strings.Repeat("1", 30)
		}), 400},
	} {
		if status := b.send(c.request); status != c.status {
			t.Errorf("%s: answered %d, want %d", name, status, c.status)
		}
	}
	b.receiver.Wait()
	h := b.hook()
	if h.Refused != 6 || h.RefusedAt.IsZero() {
		t.Errorf("refused were %d", h.Refused)
	}
	if taken, marks := b.take(); b.wakes(pull) != 0 || taken != (inbox.Taken{}) || len(marks) != 0 {
		t.Errorf("taken was %+v with %+v", taken, marks)
	}
	if status := b.send(with(func(r *request) { r.kind = "application/json; charset=UTF-8" })); status != 200 {
		t.Errorf("what is right was answered %d", status)
	}
}

func TestATestRequestIsAnsweredWith200AndWakesNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := b.watch()
	before := h.Pings
	ping := request{method: http.MethodPost, path: inbox.Prefix + h.Path, kind: "application/x-www-form-urlencoded",
		body: "webhook_id=4"}
	if status := b.send(ping); status != http.StatusOK {
		t.Errorf("answered %d", status)
	}
	if h = b.hook(); h.Pings != before+1 || b.wakes(pull) != 0 {
		t.Errorf("it is %+v; woken %d times", h, b.wakes(pull))
	}
}

func TestManyDeliveriesShareATransaction(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	const senders, each = 20, 10
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for n := range each {
				id := fmt.Sprint(s*each + n + 1)
				if status := b.send(b.delivery(id, "order.updated", `{"id":`+id+`}`)); status != http.StatusOK {
					t.Errorf("%s was answered %d", id, status)
				}
			}
		})
	}
	all.Wait()
	taken, marks := b.take()
	if len(marks) != senders*each || taken.Wakes != b.wakes(pull) {
		t.Errorf("to be read are %d; taken was %+v, woken %d times", len(marks), taken, b.wakes(pull))
	}
}

func TestADeliveryIsNotAcknowledgedThatCannotBeKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	d := b.delivery("a", "order.updated", `{"id":7}`)
	if status := b.send(d); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	d.body = `{"id":8}`
	d.signature = sign(b.secret(), d.body)
	b.ok(b.db.Close())
	if status := b.send(d); status != http.StatusServiceUnavailable {
		t.Errorf("without a database it was answered %d", status)
	}
}

func TestWhatComesForAStoreThatWentIsUnknownAndHarmsNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	d := b.delivery("a", "order.updated", `{"id":7}`)
	b.ok(b.db.Within(t.Context(), func(tx storage.Tx) error {
		if _, err := tx.LockStore(t.Context(), b.store.ID); err != nil {
			return err
		}
		return tx.RemoveStore(t.Context(), b.store.ID)
	}))
	if status := b.send(d); status != http.StatusOK && status != http.StatusNotFound {
		t.Errorf("while it is remembered it was answered %d", status)
	}
	b.in(10 * time.Second)
	if status := b.send(d); status != http.StatusNotFound {
		t.Errorf("then it was answered %d", status)
	}
}
