package ask_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// store answers each question by its turn, the last answer for good.
type store struct {
	answers []any // *woo.Response or error
	asked   []woo.Request
}

func (s *store) Do(_ context.Context, r woo.Request) (*woo.Response, error) {
	s.asked = append(s.asked, r)
	next := s.answers[min(len(s.asked), len(s.answers))-1]
	if err, failed := next.(error); failed {
		return nil, err
	}
	return next.(*woo.Response), nil
}

func says(body string, header ...string) *woo.Response {
	r := &woo.Response{Status: 200, Header: http.Header{}, Body: json.RawMessage(body), Total: -1}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func refusal(status int, code string) error {
	return &woo.Error{Kind: woo.KindAPI, Status: status, Code: code}
}

func asking(answers ...any) (*ask.Asker, *store) {
	s := &store{answers: answers}
	return ask.New(
		s,
		ask.Options{Retries: 2, Pause: time.Microsecond, Now: time.Now, Log: slog.New(slog.DiscardHandler)},
	), s
}

func TestWhatPassesIsAskedForAgain(t *testing.T) {
	t.Parallel()
	a, s := asking(refusal(502, "bad_gateway"), says(`<html>`), says(`[]`))
	if _, err := a.List(t.Context(), "orders", nil); err != nil || len(s.asked) != 3 {
		t.Errorf("%d questions, then %v", len(s.asked), err)
	}
	a, s = asking(refusal(403, "woocommerce_rest_cannot_view"))
	if _, err := a.List(t.Context(), "orders", nil); err == nil || len(s.asked) != 1 {
		t.Errorf("a refusal was asked for %d times: %v", len(s.asked), err)
	}
}

func TestASpentBudgetSendsNothing(t *testing.T) {
	t.Parallel()
	a, s := asking(says(`[]`))
	a.Bound(time.Time{}, 2)
	for range 5 {
		_, err := a.List(t.Context(), "orders", nil)
		if spent := len(s.asked) == 2 && a.Spent(); err != nil && (!errors.Is(err, ask.ErrSpent) || !spent) {
			t.Errorf("after %d questions: %v", len(s.asked), err)
		}
	}
	if a.Sent() != 2 {
		t.Errorf("%d questions were sent", a.Sent())
	}
}

func TestACacheThatAnswersIsPassedAndItsDateIsNoClock(t *testing.T) {
	t.Parallel()
	old := "Mon, 02 Jan 2006 15:04:05 GMT"
	a, s := asking(says(`[]`, "X-Cache", "HIT", "Date", old), says(`[]`))
	got, err := a.List(t.Context(), "orders", nil)
	if err != nil || !got.Date.IsZero() || a.BehindCache() == "" || a.AheadBy() != 0 {
		t.Errorf("date %v, cache %q, clock %v ahead, %v", got.Date, a.BehindCache(), a.AheadBy(), err)
	}
	if len(s.asked) != 2 || !s.asked[1].Fresh {
		t.Errorf("asked %v", s.asked)
	}
}

func TestOnlyWooCommercesOwnAnswerSaysThatARecordIsGone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		gone bool
	}{
		{refusal(404, "woocommerce_rest_shop_order_invalid_id"), true},
		{refusal(404, "rest_no_route"), false},
		{refusal(403, "woocommerce_rest_cannot_view"), false},
		{&woo.Error{Kind: woo.KindHTML, Status: 404}, false},
		{errors.New("404"), false},
		{nil, false},
	} {
		if ask.Gone(tt.err) != tt.gone {
			t.Errorf("%v: gone %v", tt.err, !tt.gone)
		}
	}
}

func TestARefusalOfOnePathIsToldFromOneOfTheWholeStore(t *testing.T) {
	t.Parallel()
	closed := &woo.Error{Kind: woo.KindHTML, Status: 401}
	a, _ := asking(says(`[]`))
	if !a.Refused(t.Context(), storage.Coupons, closed) {
		t.Error("orders can be read, so the path alone is closed")
	}
	a, _ = asking(closed)
	if a.Refused(t.Context(), storage.Coupons, closed) {
		t.Error("nothing can be read: that says nothing of coupons")
	}
}
