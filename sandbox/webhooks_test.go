package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox"
)

// delivered is a request that came to a receiver.
type delivered struct {
	topic, source, signature, webhook, body string
}

// receiver is a receiver of webhooks that answers with what status says, 200 when it is nil.
func receiver(t *testing.T, status func(topic string) int) (address string, got <-chan delivered) {
	t.Helper()
	requests := make(chan delivered, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		topic := r.Header.Get("X-Wc-Webhook-Topic")
		requests <- delivered{
			topic, r.Header.Get("X-Wc-Webhook-Source"), r.Header.Get("X-Wc-Webhook-Signature"),
			r.Header.Get("X-Wc-Webhook-Id"), string(body),
		}
		if status != nil {
			w.WriteHeader(status(topic))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// subscribe makes a webhook as the Shop Manager and takes its ping.
func subscribe(t *testing.T, s *sandbox.Server, topic, address string, got <-chan delivered) int64 {
	t.Helper()
	r, body := ask(t, s, "POST", "/wp-json/wc/v3/webhooks", "sm",
		fmt.Sprintf(`{"name":%q,"topic":%q,"delivery_url":%q,"secret":"s3cret"}`, topic, topic, address))
	if r.StatusCode != 201 {
		t.Fatalf("creating a webhook: %d %s", r.StatusCode, body)
	}
	number := id(t, body)
	if ping := <-got; ping.body != "webhook_id="+itoa(number) || ping.signature != "" {
		t.Fatalf("the ping is %+v", ping)
	}
	return number
}

func newOrder(t *testing.T, s *sandbox.Server) int64 {
	t.Helper()
	r, body := ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", `{"fee_lines":[{"name":"f","total":"1.00"}]}`)
	if r.StatusCode != 201 {
		t.Fatalf("creating an order: %d %s", r.StatusCode, body)
	}
	return id(t, body)
}

func note(t *testing.T, s *sandbox.Server, order int64, text string) {
	t.Helper()
	if r, body := ask(t, s, "PUT", "/wp-json/wc/v3/orders/"+itoa(order), "adm",
		fmt.Sprintf(`{"customer_note":%q}`, text)); r.StatusCode != 200 {
		t.Fatalf("changing an order: %d %s", r.StatusCode, body)
	}
}

// bodies are the bodies that have come to a receiver.
func bodies(got <-chan delivered) (list []string) {
	for {
		select {
		case d := <-got:
			list = append(list, d.body)
		default:
			return list
		}
	}
}

func TestServerDeliversByItselfWhatAGetWouldShow(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithReceivers())
	address, got := receiver(t, nil)
	subscribe(t, s, "order.created", address, got)
	order := newOrder(t, s)
	d := <-got // comes without being asked for
	if d.topic != "order.created" || d.source != s.URL+"/" {
		t.Errorf("delivered %+v", d)
	}
	if _, body := ask(t, s, "GET", "/wp-json/wc/v3/orders/"+itoa(order), "sm", ""); body != d.body {
		t.Errorf("delivered\n%s\na GET shows\n%s", d.body, body)
	}
	mac := hmac.New(sha256.New, []byte("s3cret"))
	mac.Write([]byte(d.body))
	if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); d.signature != want {
		t.Errorf("signature %s, want %s", d.signature, want)
	}
}

func TestLoopbackIsNotCalledUnlessAllowed(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithManualWebhooks())
	address, got := receiver(t, nil)
	r, body := ask(t, s, "POST", "/wp-json/wc/v3/webhooks", "sm", fmt.Sprintf(
		`{"topic":"order.updated","delivery_url":%q}`, address,
	))
	if r.StatusCode != 201 {
		t.Fatalf("creating a webhook: %d %s", r.StatusCode, body)
	}
	webhook := "/wp-json/wc/v3/webhooks/" + itoa(id(t, body))
	order := newOrder(t, s)
	status := func() string {
		_, body := ask(t, s, "GET", webhook, "sm", "")
		var w struct{ Status string }
		if err := json.Unmarshal([]byte(body), &w); err != nil {
			t.Fatal(err)
		}
		return w.Status
	}
	for n := 1; n <= 7; n++ {
		if got := status(); got != "active" {
			t.Fatalf("before failure %d the webhook is %s", n, got)
		}
		note(t, s, order, itoa(int64(n)))
		s.RunWebhooks(t.Context())
	}
	if got := status(); got != "disabled" {
		t.Errorf("after the seventh failure the webhook is %s", got)
	}
	if list := bodies(got); list != nil {
		t.Errorf("the receiver got %q", list)
	}
	last := s.WebhookDeliveries()[6]
	if last.Status != 0 || last.Error != "A valid URL was not provided." {
		t.Errorf("the log says %+v", last)
	}
}

