package follow_test

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// answers is a store that answers everything.
type answers struct{}

func (answers) Do(context.Context, woo.Request) (*woo.Response, error) { return new(woo.Response), nil }

func TestAFailureIsOverOnceTheStoreAnswersWhatItFailedOn(t *testing.T) {
	t.Parallel()
	failed := problem.New(problem.StoreBlocked, "refused").Detail("url",
		"https://shop.example/wp-json/wc/v3/orders?modified_after=2026-11-30T10%3A00%3A00&page=2&skip_cache=1&_=x")
	for _, c := range []struct {
		path, query string
		over        bool
	}{
		{"orders", "modified_after=2026-11-30T11%3A00%3A00&page=2", true},
		{"orders", "modified_after=2026-11-30T11%3A00%3A00&page=1", false},
		{"orders", "per_page=1", false},
		{"orders", "modified_after=2026-11-30T11%3A00%3A00&page=2&status=trash", false},
		{"products", "modified_after=2026-11-30T11%3A00%3A00&page=2", false},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		shop := follow.Mending(answers{}, failed, func() { told++ })
		for range 2 {
			if _, err := shop.Do(t.Context(), woo.Request{Path: c.path, Query: query}); err != nil {
				t.Fatal(err)
			}
		}
		if (told == 1) != c.over || told > 1 {
			t.Errorf("after %s?%s the end was told %d times", c.path, c.query, told)
		}
	}
}

// TestAFailureIsToldBeforeTheDoctorLooks: the doctor takes up to 45 seconds, in which all would seem well.
func TestAFailureIsToldBeforeTheDoctorLooks(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	if _, err := w.SyncOnce(t.Context(), w.st, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/orders`},
		Answer: &sandbox.Answer{Status: 403, Header: map[string]string{"Content-Type": "application/json"},
			Body: `{"code":"forbidden_by_security","message":"Closed for today.","data":{"status":403}}`}}); err != nil {
		t.Fatal(err)
	}
	var asked []int
	var noted []byte
	job := engine.Job{StoreID: w.st.ID, Woken: true, Wakes: 1, Until: time.Now().Add(engine.Chunk),
		Note: func(_ context.Context, report json.RawMessage) error {
			asked, noted = append(asked, len(w.shop.Requests())), report
			return nil
		}}
	out, err := w.Tasks(nil, nil)[engine.Pull].Work(t.Context(), job)
	if err == nil || len(asked) != 1 {
		t.Fatalf("told %d times: %v", len(asked), err)
	}
	if after := len(w.shop.Requests()); after-asked[0] < 10 {
		t.Errorf("%d requests came after it was told: the doctor had looked already", after-asked[0])
	}
	var early, late struct {
		Underway  bool             `json:"underway"`
		CurrentAt string           `json:"current_at"`
		Problem   *problem.Problem `json:"problem"`
	}
	if err := json.Unmarshal(noted, &early); err != nil || !early.Underway || early.Problem == nil ||
		early.Problem.Code != problem.StoreBlocked || early.CurrentAt == "" {
		t.Errorf("told %s (%v)", noted, err)
	}
	if err := json.Unmarshal(out.Report, &late); err != nil || late.Underway || late.Problem.Details["cause"] == "" {
		t.Errorf("in the end %s (%v)", out.Report, err)
	}
}
