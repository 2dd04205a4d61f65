package rest

import (
	"net/http"
	"slices"
	"strings"
)

// renderer turns an outcome into JSON text. Links of items need the request for its home address, and for its caller,
// whose permissions are in targetHints.
type renderer struct {
	server *Server
	r      *Request
	fields fieldTree
	embed  *embedder
}

// appendOutcome appends the body of an outcome without filtering or embedding.
func (s *Server) appendOutcome(dst []byte, r *Request, o *outcome) []byte {
	rd := renderer{server: s, r: r}
	return rd.outcome(dst, o)
}

// outcome appends the whole body in WordPress's order: the data with _fields applied, then _links, then _embedded. That
// order is why _fields cannot remove the links of a single record.
func (rd *renderer) outcome(dst []byte, o *outcome) []byte {
	if o.err != nil {
		return AppendJSON(dst, rd.server.translated(o.err).body())
	}
	body := o.response.Body
	if rd.server.config.Localize != nil && o.matched != nil {
		body = rd.server.config.Localize(o.matched.Pattern, body)
	}
	if list, ok := body.(List); ok {
		return rd.list(dst, list)
	}
	start := len(dst)
	plain := rd.value(nil, body)
	dst = appendFiltered(dst, plain, rd.fields)
	if len(o.response.Links) > 0 {
		links := rd.links(nil, o.response.Links)
		dst = addMember(dst, start, "_links", links)
		dst = rd.embed.add(dst, start, o.response.Links)
	}
	return dst
}

// list appends a collection. Of each element it appends what _fields asks for. Links are filtered too, because inside a
// collection they are part of the data.
func (rd *renderer) list(dst []byte, list List) []byte {
	dst = append(dst, '[')
	for i, element := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		start := len(dst)
		item, isItem := element.(Item)
		if !isItem {
			dst = appendFiltered(dst, rd.value(nil, element), rd.fields)
			continue
		}
		dst = rd.item(dst, item)
		if len(item.Links) > 0 && rd.fields.includes("_links") {
			dst = rd.embed.add(dst, start, item.Links)
		}
	}
	return append(dst, ']')
}

// item appends one record with its links, filtered. It renders nothing that the filter would remove, because links cost
// permission checks.
func (rd *renderer) item(dst []byte, item Item) []byte {
	start := len(dst)
	raw, isRaw := item.Data.(Raw)
	if !isRaw {
		raw = rd.value(nil, item.Data)
	}
	wantsLinks := len(item.Links) > 0 && rd.fields.includes("_links")
	if rd.fields == nil {
		dst = append(dst, raw...)
	} else {
		dst = appendFiltered(dst, raw, rd.fields)
	}
	if wantsLinks {
		links := rd.links(nil, item.Links)
		if below := rd.fields["_links"]; below != nil {
			links = appendFiltered(nil, links, below)
		}
		dst = addMember(dst, start, "_links", links)
	}
	return dst
}

// value appends any value; Items inside it get their links.
func (rd *renderer) value(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case Item:
		start := len(dst)
		dst = rd.value(dst, v.Data)
		if len(v.Links) > 0 {
			dst = addMember(dst, start, "_links", rd.links(nil, v.Links))
		}
		return dst
	case List:
		return appendList(dst, v, rd.value)
	case *Object:
		return appendObject(dst, v, rd.value)
	}
	return AppendJSON(dst, v)
}

// addMember adds a member to the JSON object that begins at start and ends dst. An empty PHP array ([]) becomes an
// object.
func addMember(dst []byte, start int, name string, value []byte) []byte {
	if len(dst)-start < 2 {
		return dst
	}
	empty := len(dst)-start == 2
	if dst[start] != '{' {
		if !empty {
			return dst
		}
		dst[start] = '{'
	}
	dst = dst[:len(dst)-1]
	if !empty {
		dst = append(dst, ',')
	}
	dst = AppendString(dst, name)
	dst = append(dst, ':')
	dst = append(dst, value...)
	return append(dst, '}')
}

// links appends the _links object. Relations are in the order of their first link. Attributes come before href, and on
// self links targetHints after it.
func (rd *renderer) links(dst []byte, links []Link) []byte {
	dst = append(dst, '{')
	for i, link := range links {
		if i > 0 && links[i-1].Rel == link.Rel {
			dst = append(dst[:len(dst)-1], ',')
		} else {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendString(dst, link.Rel)
			dst = append(dst, ':', '[')
		}
		dst = append(dst, '{')
		if link.Embeddable {
			dst = append(dst, `"embeddable":true,`...)
		}
		for name, v := range link.Attributes.All() {
			dst = AppendString(dst, name)
			dst = append(dst, ':')
			dst = AppendJSON(dst, v)
			dst = append(dst, ',')
		}
		dst = append(dst, `"href":`...)
		dst = AppendString(dst, link.Href)
		if link.Rel == "self" {
			allow := link.hints
			if !link.hinted {
				allow = rd.server.targetHints(rd.r, link.Href)
			}
			if len(allow) > 0 {
				dst = append(dst, `,"targetHints":{"allow":`...)
				dst = AppendJSON(dst, allow)
				dst = append(dst, '}')
			}
		}
		dst = append(dst, '}', ']')
	}
	return append(dst, '}')
}

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

// add adds _embedded to the record that begins at start: the answers to a GET of each of its embeddable links, unless
// all are empty.
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
		if !found || e.only != nil && !slices.Contains(e.only, rel) {
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

// Do runs a request inside the store, as WordPress's rest_do_request does: no HTTP, no authentication. It returns the
// body as sent, links included, and the status; webhooks build their payloads with it.
func (s *Server) Do(r *Request) (status int, body []byte) {
	r.server = s
	if r.Header == nil {
		r.Header = http.Header{}
	}
	o := s.dispatch(r)
	return o.status(), s.appendOutcome(nil, r, o)
}
