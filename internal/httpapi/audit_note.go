package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
)

// note writes an entry into the audit log. The change is made already, so an entry that cannot be written leaves the
// answer as it is and is reported in the log of the process.
func (a *API) note(r *http.Request, req *request, op route, status int) {
	e := entryOf(r, req, op)
	e.Status = status
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerGrace)
	defer cancel()
	if err := a.Keeper.Note(ctx, e); err != nil {
		a.opts.Logger.ErrorContext(ctx, "cannot write to the audit log", "request", req.id, "action", e.Action,
			"object", e.Object, "actor", e.Actor, "error", err)
	}
}

func (a *API) noteRefusal(r *http.Request, req *request, op route) {
	e := entryOf(r, req, op)
	e.Status, e.Object = req.code.HTTPStatus(), access.Redact(e.Object)
	a.Keeper.NoteRefusal(r.Context(), e)
}

func entryOf(r *http.Request, req *request, op route) storage.AuditEntry {
	object := req.object
	if r.Pattern == "" {
		object = r.URL.Path // the request was refused before the mux matched its path
	}
	if object == "" {
		var parts []string
		for _, name := range op.names {
			if value := r.PathValue(name); value != "" {
				parts = append(parts, value)
			}
		}
		object = strings.Join(parts, "/")
	}
	const longest = 200
	return storage.AuditEntry{Actor: req.caller.Actor, Name: req.caller.Name, GroupID: req.caller.GroupID,
		Action: op.id, Object: object[:min(len(object), longest)], From: req.from.String(), RequestID: req.id,
		Code: string(req.code)}
}

// held is an answer that is kept back until the audit log has its entry.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the header of the answer.
func (h *held) Header() http.Header { return h.header }

// Write keeps a piece of the answer.
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// WriteHeader keeps the first status.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Status returns the status of the answer; 200 when none was written.
func (h *held) Status() int {
	if h.status == 0 {
		return http.StatusOK
	}
	return h.status
}

func (h *held) release(w http.ResponseWriter) {
	w.WriteHeader(h.Status())
	_, _ = w.Write(h.body.Bytes()) // fails only when the client has gone
}
