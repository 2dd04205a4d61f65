package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// noteWithin is how long writing an entry of the audit log may take.
const noteWithin = 10 * time.Second

// callback answers shops and their owners on the approval page, who have no token. Their requests are counted by
// address, so that guessing is slow. A key that comes in is entered into the audit log.
func (a *API) callback(w http.ResponseWriter, r *http.Request) {
	from, err := a.guard.client(r)
	if err == nil {
		err = a.guard.limits.take(w.Header(), "address", from.String())
	}
	if err != nil {
		w.WriteHeader(problem.From(err).Code.HTTPStatus())
		return
	}
	a.Onboarding.Serve(w, r, func(ctx context.Context, c storage.Connection, status int) {
		code := problem.Code("")
		if status != http.StatusOK {
			code = problem.InputInvalid
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
		defer cancel()
		err := a.Keeper.Note(ctx, storage.AuditEntry{Actor: "shop", GroupID: c.GroupID, Action: "take-key",
			Object: c.ID, From: from.String(), Status: status, Code: string(code)})
		if err != nil {
			a.opts.Logger.ErrorContext(ctx, "cannot write to the audit log", "action", "take-key", "object", c.ID,
				"error", err)
		}
	})
}
