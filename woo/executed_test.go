package woo

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAWriteThatNeverLeftIsNotExecuted(t *testing.T) {
	t.Parallel()
	closed := httptest.NewTLSServer(http.NotFoundHandler())
	closed.Close()
	untrusted := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 201, `{}`) })
	plain := newPlainShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 201, `{}`) })
	for _, tt := range []struct {
		name, base string
		kind       Kind
	}{
		{"connection refused", closed.URL, KindNetwork},
		{"unknown host", "https://shop.invalid", KindNetwork},
		{"untrusted certificate", untrusted.URL, KindTLS},
		{"no TLS on the port", strings.Replace(plain.URL, "http:", "https:", 1), KindTLS},
	} {
		c, err := New(tt.base, testCred, WithRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		_, err = post(t, c, "orders", `{}`)
		e := wantError(t, err, tt.kind)
		if e.Executed != NotExecuted {
			t.Errorf("%s: %v", tt.name, e.Executed)
		}
		wantNoSecrets(t, e)
	}
	if n := len(untrusted.requests()); n != 0 {
		t.Errorf("%d requests reached a server without a trusted certificate", n)
	}
}

func TestAWriteCancelledBeforeItLeftIsNotExecuted(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 201, `{}`) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.client(t).Do(ctx, Request{Method: "POST", Path: "orders"})
	if e := wantError(t, err, KindCanceled); e.Executed != NotExecuted || len(s.requests()) != 0 {
		t.Errorf("error = %+v after %d requests", e, len(s.requests()))
	}
}

func TestAWriteWhoseAnswerWasLostMayBeExecuted(t *testing.T) {
	t.Parallel()
	for _, afterHead := range []bool{false, true} {
		s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
			if afterHead {
				w.WriteHeader(200)
				w.(http.Flusher).Flush()
			}
			panic(http.ErrAbortHandler)
		})
		_, err := post(t, s.client(t, WithRetries(5)), "orders", `{}`)
		e, _ := AsError(err)
		if e == nil || e.Executed != MaybeExecuted || (e.Kind != KindNetwork && e.Kind != KindTruncated) {
			t.Errorf("after head %v: %+v", afterHead, e)
		}
		if n := len(s.requests()); n != 1 {
			t.Errorf("the write was sent %d times", n)
		}
	}
}

// silentTransport reports no progress, as a caller's own RoundTripper may.
type silentTransport struct{ err error }

func (s silentTransport) RoundTrip(*http.Request) (*http.Response, error) { return nil, s.err }

func TestATransportThatReportsNothingIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want Executed
	}{
		{errors.New("broken"), MaybeExecuted},
		{&net.OpError{Op: "read", Err: io.EOF}, MaybeExecuted},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, NotExecuted},
		{&tls.CertificateVerificationError{Err: errors.New("expired")}, NotExecuted},
	} {
		c, err := New("https://shop.example", testCred, WithTransport(silentTransport{tt.err}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = post(t, c, "orders", `{}`)
		if e, _ := AsError(err); e == nil || e.Executed != tt.want {
			t.Errorf("%v: %+v", tt.err, e)
		}
	}
}

func TestTheCarefulAnswerIsTheZeroValue(t *testing.T) {
	t.Parallel()
	if (Error{}).Executed != MaybeExecuted {
		t.Error("an error that nobody classified claims that nothing happened")
	}
}

func TestAHeaderThatAllowsRepeatingAWriteIsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 201, `{}`) })
	_, err := post(t, s.client(t, WithHeader("Idempotency-Key", "x")), "orders", `{}`)
	wantError(t, err, KindUsage)
	if _, err := get(t, s.client(t, WithHeader("Idempotency-Key", "x")), "orders"); err != nil ||
		len(s.requests()) != 1 {
		t.Errorf("%v after %d requests", err, len(s.requests()))
	}
}

func TestAWriteOnAConnectionTheShopClosedIsSentOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{}`) })
	c := s.client(t)
	for range 20 {
		if _, err := get(t, c, "orders"); err != nil {
			t.Fatal(err)
		}
		s.CloseClientConnections() // the kept connection is dead now, and the client may not have noticed
		before := len(s.requests())
		_, err := post(t, c, "orders", `{}`)
		arrived := len(s.requests()) - before
		e, _ := AsError(err)
		if arrived > 1 || arrived == 1 && err != nil && e.Executed == NotExecuted {
			t.Fatalf("arrived %d times, %v", arrived, err)
		}
	}
}

func TestADraftLeftBehindIsNamed(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(
			w, 400,
			`{"code":"woocommerce_rest_invalid_coupon","message":"x","data":{"status":400,"new_draft_order_id":31}}`,
		)
	})
	_, err := post(t, s.client(t), "orders", `{}`)
	e := wantError(t, err, KindAPI)
	if id, left := e.LeftDraft(); id != 31 || !left {
		t.Errorf("draft = %d, %v", id, left)
	}
	if _, left := (&Error{}).LeftDraft(); left {
		t.Error("a draft out of nothing")
	}
}