func TestWebhookWhosePingFailedIsPingedWhenItIsSaved(t *testing.T) {
	t.Parallel()
	answers := make(chan int, 10)
	s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithManualWebhooks())
	address, got := receiver(t, func(string) int { return <-answers })
	answers <- 404
	number := subscribe(t, s, "coupon.created", address, got)
	for _, c := range []struct {
		change string
		answer int
		pings  int
	}{
		{`{"name":"a"}`, 500, 1},        // still pending
		{`{"status":"paused"}`, 200, 0}, // not active
		{`{"status":"active"}`, 200, 1}, // answered at last
		{`{"name":"b"}`, 200, 0},        // done with it
		{fmt.Sprintf(`{"delivery_url":"%s/moved"}`, address), 200, 1},
	} {
		for range c.pings {
			answers <- c.answer
		}
		if r, body := ask(t, s, "PUT", "/wp-json/wc/v3/webhooks/"+itoa(number), "sm", c.change); r.StatusCode != 200 {
			t.Fatalf("%s: %d %s", c.change, r.StatusCode, body)
		}
		if list := bodies(got); len(list) != c.pings {
			t.Errorf("%s: pings %q, want %d", c.change, list, c.pings)
		}
	}
}

func TestFaultsLoseRepeatReorderAndDelayDeliveries(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		fault sandbox.WebhookFault
		want  []string // topics of the first run
		later []string // an hour later
	}{
		"none": {sandbox.WebhookFault{}, []string{"order.created", "order.updated"}, nil},
		"lost": {sandbox.WebhookFault{Kind: sandbox.WebhookLost, Times: 1}, []string{"order.updated"}, nil},
		"duplicate": {sandbox.WebhookFault{
			Kind: sandbox.WebhookDuplicate, Topic: "order.updated",
		}, []string{"order.created", "order.updated", "order.updated"}, nil},
		"reordered": {sandbox.WebhookFault{Kind: sandbox.WebhookReordered}, []string{"order.updated", "order.created"},
			nil},
		"late": {
			sandbox.WebhookFault{Kind: sandbox.WebhookLate, Topic: "order.created", Delay: time.Hour},
			[]string{"order.updated"}, []string{"order.created"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithManualWebhooks(), sandbox.WithClock(clock.Now))
			address, got := receiver(t, nil)
			subscribe(t, s, "order.created", address, got)
			subscribe(t, s, "order.updated", address, got)
			if c.fault.Kind != "" {
				if err := s.AddWebhookFault(c.fault); err != nil {
					t.Fatal(err)
				}
			}
			newOrder(t, s)
			check := func(want []string) {
				t.Helper()
				s.RunWebhooks(t.Context())
				var topics []string
				for range len(want) {
					topics = append(topics, (<-got).topic)
				}
				if strings.Join(topics, " ") != strings.Join(want, " ") || len(got) > 0 {
					t.Errorf("delivered %v and %d more, want %v", topics, len(got), want)
				}
			}
			check(c.want)
			clock.Advance(time.Hour)
			check(c.later)
		})
	}
	if err := sandbox.Start(t).AddWebhookFault(sandbox.WebhookFault{Kind: "eaten"}); err == nil {
		t.Error("a fault that does not exist was taken")
	}
}

