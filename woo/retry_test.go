package woo

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// scripted answers from memory, so that synctest can run the clock.
type scripted struct {
	answers []func() (*http.Response, error)
	times   []time.Time
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	n := min(len(s.times), len(s.answers)-1)
	s.times = append(s.times, time.Now())
	return s.answers[n]()
}

func status(code int, header ...string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i+1 < len(header); i += 2 {
			value := header[i+1]
			if after, ok := strings.CutPrefix(value, "date+"); ok {
				d, _ := time.ParseDuration(after)
				value = time.Now().Add(d).UTC().Format(http.TimeFormat)
			}
			h.Set(header[i], value)
		}
		return &http.Response{StatusCode: code, Header: h, ContentLength: -1,
			Body: io.NopCloser(strings.NewReader(`{}`))}, nil
	}
}

func fails(err error) func() (*http.Response, error) {
	return func() (*http.Response, error) { return nil, err }
}

func TestReadsAreRepeatedAndWritesNever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			name    string
			request Request
			first   func() (*http.Response, error)
			sent    int
		}{
			{"GET 503", Request{Path: "orders"}, status(503), 2},
			{"HEAD 502", Request{Method: "HEAD", Path: "orders"}, status(502), 2},
			{"OPTIONS 504", Request{Method: "OPTIONS", Path: "orders"}, status(504), 2},
			{"GET 429", Request{Path: "orders"}, status(429), 2},
			{"GET reset", Request{Path: "orders"}, fails(io.ErrUnexpectedEOF), 2},
			{"GET 404", Request{Path: "orders"}, status(404), 1},
			{"GET timeout", Request{Path: "orders"}, fails(context.DeadlineExceeded), 1},
			{"POST 503", Request{Method: "POST", Path: "orders"}, status(503), 1},
			{"PUT 429", Request{Method: "PUT", Path: "orders/1"}, status(429), 1},
			{"DELETE reset", Request{Method: "DELETE", Path: "orders/1"}, fails(io.ErrUnexpectedEOF), 1},
			{
				"GET that is a write by its query",
				Request{Path: "orders/1", Query: map[string][]string{"_method": {"PUT"}}}, status(503), 1,
			},
			{
				"GET that is a write by its header",
				Request{Path: "orders/1", Header: http.Header{"X-Http-Method-Override": {"DELETE"}}}, status(503), 1,
			},
		} {
			rt := &scripted{answers: []func() (*http.Response, error){tt.first, status(200)}}
			c, err := New("https://shop.example", testCred, WithTransport(rt))
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Do(t.Context(), tt.request)
			if len(rt.times) != tt.sent || (err == nil) != (tt.sent == 2) {
				t.Errorf("%s: sent %d times, want %d, %v", tt.name, len(rt.times), tt.sent, err)
			}
		}
	})
}

func TestRetryAfterIsHonouredAndCapped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			retryAfter string
			least      time.Duration
			sent       int
		}{
			{"7", 7 * time.Second, 2},
			{"date+9s", 8 * time.Second, 2}, // HTTP dates have whole seconds
			{"3600", 0, 1},                  // longer than a caller wants to hang: the error carries it
			{"-1", 0, 2},
			{"soon", 0, 2},
		} {
			rt := &scripted{answers: []func() (*http.Response, error){
				status(429, "Retry-After", tt.retryAfter), status(200),
			}}
			c, err := New("https://shop.example", testCred, WithTransport(rt))
			if err != nil {
				t.Fatal(err)
			}
			_, err = get(t, c, "orders")
			if len(rt.times) != tt.sent {
				t.Fatalf("%s: sent %d times, %v", tt.retryAfter, len(rt.times), err)
			}
			if tt.sent == 1 {
				if e := wantError(t, err, KindAPI); e.RetryAfter != time.Hour {
					t.Errorf("%s: RetryAfter %v", tt.retryAfter, e.RetryAfter)
				}
				continue
			}
			if waited := rt.times[1].Sub(rt.times[0]); waited < tt.least || waited > tt.least+2*time.Second {
				t.Errorf("%s: waited %v", tt.retryAfter, waited)
			}
		}
	})
}

func TestRetriesEndAndCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for retries, sent := range map[int]int{0: 1, 1: 2, 4: 5} {
			rt := &scripted{answers: []func() (*http.Response, error){status(503)}}
			c, err := New(
				"https://shop.example", testCred, WithTransport(rt), WithRetries(retries),
				WithRetryPause(time.Second, 3*time.Second),
			)
			if err != nil {
				t.Fatal(err)
			}
			_, err = get(t, c, "orders")
			if e := wantError(t, err, KindAPI); e.Status != 503 || len(rt.times) != sent {
				t.Errorf("retries %d: sent %d times", retries, len(rt.times))
			}
			for i := 1; i < len(rt.times); i++ {
				if waited := rt.times[i].Sub(rt.times[i-1]); waited > 3*time.Second {
					t.Errorf("waited %v, longer than allowed", waited)
				}
			}
		}
	})
}

func TestACancelledCallerIsNotKeptWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt := &scripted{answers: []func() (*http.Response, error){status(503, "Retry-After", "20")}}
		c, err := New("https://shop.example", testCred, WithTransport(rt))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		_, err = c.Do(ctx, Request{Path: "orders"})
		if e := wantError(t, err, KindAPI); e.Status != 503 || time.Since(start) != 2*time.Second ||
			len(rt.times) != 1 {
			t.Errorf("after %v and %d requests: %v", time.Since(start), len(rt.times), err)
		}
	})
}
