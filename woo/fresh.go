package woo

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// fresh reads what the store holds now.
//
// A cache between here and the store may keep the answer to any GET, whatever arguments it carries: some caches drop
// the arguments that pass others by. No cache keeps the answer to OPTIONS, and WordPress takes any method for another
// one that an argument names (docs/woocommerce/answers.md#cache-options). Should something on the way drop that
// argument, the store says what the route takes and nothing has happened: with POST it would have made a record.
//
// A store, or what stands before it, that answers OPTIONS itself is asked with GET, as an address that was never asked
// for before.
type fresh struct {
	refused atomic.Bool // OPTIONS is answered by something else here
}

// read asks for a record or a list of this moment.
func (f *fresh) read(
	ctx context.Context, r Request, do func(context.Context, Request) (*Response, error),
) (*Response, error) {
	r.Fresh = false
	r.Query = pastAnyCache(r.Query, rand.Text())
	if !f.refused.Load() {
		asked := r
		asked.Method, asked.Query = http.MethodOptions, copyOf(r.Query)
		asked.Query.Set("_method", http.MethodGet)
		res, err := do(ctx, asked)
		if err == nil && !describesRoute(res) || ctx.Err() != nil || err != nil && !mayBeOfOptions(err) {
			return res, err
		}
		if res, err = do(ctx, r); err == nil {
			f.refused.Store(true)
		}
		return res, err
	}
	return do(ctx, r)
}

// describesRoute says whether an answer is nothing, or tells what a route takes, as OPTIONS does. No record and no list
// does so.
func describesRoute(res *Response) bool {
	return len(res.Body) == 0 ||
		jsonvalue.Get(res.Body, "namespace") != nil && jsonvalue.Get(res.Body, "endpoints") != nil
}

// mayBeOfOptions says whether a failure may be that of OPTIONS alone. What passes by itself, and what WooCommerce
// itself answers, is not.
func mayBeOfOptions(err error) bool {
	e, ok := AsError(err)
	if !ok || e.Passes() && e.Kind != KindEmpty {
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
