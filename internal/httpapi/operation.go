package httpapi

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/waybillhq/waybill/internal/access"
)

// operation describes a route for the document and for the guard.
type operation struct {
	id, method, path string
	summary, about   string
	tag              string
	need             access.Scope
	// status is the status of a successful answer; 0 stands for 200.
	status int
	within time.Duration
	// quiet says that the operation only moves the caller's own place in the log of changes.
	quiet bool
	// errors are the statuses with which the operation may fail, in addition to those of every operation.
	errors []int
}

// register adds an operation to the mux, to the document and to the guard.
func register[I, O any](a *API, op operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, a.declare(op), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.answerOf(ctx, err)
		}
		return out, nil
	})
}

// declare enters an operation into the guard's routes, and returns huma's description of the operation.
func (a *API) declare(op operation) huma.Operation {
	if op.within == 0 {
		op.within = quick
	}
	r := route{id: op.id, method: op.method, need: op.need, within: op.within, quiet: op.quiet}
	for part := range strings.SplitSeq(op.path, "/") {
		if name, found := strings.CutPrefix(part, "{"); found {
			r.names = append(r.names, strings.TrimSuffix(name, "}"))
		}
	}
	a.routes[op.method+" "+op.path] = r
	about := op.about
	if op.need != "" {
		about = strings.TrimSpace(about + "\n\nNeeds the scope `" + string(op.need) + "`.")
	}
	declared := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary, Description: about,
		Tags: []string{op.tag}, DefaultStatus: op.status, MaxBodyBytes: int64(a.opts.Serve.BodyLimit),
		BodyReadTimeout: -1, // the guard has set a deadline
		Errors:          append([]int{400, 401, 403, 404, 422, 429}, op.errors...),
	}
	if op.need != "" {
		declared.Security = []map[string][]string{{"token": {}}}
		declared.Extensions = map[string]any{"x-scope": string(op.need)}
	}
	return declared
}
