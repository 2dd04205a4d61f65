package rest

import (
	"slices"
	"strings"
)

// Alias serves the resources of one namespace under another one. WooCommerce keeps wc/v1, wc/v2 and wc-analytics beside
// wc/v3, and their controllers differ little.
type Alias struct {
	From, To string // namespaces, e.g. "wc/v3" and "wc/v2"
	// Shape changes a record into the form of To. path is the pattern of the new route below its namespace
	// ("/orders/(?P<id>[\d]+)"). Nil keeps records as they are.
	Shape func(r *Request, path string, record *Object) *Object
	// Links chooses which links of a record stay. Nil keeps all.
	Links func(path string, links []Link) []Link
	// OwnRules leaves out the rules of the source's arguments.
	OwnRules bool
	// Guard replaces the permission of a route. A nil Guard, or a nil answer, keeps the permission of From.
	Guard func(path string) Permission
	// Wrap puts something in front of the handler of a route. Nil changes nothing.
	Wrap func(path string, next Handler) Handler
}

// Alias registers, for every route of From whose pattern the real store also has in To, the methods that both have.
// Arguments are those recorded for To. Addresses in answers name To. Routes that To already has are left alone.
func (s *Server) Alias(a Alias) {
	from, to := "/"+a.From+"/", "/"+a.To+"/"
	for _, rt := range slices.Clone(s.routes) {
		below, ok := strings.CutPrefix(rt.Pattern, from)
		if !ok {
			continue
		}
		pattern := to + below
		recorded := s.recorded[pattern]
		if recorded == nil || s.byPattern[pattern] != nil {
			continue
		}
		alias := Route{Pattern: pattern, Available: rt.Available, Hidden: rt.Hidden}
		for _, e := range recorded.endpoints {
			// An endpoint that From does not serve is listed, but not simulated.
			endpoint := Endpoint{Methods: e.methods, Handler: notSimulated}
			if source := rt.endpointFor(e.methods); source != nil {
				endpoint = a.endpoint(source, "/"+below, recorded)
			}
			alias.Endpoints = append(alias.Endpoints, endpoint)
		}
		s.Register(alias)
	}
}

func (rt *route) endpointFor(methods []string) *endpoint {
	for _, e := range rt.endpoints {
		if slices.Equal(e.Methods, methods) {
			return e
		}
	}
	return nil
}

func (a Alias) endpoint(e *endpoint, path string, recorded *recordedRoute) Endpoint {
	alias := Endpoint{Methods: e.Methods, Permission: e.Permission}
	if a.Guard != nil {
		if own := a.Guard(path); own != nil {
			alias.Permission = own
		}
	}
	if !a.OwnRules {
		alias.Rules = e.Rules
	}
	if !recorded.knowsArguments() {
		alias.Args = e.definitions
	}
	handler := e.Handler
	if a.Wrap != nil {
		handler = a.Wrap(path, handler)
	}
	alias.Handler = func(r *Request) (*Response, error) {
		r.rename = a.rename
		response, err := handler(r)
		if err != nil || response == nil || a.Shape == nil {
			return response, err
		}
		response.Body = a.shape(r, path, response.Body)
		response.Links = a.links(path, response.Links)
		return response, nil
	}
	return alias
}

func (a Alias) links(path string, links []Link) []Link {
	if a.Links == nil {
		return links
	}
	return a.Links(path, links)
}

// knowsArguments tells whether the catalogue has the arguments of the route. It has those of the versions of
// WooCommerce's own API.
func (r *recordedRoute) knowsArguments() bool {
	return slices.ContainsFunc(r.endpoints, func(e recordedEndpoint) bool { return e.args.Len() > 0 })
}

// shape changes the records of an answer: one record, or all of a list.
func (a Alias) shape(r *Request, path string, v Value) Value {
	switch v := v.(type) {
	case List:
		shaped := make(List, len(v))
		for i, e := range v {
			shaped[i] = a.shape(r, path, e)
		}
		return shaped
	case Item:
		return Item{Data: a.shape(r, path, v.Data), Links: a.links(path, v.Links)}
	case Raw:
		decoded, err := decodeRendered(v)
		if err != nil {
			return v
		}
		return a.shape(r, path, decoded)
	case *Object:
		if items, ok := strings.CutSuffix(path, "/batch"); ok {
			return a.shapeBatch(r, items, v)
		}
		return a.Shape(r, path, v)
	}
	return v
}

// shapeBatch changes the records of a batch answer; errors stay.
func (a Alias) shapeBatch(r *Request, path string, answer *Object) *Object {
	shaped := &Object{}
	for action, v := range answer.All() {
		list := List{}
		for _, e := range Elements(v) {
			if item, ok := e.(Item); ok {
				e = a.shape(r, path, item)
			}
			list = append(list, e)
		}
		shaped.Set(action, list)
	}
	return shaped
}

// rename replaces the namespace of an API path.
func (a Alias) rename(path string) string {
	if below, ok := strings.CutPrefix(path, "/"+a.From+"/"); ok {
		return "/" + a.To + "/" + below
	}
	return path
}

// decodeRendered reads JSON that was rendered before. Unlike PHP it keeps apart empty objects, lists, and objects with
// numbers as keys.
func decodeRendered(raw Raw) (Value, error) {
	d := decoder{in: raw, literal: true}
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// ObjectOf is a record as an object, whether it was rendered already or not.
func ObjectOf(v Value) (*Object, error) {
	raw, rendered := v.(Raw)
	if !rendered {
		return AsObject(v), nil
	}
	decoded, err := decodeRendered(raw)
	return AsObject(decoded), err
}

// SchemaProperties returns the properties of a route's item schema as the real store shows them, nil when the catalogue
// has none.
func (s *Server) SchemaProperties(pattern string) *Object {
	recorded := s.recorded[pattern]
	if recorded == nil || recorded.schema == nil {
		return nil
	}
	properties, _ := recorded.schema.Value("properties").(*Object)
	return properties
}
