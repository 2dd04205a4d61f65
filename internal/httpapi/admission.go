package httpapi

import (
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
)

// admit says why a request may not do what it asks for; nil when it may. It enters the client's address and the caller
// into req, and counts the request against its limit.
func (a *API) admit(w http.ResponseWriter, r *http.Request, req *request, op route) error {
	var err error
	if req.from, err = a.guard.client(r); err != nil {
		return err
	}
	if err := a.guard.allow.Admit(req.from); err != nil {
		return err
	}
	if op.need == "" {
		return nil
	}
	req.caller, err = a.Keeper.Identify(r.Context(), bearer(r), req.from)
	if err != nil {
		if problem.From(err).Code.HTTPStatus() < http.StatusInternalServerError {
			// Requests without a valid token are counted by address, so that guessing tokens is slow.
			if late := a.guard.limits.take(w.Header(), "address", req.from.String()); late != nil {
				return late
			}
		}
		return err
	}
	if err := a.guard.limits.take(w.Header(), "token", req.caller.Actor); err != nil {
		return err
	}
	return access.Allowed(req.caller, op.need)
}

// bearer returns the token of a request; empty when the request has none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