func TestSnapshotKeepsWebhooksAndWhatWaits(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithManualWebhooks())
	address, got := receiver(t, nil)
	number := subscribe(t, s, "order.created", address, got)
	order := newOrder(t, s)
	kept := s.Snapshot()
	if done := s.RunWebhooks(t.Context()); len(done) != 1 {
		t.Fatalf("worked off %v", done)
	}
	if r, _ := ask(t, s, "DELETE", "/wp-json/wc/v3/webhooks/"+itoa(number)+"?force=true", "sm",
		""); r.StatusCode != 200 {
		t.Fatal("the webhook cannot be deleted")
	}
	s.Restore(kept)
	if done := s.RunWebhooks(t.Context()); len(done) != 1 || done[0].WebhookID != number || done[0].Arg != order {
		t.Errorf("the restored store worked off %v", done)
	}
	if list := bodies(got); len(list) != 2 || list[0] != list[1] {
		t.Errorf("delivered %q", list)
	}
	s.Reset()
	if done := s.RunWebhooks(t.Context()); done != nil {
		t.Errorf("a store that was reset worked off %v", done)
	}
}

func TestWebhookSendsRecordsOfTheVersionItWasMadeWith(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithManualWebhooks())
	address, got := receiver(t, nil)
	if r, body := ask(t, s, "POST", "/wp-json/wc/v2/webhooks", "sm", fmt.Sprintf(
		`{"topic":"product.created","delivery_url":%q}`, address,
	)); r.StatusCode != 201 {
		t.Fatalf("creating a webhook: %d %s", r.StatusCode, body)
	}
	<-got
	if r, body := ask(t, s, "POST", "/wp-json/wc/v3/products", "sm", `{"name":"Album"}`); r.StatusCode != 201 {
		t.Fatalf("creating a product: %d %s", r.StatusCode, body)
	}
	s.RunWebhooks(t.Context())
	if d := <-got; !strings.Contains(d.body, `"in_stock":true`) ||
		!strings.Contains(d.body, `\/wp-json\/wc\/v2\/products\/`) {
		t.Errorf("delivered %s", d.body)
	}
}

func TestOrdersThatArePostsAreAlsoReportedAsDeletedProducts(t *testing.T) {
	t.Parallel()
	for storage, want := range map[capability.Storage]int{
		capability.HPOS: 1, capability.HPOSSync: 3, capability.Posts: 3,
	} {
		s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithManualWebhooks(), sandbox.WithStorage(storage))
		address, got := receiver(t, nil)
		for _, topic := range []string{"order.deleted", "product.deleted", "coupon.deleted"} {
			subscribe(t, s, topic, address, got)
		}
		order := newOrder(t, s)
		if r, body := ask(t, s, "DELETE", "/wp-json/wc/v3/orders/"+itoa(order), "adm", ""); r.StatusCode != 200 {
			t.Fatalf("%s: trashing: %d %s", storage, r.StatusCode, body)
		}
		if done := s.RunWebhooks(t.Context()); len(done) != want {
			t.Errorf("%s: worked off %v, want %d", storage, done, want)
		}
	}
}

func TestStoppingEndsADeliveryUnderWay(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Wc-Webhook-Topic") == "" {
			return // the ping
		}
		close(arrived)
		<-release
	}))
	defer slow.Close()
	defer close(release)
	s := sandbox.Start(t, sandbox.WithReceivers())
	s.StartWebhooks() // as starting once
	if r, body := ask(t, s, "POST", "/wp-json/wc/v3/webhooks", "sm", fmt.Sprintf(
		`{"topic":"order.created","delivery_url":%q}`, slow.URL,
	)); r.StatusCode != 201 {
		t.Fatalf("creating a webhook: %d %s", r.StatusCode, body)
	}
	newOrder(t, s)
	<-arrived
	s.StopWebhooks()
	s.StopWebhooks() // nothing is left to stop
	if log := s.WebhookDeliveries(); len(log) != 0 {
		t.Errorf("a delivery that was cut off is in the log: %+v", log)
	}
}

