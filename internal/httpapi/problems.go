package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/wire"
)

// answer is a problem in the form of an HTTP answer.
type answer struct{ wire.Problem }

func (a *answer) Error() string { return a.Detail }

// GetStatus returns the status of the answer.
func (a *answer) GetStatus() int { return a.Status }

// ContentType returns the content type of RFC 9457.
func (a *answer) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// answerOf turns an error of a handler into an answer. An error that is no problem is answered with the code internal,
// and its text goes only to the log.
func (a *API) answerOf(ctx context.Context, err error) *answer {
	if ready, ok := errors.AsType[*answer](err); ok {
		return ready
	}
	p := problem.From(shop.Explain(err))
	switch {
	case p.Code == problem.Internal:
		a.opts.Logger.ErrorContext(ctx, "the API failed", "request", requestOf(ctx).id, "error", err)
		p = unexpected()
	case p.Code == problem.Interrupted:
		p = givenUp()
	}
	return a.problem(ctx, p, p.Code.HTTPStatus())
}

// problem turns a problem into an answer and keeps its code for the audit log.
func (a *API) problem(ctx context.Context, p *problem.Problem, status int) *answer {
	r := requestOf(ctx)
	r.code = p.Code
	return &answer{wire.ProblemOf(p, status, r.id)}
}

// ownProblems replaces huma's errors by Waybill's problems.
func (a *API) ownProblems(ctx huma.Context, _ string, v any) (any, error) {
	model, foreign := v.(*huma.ErrorModel)
	if !foreign {
		return v, nil
	}
	code, message := problem.InputInvalid, "the request cannot be used"
	if model.Status == http.StatusRequestEntityTooLarge {
		code, message = problem.BodyTooLarge, "the body of the request is too large"
	}
	if model.Status >= http.StatusInternalServerError {
		return &a.answerOf(ctx.Context(), errors.New(model.Detail)).Problem, nil
	}
	p := problem.New(code, "%s", message)
	var parts []string
	for _, e := range model.Errors {
		p.Detail(e.Location, e.Message)
		parts = append(parts, strings.TrimSpace(e.Location+" "+e.Message))
	}
	if len(parts) == 0 && model.Detail != "" {
		parts = append(parts, model.Detail)
	}
	if len(parts) > 0 {
		p.Message += ": " + strings.Join(parts, "; ")
	}
	next := "/docs shows what the operation takes"
	if model.Status == http.StatusUnsupportedMediaType {
		next = "Send Content-Type: application/json"
	}
	return &a.problem(ctx.Context(), p.Next("%s", next), model.Status).Problem, nil
}

// refuse answers with a problem outside of huma's handlers.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	out := a.answerOf(r.Context(), err)
	w.Header().Set("Content-Type", problemType)
	if out.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="waybill"`)
	}
	w.WriteHeader(out.Status)
	_ = json.NewEncoder(w).Encode(out.Problem) // fails only when the client has gone
}
