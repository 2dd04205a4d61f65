package follow

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/woo"
)

// mended stands between a store and the round after a failed one. It calls tell once when the store answers the request
// that failed. The rest of the round may take a minute, in which people must not be told that the store cannot be read.
type mended struct {
	woo.Doer
	failed *url.URL
	tell   func()
	once   sync.Once
}

// mending returns a store that calls tell at the end of a failure; the store itself when the failure names no request.
func mending(store woo.Doer, last *problem.Problem, tell func()) woo.Doer {
	if last == nil || last.Details["url"] == "" {
		return store
	}
	failed, err := url.Parse(last.Details["url"])
	if err != nil {
		return store
	}
	return &mended{Doer: store, failed: failed, tell: tell}
}

// Do asks the store.
func (m *mended) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	res, err := m.Doer.Do(ctx, r)
	if err == nil && m.sameAs(r) {
		m.once.Do(m.tell)
	}
	return res, err
}

// sameAs says whether a request asks for what failed: the same page of the same list, with the same arguments. Values
// may differ, since dates among them advance. The names must be the same, because a store may fail on one argument
// alone.
func (m *mended) sameAs(r woo.Request) bool {
	before := m.failed.Query()
	path := m.failed.Path
	if route := before.Get("rest_route"); route != "" {
		path = route
	}
	if !strings.HasSuffix(path, "/"+strings.TrimPrefix(r.Path, "/")) {
		return false
	}
	for name := range r.Query {
		if !before.Has(name) && !ofTheWay(name) {
			return false
		}
	}
	for name := range before {
		if !r.Query.Has(name) && !ofTheWay(name) {
			return false
		}
	}
	return before.Get("page") == r.Query.Get("page") && before.Get("offset") == r.Query.Get("offset")
}

// ofTheWay says whether an argument serves only the way to the store: caches, and the form of the address.
func ofTheWay(name string) bool {
	return name == "skip_cache" || name == "_skip_cache" || name == "rest_route" || name == "_" || name == "_method"
}
