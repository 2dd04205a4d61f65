package httpapi

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

// isPage says whether a request is for the dashboard. A route of the API at the same address goes first.
func (a *API) isPage(r *http.Request) bool {
	if a.Pages == nil {
		return false
	}
	_, pattern := a.mux.Handler(r)
	_, known := a.routes[pattern]
	return !known && a.Pages.Serves(r)
}

// servePage passes a request to the dashboard if its client's address is allowed, and sets RemoteAddr to that address.
// The dashboard decides who the client is and what the client may do.
func (a *API) servePage(w http.ResponseWriter, r *http.Request) {
	from, err := a.guard.client(r)
	if err == nil {
		err = a.guard.allow.Admit(from)
	}
	if err != nil {
		p := problem.From(err)
		http.Error(w, p.Message, p.Code.HTTPStatus())
		return
	}
	control := http.NewResponseController(w)
	// A server without deadlines refuses to set one; that does no harm.
	_ = control.SetReadDeadline(a.opts.Now().Add(bodyWithin))
	_ = control.SetWriteDeadline(a.opts.Now().Add(asking + time.Minute))
	r = r.Clone(r.Context())
	r.RemoteAddr = netip.AddrPortFrom(from, 0).String()
	a.Pages.ServeHTTP(w, r)
}
