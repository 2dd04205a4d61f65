package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type healthAnswer struct{ Body wire.Health }

type auditInput struct {
	Token  string `query:"token" doc:"Only what the token with this prefix did." maxLength:"20"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string `query:"cursor" doc:"Where the page begins: next_cursor of the page before." maxLength:"20"`
}

type auditAnswer struct {
	Body struct {
		Entries    []wire.AuditEntry `json:"entries" doc:"The newest first."`
		NextCursor string            `json:"next_cursor,omitempty" doc:"Of the page that follows; absent on the last one."`
	}
}

func (a *API) healthRoutes() {
	const tag = "Service"
	register(a, operation{id: "health", method: http.MethodGet, path: "/v1/health", tag: tag,
		summary: "Show how the service is", need: access.StoresRead, errors: []int{503},
		about: "Supervisors ask /livez and /readyz, which need no token."}, a.health)
	register(a, operation{id: "list-audit", method: http.MethodGet, path: "/v1/audit", tag: tag,
		summary: "Read the audit log", need: access.AuditRead,
		about: "What was changed, by whom, from where, and how it ended; and what was refused. A token of a group " +
			"sees what tokens of its group did."}, a.listAudit)
}

func (a *API) health(ctx context.Context, _ *struct{}) (*healthAnswer, error) {
	h, err := a.Health(ctx)
	if err != nil {
		return nil, err
	}
	if callerOf(ctx).GroupID != 0 {
		h.Workers, h.LastSeq = []wire.Worker{}, 0 // both tell about the whole installation
	}
	return &healthAnswer{h}, nil
}

func (a *API) listAudit(ctx context.Context, in *auditInput) (*auditAnswer, error) {
	q := storage.AuditQuery{Actor: in.Token, Limit: in.Limit + 1} // one more record shows whether a page follows
	if in.Cursor != "" {
		var err error
		if q.BeforeSeq, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil || q.BeforeSeq < 1 {
			return nil, cursorOfAnotherList()
		}
	}
	entries, err := a.Keeper.Audit(ctx, callerOf(ctx), q)
	if err != nil {
		return nil, err
	}
	var out auditAnswer
	out.Body.Entries = []wire.AuditEntry{}
	if len(entries) > in.Limit {
		entries = entries[:in.Limit]
		out.Body.NextCursor = strconv.FormatInt(entries[in.Limit-1].Seq, 10)
	}
	names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	for _, e := range entries {
		out.Body.Entries = append(out.Body.Entries, wire.AuditEntryOf(e, names))
	}
	return &out, err
}
