package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
)

// note writes an entry of the audit log. An entry that cannot be written takes nothing back, so the answer stays as it
// is, and the log of the process tells of it.
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
		object = r.URL.Path // it was refused before the mux had it
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

// held is an answer that is kept back until it may leave.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the header of the answer that is kept back.
func (h *held) Header() http.Header { return h.header }

// Write keeps a piece of the answer.
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// WriteHeader keeps the first status.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Status is the status of the answer that is kept back.
func (h *held) Status() int {
	if h.status == 0 {
		return http.StatusOK
	}
	return h.status
}

func (h *held) release(w http.ResponseWriter) {
	w.WriteHeader(h.Status())
	_, _ = w.Write(h.body.Bytes()) // the reader has gone when this fails
}