func TestListsOfWebhooksHaveTheOdditiesOfTheRealOnes(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
	s := sandbox.Start(t, sandbox.WithClock(clock.Now))
	for _, name := range []string{"b", "a", "c"} {
		clock.Advance(time.Second)
		body := fmt.Sprintf(`{"name":%q,"topic":"order.created","delivery_url":"http://127.0.0.1:1/x"}`, name)
		if r, body := ask(t, s, "POST", "/wp-json/wc/v3/webhooks", "sm", body); r.StatusCode != 201 {
			t.Fatalf("creating a webhook: %d %s", r.StatusCode, body)
		}
	}
	for query, want := range map[string]struct{ ids, pages string }{
		"":                              {"3,2,1", "1"},
		"orderby=title&order=asc":       {"2,1,3", "1"},
		"per_page=2":                    {"3,2", "2"},
		"per_page=2&page=2":             {"1", "2"},
		"per_page=1":                    {"3", "1"}, // a page of one is one page
		"per_page=1&page=2":             {"2", "1"},
		"offset=1&per_page=2":           {"3,2", "2"}, // ignored
		"after=2020-01-01T00:00:00":     {"", "0"},    // dates with a T find nothing
		"before=2090-01-01T00:00:00":    {"", "0"},
		"search=B":                      {"1", "1"},
		"include=1,3":                   {"3,1", "1"},
		"include=0":                     {"3,2,1", "1"},
		"exclude=3":                     {"2,1", "1"},
		"status=paused":                 {"", "0"},
		"status=active&orderby=id":      {"3,2,1", "1"},
		"orderby=id&order=asc&page=9":   {"", "1"},
		"offset=1&page=2&per_page=2":    {"3,2", "2"},
		"search=%25":                    {"", "0"},
		"orderby=date&order=asc":        {"1,2,3", "1"},
		"exclude=0&per_page=100":        {"3,2,1", "1"},
		"include=2&include=3&status=":   {"", ""}, // not a status
		"search=b&exclude=1&per_page=5": {"", "0"},
	} {
		r, body := ask(t, s, "GET", "/wp-json/wc/v3/webhooks?_fields=id&"+query, "sm", "")
		var list []struct{ ID int64 }
		_ = json.Unmarshal([]byte(body), &list) // an error object leaves the list empty
		var ids []string
		for _, w := range list {
			ids = append(ids, itoa(w.ID))
		}
		if got := strings.Join(ids, ","); got != want.ids || r.Header.Get("X-Wp-Totalpages") != want.pages {
			t.Errorf("%s: got %s on %s pages, want %s on %s", query, got, r.Header.Get("X-Wp-Totalpages"), want.ids,
				want.pages)
		}
	}
}

func TestWebhooksBreakAsTheTaxonomySays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent   int    // requests that arrive
		prefix string // of their body
		failed bool   // the action in the queue
		status string // of the webhook afterwards
	}{
		"webhook-disabled":       {0, "", false, "disabled"},
		"webhook-legacy-version": {0, "", true, "active"},
		"webhook-owner-caps":     {1, `{"code":"woocommerce_rest_cannot_view"`, false, "active"},
		"webhook-queue-stuck":    {0, "", false, "active"},
		"webhook-egress-blocked": {0, "", false, "active"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithManualWebhooks())
			address, got := receiver(t, nil)
			number := subscribe(t, s, "order.created", address, got)
			if err := s.Break(name); err != nil {
				t.Fatal(err)
			}
			newOrder(t, s)
			done := s.RunWebhooks(t.Context())
			if list := bodies(got); len(list) != c.sent || c.sent > 0 && !strings.HasPrefix(list[0], c.prefix) {
				t.Errorf("delivered %q, want %d beginning with %s", list, c.sent, c.prefix)
			}
			if failed := len(done) > 0 && done[0].Failed; failed != c.failed {
				t.Errorf("the queue did %+v", done)
			}
			if _, body := ask(
				t, s, "GET", "/wp-json/wc/v3/webhooks/"+itoa(number), "adm", "",
			); !strings.Contains(body, `"status":"`+c.status+`"`) {
				t.Errorf("the webhook is %s", body)
			}
			s.Mend(name)
			s.ClearWebhookFaults()
			newOrder(t, s)
			s.RunWebhooks(t.Context())
			if list := bodies(got); len(list) == 0 || !strings.HasPrefix(list[len(list)-1], `{"id":`) {
				t.Errorf("mended it delivered %q", list)
			}
		})
	}
}
