package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

func TestSyncCopiesTheStoreAndVerifyProvesIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.connect(t, s).Store
	var last int64
	for i := range 5 {
		last = b.order(t, fmt.Sprintf(
			`{"customer_note":"order %d","meta_data":[{"key":"n","value":{"deep":[%d,null]}}]}`, i, i))
	}
	if _, err := s.Verify(t.Context(), st, mirror.VerifyOptions{}, nil); code(err) != problem.RecordNotFound ||
		!strings.Contains(problem.From(err).Hint, "sync shop") {
		t.Errorf("verifying before anything was copied: %v", err)
	}
	var seen []mirror.Progress
	report, err := s.SyncOnce(t.Context(), st, func(p mirror.Progress) { seen = append(seen, p) })
	if err != nil {
		t.Fatal(err)
	}
	if report.Applied.Created < 5 || report.Requests == 0 || len(seen) == 0 {
		t.Errorf("%+v, %d times progress", report, len(seen))
	}
	verified, err := s.Verify(t.Context(), st, mirror.VerifyOptions{}, nil)
	if err != nil || !verified.Equal() || verified.Records() < 5 {
		t.Fatalf("%+v, %v", verified, err)
	}

	b.call(t, "PUT", fmt.Sprintf("orders/%d", last), `{"customer_note":"edited"}`)
	verified, err = s.Verify(t.Context(), st, mirror.VerifyOptions{Resources: []storage.Resource{storage.Orders}}, nil)
	if err != nil || verified.Equal() {
		t.Fatalf("an edit was not noticed: %+v, %v", verified, err)
	}
	report, err = s.SyncOnce(t.Context(), st, nil)
	if err != nil || report.Applied.Updated != 1 {
		t.Fatalf("%+v, %v", report.Applied, err)
	}
	if verified, err = s.Verify(t.Context(), st, mirror.VerifyOptions{}, nil); err != nil || !verified.Equal() {
		t.Errorf("%+v, %v", verified, err)
	}
	wantViewsPrepared(t, s)
}

// wantViewsPrepared fails while an order waits to be taken apart for the views of lines.
func wantViewsPrepared(t *testing.T, s *service.Service) {
	t.Helper()
	rows, err := s.Query(t.Context(), `SELECT (SELECT COUNT(*) FROM order_parts_due),
		(SELECT COUNT(*) FROM order_parts_kept WHERE list = 'meta_data')`, 0)
	if err != nil || rows.Values[0][0] != int64(0) || rows.Values[0][1] == int64(0) {
		t.Errorf("orders that wait, and parts: %v, %v", rows.Values, err)
	}
}

