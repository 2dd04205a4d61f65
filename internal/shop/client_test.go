package shop

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/pace"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/woo"
)

func TestPaceHearsWhatAnAnswerSaysAboutLoad(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want pace.Verdict
	}{
		"served": {nil, pace.Served},
		"not found": {&woo.Error{Kind: woo.KindAPI, Status: 404,
			Code: "woocommerce_rest_shop_order_invalid_id"}, pace.Served},
		"refused with 500": {&woo.Error{Kind: woo.KindAPI, Status: 500, StoreStatus: 404,
			Code: "woocommerce_rest_invalid_order"}, pace.Served},
		"not supported": {&woo.Error{Kind: woo.KindAPI, Status: 501,
			Code: "woocommerce_rest_trash_not_supported"}, pace.Served},
		"redirected":        {&woo.Error{Kind: woo.KindRedirect, Status: 301}, pace.Served},
		"too many requests": {&woo.Error{Kind: woo.KindHTML, Status: 429}, pace.Overloaded},
		"busy, come back": {&woo.Error{Kind: woo.KindHTML, Status: 503, RetryAfter: time.Second},
			pace.Overloaded},
		"database away": {&woo.Error{Kind: woo.KindAPI, Status: 500, Code: "wp_die",
			Fingerprint: "db-down"}, pace.Failed},
		"crash": {&woo.Error{Kind: woo.KindAPI, Status: 500, Code: "internal_server_error"},
			pace.Failed},
		"bad gateway":                  {&woo.Error{Kind: woo.KindHTML, Status: 502}, pace.Failed},
		"challenge page":               {&woo.Error{Kind: woo.KindHTML, Status: 403}, pace.Failed},
		"cut off":                      {&woo.Error{Kind: woo.KindTruncated, Status: 200}, pace.Failed},
		"reset":                        {&woo.Error{Kind: woo.KindNetwork}, pace.Failed},
		"no answer in time":            {&woo.Error{Kind: woo.KindTimeout}, pace.Failed},
		"we gave up":                   {&woo.Error{Kind: woo.KindCanceled}, pace.Abandoned},
		"never sent":                   {&woo.Error{Kind: woo.KindInsecure}, pace.Abandoned},
		"certificate":                  {&woo.Error{Kind: woo.KindTLS}, pace.Abandoned},
		"JSON with notices around it":  {&woo.Error{Kind: woo.KindStrayOutput, Status: 200}, pace.Served},
		"an answer of the wrong shape": {&woo.Error{Kind: woo.KindShape, Status: 200}, pace.Served},
	} {
		if got := outcome(context.Background(), woo.Request{Path: "orders"}, nil, c.err).Verdict; got != c.want {
			t.Errorf("%s: verdict %v, want %v", name, got, c.want)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if got := outcome(ended, woo.Request{}, nil, &woo.Error{Kind: woo.KindTimeout}).Verdict; got != pace.Abandoned {
		t.Errorf("our own time-out: %v", got)
	}
}

func TestRequestsOfLikeCostShareAClass(t *testing.T) {
	t.Parallel()
	full := costClass(woo.Request{Path: "orders", Query: url.Values{"per_page": {"100"}}})
	for _, c := range []struct {
		r    woo.Request
		same bool
	}{
		{woo.Request{Path: "orders", Query: url.Values{"page": {"2"}}}, true},
		{woo.Request{Path: "orders", Query: url.Values{"_fields": {"id"}}}, false},
		{woo.Request{Path: "orders/12"}, false},
		{woo.Request{Path: "products"}, false},
		{woo.Request{Method: http.MethodPost, Path: "orders"}, false},
	} {
		if got := costClass(c.r); (got == full) != c.same {
			t.Errorf("%+v: class %q beside %q", c.r, got, full)
		}
	}
	if costClass(woo.Request{Path: "orders/1/notes/2"}) != costClass(woo.Request{Path: "orders/31/notes/4"}) {
		t.Error("ids make classes")
	}
}

func TestEveryKindOfStoreErrorHasACodeAndANextStep(t *testing.T) {
	t.Parallel()
	for _, kind := range []woo.Kind{
		woo.KindAPI, woo.KindRedirect, woo.KindHTML, woo.KindStrayOutput, woo.KindTruncated, woo.KindTooLarge,
		woo.KindTimeout,
		woo.KindCanceled, woo.KindNetwork, woo.KindTLS, woo.KindInsecure, woo.KindGuarded, woo.KindInvalidJSON,
		woo.KindEmpty,
		woo.KindEncoding, woo.KindShape, woo.KindNoAPI, woo.KindUsage,
	} {
		p := problem.From(Explain(&woo.Error{Kind: kind, Method: "GET",
			URL: "https://shop.example/wp-json/wc/v3/orders?per_page=1", Err: errors.New("inner")}))
		if p.Code == problem.Internal || p.Message == "" || p.Hint == "" {
			t.Errorf("%s: %+v", kind, p)
		}
	}
}
