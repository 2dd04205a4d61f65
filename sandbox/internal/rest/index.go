package rest

import "slices"

// rootIndex answers GET /: what the site is and every route it has.
func (s *Server) rootIndex(r *Request) (*Response, error) {
	body := &Object{}
	if s.config.Index != nil {
		for name, v := range s.config.Index(r).All() {
			body.Set(name, v)
		}
	}
	names := parseList(r.Param("_fields"))
	response := &Response{Body: body}
	if len(names) == 0 || slices.Contains(names, "routes") {
		routes := &Object{}
		for _, rt := range s.routes {
			if rt.Hidden || !rt.available() {
				continue
			}
			routes.Set(rt.Pattern, Raw(AppendJSON(nil, s.describe(rt, r.Base, false))))
		}
		body.Set("routes", routes)
	}
	linked := wantsMember(names, "_links") || wantsMember(names, "_embedded")
	if linked {
		response.Links = []Link{{Rel: "help", Href: "https://developer.wordpress.org/rest-api/"}}
	}
	// The site has neither logo nor icon. WordPress says so only where a request asks for these members, or for the
	// links that would name them.
	if linked || wantsMember(names, "site_logo") {
		body.Set("site_logo", int64(0))
	}
	if linked || wantsMember(names, "site_icon") || wantsMember(names, "site_icon_url") {
		body.Set("site_icon", int64(0))
		body.Set("site_icon_url", "")
	}
	return response, nil
}

// wantsMember is rest_is_field_included. No names mean everything.
func wantsMember(names []string, member string) bool {
	if len(names) == 0 {
		return true
	}
	for _, name := range names {
		if name == member || len(name) > len(member) && name[:len(member)+1] == member+"." {
			return true
		}
	}
	return false
}

// namespaceIndex answers GET of a namespace, e.g. /wc/v3.
func (s *Server) namespaceIndex(namespace string) Handler {
	return func(r *Request) (*Response, error) {
		routes := &Object{}
		if names := parseList(r.Param("_fields")); len(names) == 0 || wantsMember(names, "routes") {
			for _, rt := range s.routes {
				if rt.Namespace == namespace && !rt.Hidden && rt.available() {
					routes.Set(rt.Pattern, Raw(AppendJSON(nil, s.describe(rt, r.Base, false))))
				}
			}
		}
		return &Response{
			Body:  NewObject("namespace", namespace, "routes", routes),
			Links: []Link{{Rel: "up", Href: r.RESTURL("/")}},
		}, nil
	}
}

// Namespaces returns the namespaces in the order of the real store's index.
func (s *Server) Namespaces() []string {
	var names []string
	seen := map[string]bool{}
	for _, rt := range s.routes {
		if rt.Namespace != "" && !seen[rt.Namespace] {
			seen[rt.Namespace] = true
			names = append(names, rt.Namespace)
		}
	}
	return names
}

// describe is what the index and OPTIONS say of a route. With help it includes the schema.
func (s *Server) describe(rt *route, base string, help bool) *Object {
	methods, endpoints := List{}, List{}
	for _, e := range rt.endpoints {
		own := List{}
		for _, m := range e.Methods {
			own = append(own, m)
			methods = append(methods, m)
		}
		endpoints = append(endpoints, NewObject("methods", own, "args", e.shownArgs()))
	}
	described := NewObject("namespace", rt.Namespace, "methods", methods, "endpoints", endpoints)
	if help && rt.schema != nil {
		described.Set("schema", rt.schema())
	}
	if rt.isPlain() {
		described.Set("_links", NewObject("self", List{NewObject("href", s.RESTURL(base, rt.Pattern))}))
	}
	return described
}

// isPlain tells whether the pattern has no parameters, so that it is an address.
func (rt *route) isPlain() bool {
	if rt.whole != nil {
		return false
	}
	for _, segment := range rt.segments {
		if segment.name != "" {
			return false
		}
	}
	return true
}

// shownArgs are the definitions with the choices of rules in them. No arguments are an empty list, because PHP has no
// empty object.
func (e *endpoint) shownArgs() Value {
	if e.definitions.Len() == 0 {
		return List{}
	}
	shown := e.definitions
	for name, rule := range e.Rules {
		definition, ok := shown.Value(name).(*Object)
		if rule.Enum == nil || !ok {
			continue
		}
		if shown == e.definitions {
			shown = shown.Clone()
		}
		definition = definition.Clone()
		if items, ok := definition.Value("items").(*Object); ok {
			items = items.Clone()
			items.Set("enum", rule.Enum())
			definition.Set("items", items)
		} else {
			definition.Set("enum", rule.Enum())
		}
		shown.Set(name, definition)
	}
	return shown
}
