package woo_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/waybillhq/waybill/woo"
)

func TestOnlyTroublesThatPassByThemselvesAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want bool
	}{
		"connection refused":       {&woo.Error{Kind: woo.KindNetwork}, true},
		"no such name":             {&woo.Error{Kind: woo.KindNetwork, Err: &net.DNSError{IsNotFound: true}}, false},
		"name server away":         {&woo.Error{Kind: woo.KindNetwork, Err: &net.DNSError{IsTemporary: true}}, true},
		"timeout":                  {&woo.Error{Kind: woo.KindTimeout}, true},
		"cut":                      {&woo.Error{Kind: woo.KindTruncated, Status: 200}, true},
		"half a crash in the JSON": {&woo.Error{Kind: woo.KindInvalidJSON, Status: 200}, true},
		"compressed twice":         {&woo.Error{Kind: woo.KindEncoding, Status: 200}, false},
		"nothing with 200":         {&woo.Error{Kind: woo.KindEmpty, Status: 200}, true},
		"nothing with 502":         {&woo.Error{Kind: woo.KindEmpty, Status: 502}, true},
		"nothing with 403":         {&woo.Error{Kind: woo.KindEmpty, Status: 403}, false},
		"bad gateway":              {&woo.Error{Kind: woo.KindHTML, Status: 502}, true},
		"a page with 429":          {&woo.Error{Kind: woo.KindHTML, Status: 429}, true},
		"resource limit of a host": {&woo.Error{Kind: woo.KindHTML, Status: 508}, true},
		"origin's certificate":     {&woo.Error{Kind: woo.KindHTML, Status: 526}, false},
		"challenge":                {&woo.Error{Kind: woo.KindHTML, Status: 403, Fingerprint: "cf-challenge"}, false},
		"login page":               {&woo.Error{Kind: woo.KindHTML, Status: 200}, false},
		"too many requests":        {&woo.Error{Kind: woo.KindAPI, Status: 429, Code: "rate"}, true},
		"maintenance":              {&woo.Error{Kind: woo.KindAPI, Status: 503, Code: "wp_die"}, true},
		"crash":                    {&woo.Error{Kind: woo.KindAPI, Status: 500, Code: "internal_server_error"}, true},
		"500 without a code":       {&woo.Error{Kind: woo.KindAPI, Status: 500}, true},
		"500 of the store's own":   {&woo.Error{Kind: woo.KindAPI, Status: 500, Code: "db_insert_error"}, false},
		"wp_die of a plugin":       {&woo.Error{Kind: woo.KindAPI, Status: 500, Code: "wp_die"}, false},
		"500 around a 404":         {&woo.Error{Kind: woo.KindAPI, Status: 500, StoreStatus: 404}, false},
		"200 around a 503":         {&woo.Error{Kind: woo.KindAPI, Status: 200, StoreStatus: 503}, true},
		"not supported":            {&woo.Error{Kind: woo.KindAPI, Status: 501, Code: "not_simulated"}, false},
		"refused":                  {&woo.Error{Kind: woo.KindAPI, Status: 401}, false},
		"certificate":              {&woo.Error{Kind: woo.KindTLS}, false},
		"redirected":               {&woo.Error{Kind: woo.KindRedirect, Status: 301}, false},
		"not of the store":         {errors.New("disk full"), false},
	} {
		if got := woo.Passes(tt.err); got != tt.want {
			t.Errorf("%s (%v): passes %v, want %v", name, tt.err, got, tt.want)
		}
	}
}

// WordPress says the same code when a plugin refuses something without giving a status.
func TestADatabaseThatIsAwayPassesAlthoughItsErrorHasACode(t *testing.T) {
	t.Parallel()
	shop := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"code":"wp_die","message":"<h1>Error establishing a database connection<\/h1>",` +
			`"data":{"status":500},"additional_errors":[]}`))
	}))
	t.Cleanup(shop.Close)
	client, err := woo.New(shop.URL, woo.Credentials{Key: "ck_1", Secret: "cs_1"},
		woo.WithHTTPClient(shop.Client()), woo.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Do(t.Context(), woo.Request{Path: "orders"}); err == nil || !woo.Passes(err) {
		t.Errorf("%v does not pass", err)
	}
}
