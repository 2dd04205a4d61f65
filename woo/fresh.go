package woo

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// fresh reads what the store holds now, whatever caches stand before it.
//
// A cache may keep the answer to any GET: some caches even drop the arguments that should pass them by. No cache keeps
// the answer to OPTIONS, so fresh sends OPTIONS with an argument by which WordPress takes the request for a GET
// (docs/woocommerce/answers.md#cache-options). If something on the way drops that argument, the store answers what the
// route takes, and nothing has happened. POST in place of OPTIONS would have made a record then.
//
// Some stores, or servers before them, answer OPTIONS themselves. They are asked with GET, at an address that was never
// asked for before. fresh learns this where GET works and OPTIONS does not. A failure that may pass teaches nothing:
// GET is tried as well while OPTIONS has never worked, and the failure is the answer once OPTIONS has worked. An empty
// list without a count may be anybody's answer to OPTIONS, so GET asks for it again.
type fresh struct {
	worked  atomic.Bool // the store has answered OPTIONS as GET
	refused atomic.Bool // OPTIONS is answered by something else here
}

// read asks for a record or a list of this moment.
func (f *fresh) read(
	ctx context.Context, r Request, do func(context.Context, Request) (*Response, error),
) (*Response, error) {
	r.Fresh = false
	r.Query = pastAnyCache(r.Query, rand.Text())
	if f.refused.Load() {
		return do(ctx, r)
	}
	asked := r
	asked.Method, asked.Query = http.MethodOptions, copyOf(r.Query)
	asked.Query.Set("_method", http.MethodGet)
	res, err := do(ctx, asked)
	switch {
	case ctx.Err() != nil:
		return res, err
	case err == nil && !doubtful(res):
		f.worked.Store(true)
		return res, nil
	case err == nil && isEmptyList(res):
		return do(ctx, r)
	case err != nil && !f.maybeOfOptions(err):
		return res, err
	}
	lasting := !Passes(err)
	if res, err = do(ctx, r); err == nil && lasting {
		f.refused.Store(true)
	}
	return res, err
}

// doubtful says whether an answer may be that of OPTIONS and not of GET: no body, what a route takes, or an empty list
// without a count.
func doubtful(res *Response) bool {
	return len(res.Body) == 0 || isEmptyList(res) ||
		jsonvalue.Get(res.Body, "namespace") != nil && jsonvalue.Get(res.Body, "endpoints") != nil
}

func isEmptyList(res *Response) bool {
	items, err := res.Items()
	return len(res.Body) > 0 && err == nil && len(items) == 0 && res.Total < 0
}

// maybeOfOptions says whether GET may work where OPTIONS failed like this. An answer of WooCommerce itself is final; so
// is a failure before any server was reached, and an answer that asks for patience.
func (f *fresh) maybeOfOptions(err error) bool {
	e, ok := AsError(err)
	if !ok || e.Passes() && (f.worked.Load() || e.EffectiveStatus() < http.StatusInternalServerError) {
		return false
	}
	switch e.Kind {
	case KindEmpty, KindHTML, KindRedirect, KindShape:
		return true
	case KindAPI:
		return !strings.HasPrefix(e.Code, "woocommerce_") && e.Code != "rest_no_route"
	}
	return false
}
