package woo

import (
	"errors"
	"net/http"
	"testing"
)

func TestABatchTellsTheFateOfEachWrite(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		// After the recording batch-partial: HTTP 200 with errors inside, ids echoed as they were sent.
		answerJSON(w, 200, `{"create":[{"id":17,"status":"pending"},{"id":0,"error":{"code":"woocommerce_rest_invalid_customer_id","message":"x","data":{"status":400}}}],
			"update":[{"id":999999,"error":{"code":"woocommerce_rest_shop_order_invalid_id","message":"x","data":{"status":400}}}],
			"delete":[{"id":{"id":14,"force":true},"error":{"code":"woocommerce_rest_shop_order_invalid_id","message":"x","data":{"status":404}}},
			          {"id":15,"error":{"code":"internal_server_error","message":"x","data":{"status":500}}}]}`)
	})
	result, err := s.client(t).Orders().Batch(t.Context(), Batch[Order]{
		Create: []Order{{Status: "pending"}, {CustomerID: 5}}, Update: []Order{{ID: 999999, Status: "completed"}},
		Delete: []int64{14, 15},
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Create[0].Item.ID != 17 || result.Create[0].Err != nil || result.Create[1].Item != nil ||
		len(result.Errs()) != 4 {
		t.Errorf("result = %+v", result)
	}
	if e := result.Update[0].Err; e.Code != "woocommerce_rest_shop_order_invalid_id" || e.EffectiveStatus() != 400 ||
		e.Executed != NotExecuted || !e.NotFound() {
		t.Errorf("error = %+v", e)
	}
	if e := result.Delete[1].Err; e.Executed != MaybeExecuted {
		t.Errorf("a crash inside a batch counts as %v", e.Executed)
	}
	got := s.requests()[0]
	if got.method != http.MethodPost || got.path() != "/wp-json/wc/v3/orders/batch" ||
		!sameJSON([]byte(got.body), []byte(
			`{"create":[{"status":"pending"},{"customer_id":5}],"update":[{"id":999999,"status":"completed"}],"delete":[14,15]}`,
		)) {
		t.Errorf("sent %+v", got)
	}
}

func TestAnEmptyBatchAnswersAnEmptyList(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `[]`) })
	result, err := s.client(t).Products().Batch(t.Context(), Batch[Product]{})
	if err != nil || len(result.Create) != 0 || s.requests()[0].body != `{}` {
		t.Errorf("result = %+v, %v", result, err)
	}
}

func TestABatchOverTheLimitIsNotSent(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `[]`) })
	c := s.client(t)
	_, err := c.Orders().Batch(t.Context(), Batch[Order]{Create: make([]Order, 50), Delete: make([]int64, 51)})
	if wantError(t, err, KindUsage); len(s.requests()) != 0 {
		t.Error("it was sent")
	}
	if _, err := c.Orders().Batch(t.Context(), Batch[Order]{
		Create: make([]Order, 50), Delete: make([]int64, 50),
	}); err != nil {
		t.Error(err)
	}
}

func TestABatchThatIsRefusedAsAWholeIsAnError(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, 413, wpError("woocommerce_rest_request_entity_too_large", 413))
	})
	_, err := s.client(t).Orders().Batch(t.Context(), Batch[Order]{})
	if e := wantError(t, err, KindAPI); e.Status != 413 || e.Executed != NotExecuted {
		t.Errorf("error = %+v", e)
	}
	odd := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{"create":["x"]}`) })
	_, err = odd.client(t).Orders().Batch(t.Context(), Batch[Order]{})
	if e := wantError(t, err, KindShape); e.Executed != WasExecuted || !errors.Is(e, errNotObject) {
		t.Errorf("error = %+v", e)
	}
}
