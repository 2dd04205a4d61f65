package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox"
)

func get(t *testing.T, s *sandbox.Server, path string) (status int, body string, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.Key, s.Secret)
	answer, err := s.Client().Do(req)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(raw), err
}

func TestEveryBreakageChangesWhatTheStoreAnswersAndCanBeMended(t *testing.T) {
	t.Parallel()
	for _, b := range sandbox.Breakages() {
		t.Run(b.ID, func(t *testing.T) {
			t.Parallel()
			s := sandbox.Start(t, sandbox.WithVersion(b.On()))
			before, whole, err := get(t, s, "/wp-json/wc/v3/orders?per_page=1")
			if err != nil || before != http.StatusOK {
				t.Fatalf("a sound store answers %d %s %v", before, whole, err)
			}
			if b.What == "" {
				t.Error("nobody is told what is wrong")
			}
			if err := s.Break(b.ID); err != nil {
				t.Fatal(err)
			}
			s.Mend(b.ID)
			after, body, err := get(t, s, "/wp-json/wc/v3/orders?per_page=1")
			if err != nil || after != http.StatusOK || body != whole {
				t.Errorf("mended it answers %d %s %v", after, body, err)
			}
		})
	}
}

func TestAnUnknownBreakageIsRefused(t *testing.T) {
	t.Parallel()
	if err := sandbox.New().Break("no-such-thing"); err == nil {
		t.Error("was taken")
	}
}

func TestTakenCapabilitiesAddUpAndComeBack(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	for _, id := range []string{"cap-reports", "cap-read-private"} {
		if err := s.Break(id); err != nil {
			t.Fatal(err)
		}
	}
	if status, _, _ := get(t, s, "/wp-json/wc/v3/orders"); status != http.StatusForbidden {
		t.Errorf("orders answer %d", status)
	}
	s.Mend("cap-read-private")
	s.Mend("cap-reports")
	if status, _, _ := get(t, s, "/wp-json/wc/v3/orders"); status != http.StatusOK {
		t.Errorf("mended, orders answer %d", status)
	}
}

var testTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestAFilledStoreIsTheSameForTheSameSeed(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(testTime)
	fill := func() string {
		s := sandbox.Start(
			t, sandbox.WithOrders(30), sandbox.WithSeed(7), sandbox.WithClock(clock.Now),
			sandbox.WithHome("https://shop.example.test"),
		)
		status, body, err := get(
			t, s, "/wp-json/wc/v3/orders?per_page=100&_fields=id,total,status,date_created,billing,meta_data,refunds",
		)
		if err != nil || status != http.StatusOK {
			t.Fatalf("%d %s %v", status, body, err)
		}
		var list []json.RawMessage
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list) != 30 {
			t.Fatalf("%d orders, %v", len(list), err)
		}
		return body
	}
	if first, second := fill(), fill(); first != second {
		t.Error("two stores of one seed differ")
	}
}

func TestAStoreKeepsLiving(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithOrders(20), sandbox.WithSeed(3))
	for range 200 {
		if what, err := s.Happen(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

func TestAPluginCanRefuseWhatTheStoreHasStored(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	if _, err := s.AddFault(sandbox.Fault{Throws: &sandbox.Thrown{
		Status: 409, Code: "erp_refused", Message: "No such debtor",
	}}); err != nil {
		t.Fatal(err)
	}
	for path, sent := range map[string]string{
		"orders":       `{"customer_note":"one"}`,
		"orders/batch": `{"create":[{"customer_note":"two"},{"customer_note":"three"}]}`,
	} {
		req, err := http.NewRequestWithContext(
			t.Context(), http.MethodPost, s.URL+"/wp-json/wc/v3/"+path, strings.NewReader(sent),
		)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(s.Key, s.Secret)
		req.Header.Set("Content-Type", "application/json")
		answer, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		want, times := http.StatusConflict, 1
		if path == "orders/batch" {
			want, times = http.StatusOK, 2 // each item fails by itself
		}
		if n := strings.Count(string(body), `"erp_refused"`); err != nil || answer.StatusCode != want || n != times {
			t.Errorf("%s answers %d %s %v", path, answer.StatusCode, body, err)
		}
	}
	_, list, err := get(t, s, "/wp-json/wc/v3/orders?per_page=3&_fields=customer_note")
	for _, note := range []string{"one", "two", "three"} {
		if err != nil || !strings.Contains(list, `"`+note+`"`) {
			t.Errorf("%s is not among %s, %v", note, list, err)
		}
	}
}
