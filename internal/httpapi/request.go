package httpapi

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/netip"
	"reflect"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// request is what the guard notes of a request: who asks, and what for the audit log needs to know.
type request struct {
	id     string
	from   netip.Addr
	caller access.Caller
	// object is what the request is about, for the audit log, where the path does not say it.
	object string
	// code is the code of the problem that the request ends with.
	code problem.Code
}

type requestKey struct{}

// requestOf is the request that a context belongs to.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// callerOf is who asks.
func callerOf(ctx context.Context) access.Caller { return requestOf(ctx).caller }

// about says what a request is about, for the audit log.
func about(ctx context.Context, object string) { requestOf(ctx).object = object }

// requestID takes the id that the caller gave, where it is one that can stand in a log, or makes one.
func requestID(r *http.Request) string {
	const longest = 64
	given := r.Header.Get("X-Request-Id")
	plain := strings.Trim(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
	if given != "" && len(given) <= longest && plain {
		return given
	}
	return rand.Text()
}

// store gives a store that exists for the caller.
func (a *API) store(ctx context.Context, name string) (storage.Store, error) {
	st, err := a.Finder.Store(ctx, name)
	if problem.Is(err, problem.StoreNotFound) || err == nil && (name == "" || !callerOf(ctx).Sees(st)) {
		return storage.Store{}, storeNotFound(name)
	}
	return st, err
}

// visible gives the stores that exist for the caller.
func (a *API) visible(ctx context.Context) ([]storage.Store, error) {
	all, err := a.Finder.Stores(ctx)
	var seen []storage.Store
	for _, st := range all {
		if callerOf(ctx).Sees(st) {
			seen = append(seen, st)
		}
	}
	return seen, err
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// NamedStore is the path of everything about a store.
type NamedStore struct {
	Store string `path:"store" doc:"Name of the store." example:"my-shop"`
}
