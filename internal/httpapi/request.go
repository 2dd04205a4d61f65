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

// request is what the guard and the audit log know of a request.
type request struct {
	id     string
	from   netip.Addr
	caller access.Caller
	// object is what the request is about, for the audit log; empty when the path says it.
	object string
	// code is the code of the problem with which the request ends; empty for a success.
	code problem.Code
}

type requestKey struct{}

// requestOf returns the request that a context belongs to; an empty one outside of a request.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// callerOf returns the caller of the request that a context belongs to.
func callerOf(ctx context.Context) access.Caller { return requestOf(ctx).caller }

// about sets what the request is about, for the audit log.
func about(ctx context.Context, object string) { requestOf(ctx).object = object }

// requestID returns the id that the caller gave if it is short and plain enough for a log, or else a new id.
func requestID(r *http.Request) string {
	const longest = 64
	given := r.Header.Get("X-Request-Id")
	plain := strings.Trim(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
	if given != "" && len(given) <= longest && plain {
		return given
	}
	return rand.Text()
}

// store returns a store that exists for the caller. The error is a problem with code store_not_found for any other.
func (a *API) store(ctx context.Context, name string) (storage.Store, error) {
	st, err := a.Finder.Store(ctx, name)
	if problem.Is(err, problem.StoreNotFound) || err == nil && (name == "" || !callerOf(ctx).Sees(st)) {
		return storage.Store{}, storeNotFound(name)
	}
	return st, err
}

// visible returns the stores that exist for the caller.
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

// NamedStore holds the store that a path names.
type NamedStore struct {
	Store string `path:"store" doc:"Name of the store." example:"my-shop"`
}
