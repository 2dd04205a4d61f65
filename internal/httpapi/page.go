package httpapi

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
)

// documentRoutes serves the document that describes the API, and the page that shows the document. Both are the same
// for every caller and need no token.
func (a *API) documentRoutes() {
	a.page = a.renderPage()
	for path, answer := range map[string]struct {
		kind string
		text []byte
	}{
		"/openapi.json": {"application/json", a.document},
		"/docs":         {"text/html; charset=utf-8", a.page},
	} {
		pattern := http.MethodGet + " " + path
		a.routes[pattern] = route{id: strings.Trim(path, "/"), method: http.MethodGet, within: quick}
		a.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", answer.kind)
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
			w.Header().Set("Cache-Control", "public, max-age=300")
			_, _ = w.Write(answer.text) // fails only when the client has gone
		})
	}
}

// shownTag is a tag of the document with the operations under it.
type shownTag struct {
	Name       string
	Operations []shownOperation
}

type shownOperation struct {
	ID, Method, Path, Summary, Scope string
	About                            []string
	Parameters                       []shownParameter
	Body, Answer                     []shownParameter
	Statuses                         []string
}

type shownParameter struct {
	Name, In, Type, About string
	Required              bool
}

// renderPage renders the document as an HTML page.
func (a *API) renderPage() []byte {
	document := a.huma.OpenAPI()
	var tags []*shownTag
	paths := make([]string, 0, len(document.Paths))
	for path := range document.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		item := document.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			at := slices.IndexFunc(tags, func(t *shownTag) bool { return t.Name == op.Tags[0] })
			if at < 0 {
				at, tags = len(tags), append(tags, &shownTag{Name: op.Tags[0]})
			}
			tags[at].Operations = append(tags[at].Operations, a.shown(op))
		}
	}
	var page bytes.Buffer
	err := pageTemplate.Execute(&page, map[string]any{"Tags": tags, "Scopes": access.Scopes(),
		"Codes": problem.Catalogue(), "Version": Version})
	if err != nil {
		panic(err) // the template and its data are compiled in
	}
	return page.Bytes()
}

func (a *API) shown(op *huma.Operation) shownOperation {
	v := shownOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary}
	if scope, ok := op.Extensions["x-scope"].(string); ok {
		v.Scope = scope
	}
	for part := range strings.SplitSeq(op.Description, "\n\n") {
		if !strings.HasPrefix(part, "Needs the scope") {
			v.About = append(v.About, part)
		}
	}
	for _, p := range op.Parameters {
		v.Parameters = append(v.Parameters, shownParameter{p.Name, p.In, a.typeName(p.Schema), p.Description,
			p.Required})
	}
	if op.RequestBody != nil {
		v.Body = a.members(op.RequestBody.Content["application/json"])
	}
	for status, response := range op.Responses {
		v.Statuses = append(v.Statuses, status)
		if status < "300" {
			v.Answer = a.members(response.Content["application/json"])
		}
	}
	slices.Sort(v.Statuses)
	return v
}

// members lists the members of a body, by name.
func (a *API) members(content *huma.MediaType) []shownParameter {
	if content == nil || content.Schema == nil {
		return nil
	}
	s := a.resolved(content.Schema)
	var names []string
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	list := make([]shownParameter, 0, len(names))
	for _, name := range names {
		p := s.Properties[name]
		list = append(list, shownParameter{name, "", a.typeName(p), p.Description, slices.Contains(s.Required, name)})
	}
	if len(list) == 0 {
		list = append(list, shownParameter{Type: a.typeName(s), About: s.Description})
	}
	return list
}

func (a *API) resolved(s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return a.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// typeName names the type of a value in a few words.
func (a *API) typeName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Type == huma.TypeArray:
		return "list of " + a.typeName(s.Items)
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			words[i], _ = e.(string)
		}
		return strings.Join(words, " | ")
	case s.Type == "":
		return "any"
	case s.Format == "date-time":
		return "time"
	}
	kind := s.Type
	if s.Maximum != nil {
		kind += " up to " + strconv.FormatFloat(*s.Maximum, 'f', -1, 64)
	}
	return kind
}

var pageTemplate = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waybill: HTTP API {{.Version}}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem 4rem }
h2 { margin-top: 3rem; border-bottom: 1px solid #8886 } h3 { margin: 2.5rem 0 0; font-size: 1.05rem }
code, .path { font-family: ui-monospace, monospace; font-size: .92em } .method { font-weight: 700; margin-right: .5em }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 } th { text-align: left; font-weight: 600 }
td, th { padding: .2rem .8rem .2rem 0; vertical-align: top; border-bottom: 1px solid #8883 }
.quiet { opacity: .7 } nav a { margin-right: 1em } caption { text-align: left; font-weight: 600; padding-top: .5rem }
</style></head><body>
<h1>Waybill: HTTP API {{.Version}}</h1>
<p>Every request bears a token: <code>Authorization: Bearer wbt_…</code>. <code>waybill tokens create</code> makes one.
Errors are problems of RFC 9457 with a <a href="#codes">code</a>. The document for programs is
<a href="/openapi.json">/openapi.json</a>.</p>
<nav>{{range .Tags}}<a href="#{{.Name}}">{{.Name}}</a>{{end}}<a href="#scopes">Scopes</a><a href="#codes">Codes</a></nav>
{{define "rows"}}{{range .}}<tr><td><code>{{.Name}}</code>{{if .Required}} *{{end}}</td><td class="quiet">{{.In}} {{.Type}}</td><td>{{.About}}</td></tr>{{end}}{{end}}
{{range .Tags}}<h2 id="{{.Name}}">{{.Name}}</h2>
{{range .Operations}}<h3 id="{{.ID}}"><span class="method">{{.Method}}</span><span class="path">{{.Path}}</span></h3>
<p>{{.Summary}}.{{if .Scope}} <span class="quiet">Scope <code>{{.Scope}}</code></span>{{end}}</p>
{{range .About}}{{if .}}<p>{{.}}</p>{{end}}{{end}}
{{if .Parameters}}<table><caption>Parameters</caption>{{template "rows" .Parameters}}</table>{{end}}
{{if .Body}}<table><caption>Body</caption>{{template "rows" .Body}}</table>{{end}}
{{if .Answer}}<table><caption>Answer</caption>{{template "rows" .Answer}}</table>{{end}}
<p class="quiet">Statuses: {{range .Statuses}}{{.}} {{end}}</p>
{{end}}{{end}}
<h2 id="scopes">Scopes</h2><table>{{range .Scopes}}<tr><td><code>{{.Scope}}</code></td><td>{{.Meaning}}{{if .Installation}} <span class="quiet">(not within a group)</span>{{end}}</td></tr>{{end}}</table>
<h2 id="codes">Codes</h2><table>{{range .Codes}}<tr id="{{.Code}}"><td><code>{{.Code}}</code></td><td>{{.Code.HTTPStatus}}</td><td>{{.Meaning}} {{.Next}}</td></tr>{{end}}</table>
</body></html>
`))