func TestVerifyRunsBesideAnotherProcess(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner := b.open(t)
	st := b.mirrored(t, owner)
	beside, err := service.OpenBeside(t.Context(), b.options(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	report, err := beside.Verify(t.Context(), st, mirror.VerifyOptions{}, nil)
	if err := errors.Join(err, beside.Close()); err != nil || !report.Equal() {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestFollowSeesWhatHappensAndEndsWhenAsked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	opts := b.options(t, map[string]string{"sync.poll_min": "1s", "sync.round": "1s"})
	s, err := service.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	st := b.connect(t, s).Store
	rounds := make(chan follow.Round, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Follow(ctx, []storage.Store{st}, true, nil, func(r follow.Round) {
			select {
			case rounds <- r:
			default:
			}
		})
	}()
	await(t, rounds, func(r follow.Round) bool { return r.Err == nil && r.Result.Idle })
	id := b.order(t, `{"customer_note":"new while following","meta_data":[{"key":"a","value":"b"}]}`)
	await(t, rounds, func(r follow.Round) bool { return r.Result.Applied.Created > 0 })
	await(t, rounds, func(r follow.Round) bool { return r.Err == nil && r.Result.Idle })
	wantViewsPrepared(t, s)
	if _, err := s.Record(t.Context(), st, storage.Ref{Resource: storage.Orders, ID: id}); err != nil {
		t.Error(err)
	}
	cancel()
	if err := errors.Join(<-ended, s.Close()); err != nil {
		t.Errorf("the end: %v", err)
	}
}

func TestFollowReportsAStoreThatFailsAndGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.connect(t, s).Store
	// It goes on to hold its port: another test's server would answer there.
	if _, err := b.shop.AddFault(sandbox.Fault{Drop: sandbox.BeforeCommit}); err != nil {
		t.Fatal(err)
	}
	rounds := make(chan follow.Round, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Follow(ctx, []storage.Store{st}, true, nil, func(r follow.Round) {
			select {
			case rounds <- r:
			default:
			}
		})
	}()
	r := await(t, rounds, func(r follow.Round) bool { return r.Err != nil })
	if problem.From(r.Err).Code != problem.StoreUnreachable {
		t.Errorf("err = %v", r.Err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("the end: %v", err)
	}
}

func await(t *testing.T, rounds <-chan follow.Round, wanted func(follow.Round) bool) follow.Round {
	t.Helper()
	timeout := time.After(5 * time.Minute)
	for {
		select {
		case r := <-rounds:
			if wanted(r) {
				return r
			}
		case <-timeout:
			t.Fatal("waited in vain for a round")
		}
	}
}

func TestInterruptedSyncSaysSoAndTheNextGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.connect(t, s).Store
	b.order(t, `{}`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.SyncOnce(ctx, st, nil)
	if code(err) != problem.Interrupted {
		t.Fatalf("err = %v", err)
	}
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Error(err)
	}
}

func TestChangesAreReadInOrderAndFollowed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.mirrored(t, s)
	var all []records.NamedChange
	collect := func(c records.NamedChange) error { all = append(all, c); return nil }
	if err := s.EachChange(t.Context(), storage.ChangeQuery{}, false, collect); err != nil {
		t.Fatal(err)
	}
	for i, c := range all {
		if c.Store != "shop" || i > 0 && c.Seq <= all[i-1].Seq {
			t.Fatalf("change %d: %+v", i, c)
		}
	}
	var some []records.NamedChange
	if err := s.EachChange(t.Context(), storage.ChangeQuery{After: all[0].Seq, Limit: 2}, false,
		func(c records.NamedChange) error {
			some = append(some, c)
			return nil
		}); err != nil || len(some) != 2 || some[0].Seq != all[1].Seq {
		t.Errorf("after the first, two: %+v, %v", some, err)
	}

	// A follower beside, as another process is, sees what the sync writes.
	r, err := service.OpenReader(t.Context(), b.options(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	came := make(chan records.NamedChange, 10)
	ended := make(chan error, 1)
	go func() {
		ended <- r.EachChange(ctx, storage.ChangeQuery{After: all[len(all)-1].Seq,
			Resources: []storage.Resource{storage.Orders}}, true,
			func(c records.NamedChange) error { came <- c; return nil })
	}()
	id := b.order(t, `{}`)
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	select {
	case c := <-came:
		if c.ID != id || c.Kind != storage.Created {
			t.Errorf("%+v", c)
		}
	case <-ctx.Done():
		t.Error("the change did not come")
	}
	cancel()
	if err := errors.Join(<-ended, r.Close()); err != nil {
		t.Errorf("the end: %v", err)
	}
}

func TestRecordThatIsNotMirroredIsExplained(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.connect(t, s).Store
	_, err := s.Record(t.Context(), st, storage.Ref{Resource: storage.Orders, ID: 99})
	if code(err) != problem.RecordNotFound || !strings.Contains(problem.From(err).Message, "orders/99") {
		t.Errorf("err = %v", err)
	}
}

// What a write of our own changes elsewhere (stock, sales, the use of coupons, what categories count) shows in no date
// either.
func TestWhatOwnWritesChangeElsewhereIsMirrored(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	b := setup(t, sandbox.WithClock(clock.Now))
	s := b.open(t)
	st := b.connect(t, s).Store
	warm := b.call(t, "POST", "products/categories", `{"name":"Warm"}`)
	b.call(t, "POST", "products", `{"name":"First"}`) // the oldest and the newest are read with every poll
	b.call(t, "POST", "coupons", `{"code":"first"}`)
	coat := b.call(t, "POST", "products",
		fmt.Sprintf(`{"name":"Coat","regular_price":"9","manage_stock":true,"stock_quantity":9,"categories":[{"id":%d}]}`, warm))
	b.call(t, "POST", "coupons", `{"code":"one","amount":"1","discount_type":"fixed_cart"}`)
	customer := b.call(t, "POST", "customers", `{"email":"a@example.test"}`)
	clock.Advance(time.Hour)
	b.call(t, "POST", "products", `{"name":"Later"}`)
	b.call(t, "POST", "coupons", `{"code":"later"}`)
	clock.Advance(time.Hour)
	write := func(w outbox.Write) {
		t.Helper()
		w.Key = fmt.Sprint(w.Action, w.Resource, len(w.Body))
		accepted, err := s.Submit(t.Context(), st, []outbox.Write{w})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{}); err != nil {
			t.Fatal(err)
		}
		if done, err := s.Write(t.Context(), accepted[0].ID); err != nil || done.State != outbox.Done {
			t.Fatalf("%v %+v", err, done)
		}
		if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
			t.Fatal(err)
		}
		if report, err := s.Verify(t.Context(), st, mirror.VerifyOptions{}, nil); err != nil || !report.Equal() {
			t.Errorf("%s of %s: %v %+v", w.Action, w.Resource, err, report.Differences)
		}
	}
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	write(outbox.Write{Action: outbox.Create, Resource: storage.Orders, Body: fmt.Appendf(nil,
		`{"status":"completed","customer_id":%d,"coupon_lines":[{"code":"one"}],"line_items":[{"product_id":%d,"quantity":2}]}`, customer, coat)})
	write(outbox.Write{Action: outbox.Update, Resource: storage.Categories, RecordID: warm,
		Body: []byte(`{"name":"Hot"}`)})
	write(outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: coat,
		Body: []byte(`{"status":"draft"}`)})
	write(outbox.Write{Action: outbox.Delete, Resource: storage.Products, RecordID: coat, Force: true})
}
