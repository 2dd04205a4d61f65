package rest

import (
	"net/http"
	"strings"
)

// embedder resolves _embed.
type embedder struct {
	server *Server
	r      *Request
	only   []string // relations; nil means all
	cache  map[string][]byte
}

// newEmbedder reads the _embed parameter; nil means no embedding was asked.
func newEmbedder(s *Server, r *Request) *embedder {
	v, ok := r.Query.Get("_embed")
	if !ok {
		return nil
	}
	e := &embedder{server: s, r: r, cache: map[string][]byte{}}
	if Truthy(v) && v != "true" && v != "1" {
		e.only = parseList(v)
	}
	return e
}

// add adds _embedded to the record that starts at start: the answers to GETs of its embeddable links, if any of them is
// not empty.
func (e *embedder) add(dst []byte, start int, links []Link) []byte {
	if e == nil {
		return dst
	}
	var embedded []byte
	for i := 0; i < len(links); {
		rel := links[i].Rel
		var answers [][]byte
		found := false
		for ; i < len(links) && links[i].Rel == rel; i++ {
			answer := []byte("[]")
			if links[i].Embeddable {
				answer = e.get(links[i].Href)
				found = found || len(answer) > 2
			}
			answers = append(answers, answer)
		}
		if !found || e.only != nil && !contains(e.only, rel) {
			continue
		}
		if embedded != nil {
			embedded = append(embedded, ',')
		}
		embedded = append(AppendString(embedded, rel), ':', '[')
		for j, answer := range answers {
			if j > 0 {
				embedded = append(embedded, ',')
			}
			embedded = append(embedded, answer...)
		}
		embedded = append(embedded, ']')
	}
	if embedded == nil {
		return dst
	}
	return addMember(dst, start, "_embedded", append(append([]byte("{"), embedded...), '}'))
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// get answers a GET of href inside the store, with context=embed.
func (e *embedder) get(href string) []byte {
	if body, ok := e.cache[href]; ok {
		return body
	}
	path, ok := e.server.pathOf(e.r.Base, href)
	if !ok {
		return []byte("[]")
	}
	inner := e.r.within(http.MethodGet)
	inner.Path = path
	_, query, _ := strings.Cut(href, "?")
	inner.Query = ParseQuery(query)
	if inner.Query.Value("context") == nil {
		inner.Query.Set("context", "embed")
	}
	o := e.server.dispatch(inner)
	body := e.server.appendOutcome(nil, inner, o)
	e.cache[href] = body
	return body
}
