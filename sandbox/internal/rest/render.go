package rest

// renderer turns an outcome into JSON text. Links of items need the request:
// its home address and, for targetHints, its caller.
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

// list appends a collection: of each element what _fields asks for, links included, because there they are part of the
// data.
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

// item appends one record with its links, filtered. Nothing is rendered that the filter would remove: links cost
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

// addMember adds a member to the JSON object that starts at start and ends dst.
// An empty PHP array ([]) becomes an object with that member.
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

// links appends the _links object: relations in the order of their first link, attributes before href, targetHints
// after it on self links.
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

// body is the error as WordPress sends it.
// translated is an error as the store says it: only texts follow the
// language, never code or status (docs/checks/localized-message.md).
func (s *Server) translated(e *Error) *Error {
	if s.config.Translate == nil || e.Code == fatalCode {
		return e
	}
	said := *e
	said.Message = s.config.Translate(e.Message)
	if data, ok := e.Data.(*Object); ok {
		said.Data = s.translatedData(data)
	}
	said.Additional = nil
	for _, more := range e.Additional {
		said.Additional = append(said.Additional, s.translated(more))
	}
	return &said
}

// translatedData has the messages about single parameters translated.
func (s *Server) translatedData(data *Object) *Object {
	data = data.Clone()
	if params, ok := data.Value("params").(*Object); ok {
		said := &Object{}
		for name, v := range params.All() {
			if text, ok := v.(string); ok {
				v = s.config.Translate(text)
			}
			said.Set(name, v)
		}
		data.Set("params", said)
	}
	if details, ok := data.Value("details").(*Object); ok {
		said := &Object{}
		for name, v := range details.All() {
			if detail, ok := v.(*Object); ok {
				detail = detail.Clone()
				detail.Set("message", s.config.Translate(Text(detail.Value("message"))))
				v = detail
			}
			said.Set(name, v)
		}
		data.Set("details", said)
	}
	return data
}

func (e *Error) body() Value {
	o := e.Value()
	if e.Code == fatalCode {
		o.Set("additional_errors", List{})
		return o
	}
	if len(e.Additional) > 0 {
		more := List{}
		for _, a := range e.Additional {
			more = append(more, a.Value())
		}
		o.Set("additional_errors", more)
	}
	return o
}
