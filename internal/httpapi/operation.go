package httpapi

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/waybillhq/waybill/internal/access"
)

// operation describes a route in the words of the document.
type operation struct {
	id, method, path string
	summary, about   string
	tag              string
	need             access.Scope
	// status is that of an answer that worked; 0 stands for 200.
	status int
	within time.Duration
	// quiet says that the operation only moves the caller's own place.
	quiet bool
	// errors are the statuses with which the operation may fail, beside those of every operation.
	errors []int
}

// register adds an operation to the mux and to the document, and lets it through the guard.
func register[I, O any](a *API, op operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, a.declare(op), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.answerOf(ctx, err)
		}
		return out, nil
	})
}

// declare tells the guard of an operation, and describes it in huma's words.
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
		BodyReadTimeout: -1, // the guard has set one
		Errors:          append([]int{400, 401, 403, 404, 422, 429}, op.errors...),
	}
	if op.need != "" {
		declared.Security = []map[string][]string{{"token": {}}}
		declared.Extensions = map[string]any{"x-scope": string(op.need)}
	}
	return declared
}
