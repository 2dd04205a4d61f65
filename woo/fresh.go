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
// for before. That is learned where GET works and OPTIONS does not. A store in trouble teaches nothing: while OPTIONS
// has never worked there GET is tried as well, and once it has, the failure is the answer. An empty list that does not
// say how many there are may be anybody's answer to OPTIONS, and is asked for with GET too.
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

// doubtful says whether an answer may be that of OPTIONS and not of GET: nothing, what a route takes, or an empty list
// without a count.
func doubtful(res *Response) bool {
	return len(res.Body) == 0 || isEmptyList(res) ||
		jsonvalue.Get(res.Body, "namespace") != nil && jsonvalue.Get(res.Body, "endpoints") != nil
}

func isEmptyList(res *Response) bool {
	items, err := res.Items()
	return len(res.Body) > 0 && err == nil && len(items) == 0 && res.Total < 0
}

// maybeOfOptions says whether a failure may be that of OPTIONS alone. What WooCommerce itself answers is not, nor is
// what never reached a server or asks for patience.
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
