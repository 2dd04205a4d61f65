package httpapi

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/wire"
)

type makeLinkInput struct {
	Body struct {
		Store   string `json:"store" minLength:"1" maxLength:"63"`
		Order   int64  `json:"order_id" minimum:"1" doc:"Id of the order."`
		Seconds int64  `json:"expires_in_seconds,omitempty" minimum:"60" maximum:"7776000" default:"604800" doc:"How long it shows the order."`
	}
}

// NamedLink is the path of a link.
type NamedLink struct {
	Link string `path:"link" doc:"The id of the link, which is not what it is opened with." maxLength:"64"`
}

type (
	linkAnswer  struct{ Body wire.TraceLink }
	linksAnswer struct {
		Body struct {
			Links []wire.TraceLink `json:"links" doc:"The newest first."`
		}
	}
)

func (a *API) linkRoutes() {
	const tag, all = "Orders", "/v1/trace/links"
	register(a, operation{id: "make-trace-link", method: http.MethodPost, path: all, tag: tag,
		summary: "Make a link that shows somebody where one order is, without personal data",
		need:    access.RecordsRead, status: http.StatusCreated,
		about: "Whoever has the link sees how each link of the order's way stands and who acts, in words that tell " +
			"nothing of a customer, and nothing of another order. It is told this once, and expires."}, a.makeLink)
	register(a, operation{id: "list-trace-links", method: http.MethodGet, path: all, tag: tag,
		summary: "List links to orders", need: access.RecordsRead}, a.listLinks)
	register(a, operation{id: "remove-trace-link", method: http.MethodDelete, path: all + "/{link}", tag: tag,
		summary: "Take a link to an order away", need: access.RecordsRead, status: http.StatusNoContent}, a.removeLink)
	pattern := http.MethodGet + " " + wire.LinkPath + "{token}"
	a.routes[pattern] = route{id: "show-trace-link", method: http.MethodGet, within: quick}
	a.mux.HandleFunc(pattern, a.showLink)
}

func (a *API) makeLink(ctx context.Context, in *makeLinkInput) (*linkAnswer, error) {
	about(ctx, in.Body.Store)
	st, err := a.store(ctx, in.Body.Store)
	if err != nil {
		return nil, err
	}
	made, token, err := a.Links.Make(ctx, trace.NewLink{Store: st, OrderID: in.Body.Order,
		GroupID: callerOf(ctx).GroupID, By: callerOf(ctx).Name, For: time.Duration(in.Body.Seconds) * time.Second})
	if err != nil {
		return nil, err
	}
	return &linkAnswer{wire.TraceLinkOf(made, st.Name, token, a.opts.Serve.PublicURL)}, nil
}

func (a *API) listLinks(ctx context.Context, _ *struct{}) (*linksAnswer, error) {
	all, err := a.Links.List(ctx, callerOf(ctx).GroupID)
	if err != nil {
		return nil, err
	}
	names, err := a.storeNames(ctx)
	if err != nil {
		return nil, err
	}
	var out linksAnswer
	out.Body.Links = []wire.TraceLink{}
	for _, l := range all {
		out.Body.Links = append(out.Body.Links, wire.TraceLinkOf(l, names[l.StoreID], "", ""))
	}
	return &out, nil
}

func (a *API) removeLink(ctx context.Context, in *NamedLink) (*struct{}, error) {
	return nil, a.Links.Remove(ctx, callerOf(ctx).GroupID, in.Link)
}

// showLink shows the order of a link to whoever has it. Requests are counted by address, so that guessing is slow.
func (a *API) showLink(w http.ResponseWriter, r *http.Request) {
	from, err := a.guard.client(r)
	if err == nil {
		err = a.guard.limits.take(w.Header(), "address", from.String())
	}
	if err != nil {
		w.WriteHeader(problem.From(err).Code.HTTPStatus())
		return
	}
	chain, link, err := a.Links.Show(r.Context(), r.PathValue("token"))
	for name, value := range map[string]string{"Content-Type": "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store",
		"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"} {
		w.Header().Set(name, value)
	}
	view := map[string]any{"Chain": chain, "Until": link.ExpiresAt}
	if err != nil {
		p := problem.From(err)
		w.WriteHeader(p.Code.HTTPStatus())
		view = map[string]any{"Problem": p}
	}
	var page bytes.Buffer
	if err := linkTemplate.Execute(&page, view); err != nil {
		panic(err) // the template and what it is given are compiled in
	}
	_, _ = w.Write(page.Bytes()) // the reader has gone when this fails
}

var linkTemplate = template.Must(template.New("link").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Where is this order?</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
li{margin:.4rem 0}.broken{color:#a40000}.waiting{color:#8a5a00}.done{color:#1a6b2d}.skipped,.small{color:#5b6470}
@media (prefers-color-scheme:dark){body{color:#e6e9ee;background:#14171b}.broken{color:#ff8a80}.waiting{color:#ffcc66}
.done{color:#7fd89a}.skipped,.small{color:#9aa4b1}}</style></head><body>
{{with .Problem}}<h1>Nothing to show</h1><p>{{.Message}}</p>{{end}}
{{with .Chain}}<h1>Order {{.Number}}</h1>
<p class="{{.Verdict.State}}"><strong>{{.Verdict.Says}}</strong>
{{if .Verdict.Who}}&middot; who acts: {{.Verdict.Who}}{{end}}
{{if not .Verdict.Until.IsZero}}until {{.Verdict.Until.UTC.Format "2006-01-02 15:04 UTC"}}{{end}}</p>
<ol>{{range .Hops}}<li class="{{.State}}">{{.Link}}{{if .Name}} {{.Name}}{{end}}: {{.Says}}
{{if not .At.IsZero}}<span class="small">{{.At.UTC.Format "2006-01-02 15:04:05 UTC"}}</span>{{end}}</li>{{end}}</ol>{{end}}
{{with .Until}}<p class="small">This page shows this order alone, until {{.UTC.Format "2006-01-02 15:04 UTC"}}.</p>{{end}}
</body></html>`))
