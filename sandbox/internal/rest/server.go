package rest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// NewServer returns a server that knows the index routes and nothing else.
func NewServer(config Config) *Server {
	s := &Server{config: config, recorded: catalogOf(config.Version), byPattern: map[string]*route{}}
	s.Register(Route{Pattern: "/", Endpoints: []Endpoint{{Methods: Readable, Handler: s.rootIndex, Args: NewObject(
		"context", NewObject("default", "view", "required", false))}}})
	return s
}

// Register adds a route. Registering a pattern twice adds endpoints, as in WordPress. The first route of a namespace
// creates its index.
func (s *Server) Register(rt Route) {
	if s.lacks(rt.Pattern, "", false) {
		return
	}
	compiled, ok := s.byPattern[rt.Pattern]
	if !ok {
		compiled = s.newRoute(rt)
		s.byPattern[rt.Pattern] = compiled
		s.routes = insertRoute(s.routes, compiled)
		s.table.add(compiled)
		s.addNamespace(compiled.Namespace)
	}
	recorded := s.recordedFor(rt)
	for _, e := range rt.Endpoints {
		compiled.endpoints = append(compiled.endpoints, s.without(compiled, newEndpoint(e, recorded)))
	}
	// The recorded order of endpoints is the order of the Allow header, whatever order they are registered in. A route
	// that WooCommerce registers several times keeps the order of registration.
	if recorded != nil && !recorded.repeats() {
		slices.SortStableFunc(compiled.endpoints, func(a, b *endpoint) int {
			return recorded.place(a) - recorded.place(b)
		})
	}
}

// afterAll is the position of routes that are not in the recorded index.
const afterAll = 1 << 20

func (s *Server) newRoute(rt Route) *route {
	compiled := &route{Route: rt, position: afterAll}
	recorded := s.recordedFor(rt)
	if recorded != nil {
		compiled.position = recorded.position
		compiled.Namespace = recorded.namespace
		if recorded.schema != nil {
			compiled.schema = func() *Object { return recorded.schema }
		}
	}
	if rt.Schema != nil {
		compiled.schema = rt.Schema
	}
	if before := s.recorded[rt.After]; before != nil {
		compiled.position, compiled.Namespace = before.position, rt.Namespace
	}
	if recorded == nil && compiled.Namespace == "" {
		parts := strings.SplitN(strings.TrimPrefix(rt.Pattern, "/"), "/", 3)
		compiled.Namespace = strings.Join(parts[:min(2, len(parts))], "/")
	}
	compiled.compilePattern()
	return compiled
}

// recordedFor is the line of the catalogue that describes a route.
func (s *Server) recordedFor(rt Route) *recordedRoute {
	if recorded := s.recorded[rt.Pattern]; recorded != nil {
		return recorded
	}
	return s.recorded[rt.Like]
}

func (r *recordedRoute) place(e *endpoint) int {
	for i, recorded := range r.endpoints {
		if slices.Equal(recorded.methods, e.Methods) {
			return i
		}
	}
	return afterAll
}

// repeats tells whether two endpoints of the route have the same methods.
func (r *recordedRoute) repeats() bool {
	for i, e := range r.endpoints {
		for _, other := range r.endpoints[:i] {
			if slices.Equal(e.methods, other.methods) {
				return true
			}
		}
	}
	return false
}

// without is the endpoint without the parameters that this version of the store does not have.
func (s *Server) without(rt *route, e *endpoint) *endpoint {
	if s.config.Lacks == nil {
		return e
	}
	reading := slices.Contains(e.Methods, http.MethodGet)
	gone := func(name string) bool { return s.lacks(rt.Pattern, name, reading) }
	definitions := &Object{}
	for name, definition := range e.definitions.All() {
		if !gone(name) {
			definitions.Set(name, definition)
		}
	}
	if definitions.Len() == e.definitions.Len() {
		return e
	}
	e.definitions = definitions
	e.arguments = slices.DeleteFunc(slices.Clone(e.arguments), func(a argument) bool { return gone(a.name) })
	e.defaults, e.cleanDefaults = e.defaults.Clone(), e.cleanDefaults.Clone()
	e.byName = maps.Clone(e.byName)
	for name := range e.byName {
		if gone(name) {
			delete(e.byName, name)
			e.defaults.Delete(name)
			e.cleanDefaults.Delete(name)
		}
	}
	return e
}

func newEndpoint(e Endpoint, recorded *recordedRoute) *endpoint {
	compiled := &endpoint{Endpoint: e, definitions: e.Args}
	var arguments []argument
	if e.Args != nil {
		arguments = compileArguments(e.Args, nil)
	} else if same := recorded.withMethods(e.Methods); same != nil {
		compiled.definitions = same.args
		if len(e.Rules) == 0 {
			compiled.checked = same.withoutRules()
			return compiled
		}
		arguments = slices.Clone(same.arguments)
	}
	if compiled.definitions == nil {
		compiled.definitions = &Object{}
	}
	compiled.checked = checkedBy(arguments, e.Rules)
	return compiled
}

// withMethods is the recorded endpoint with these methods; nil for none.
func (r *recordedRoute) withMethods(methods []string) (same *recordedEndpoint) {
	if r == nil {
		return nil
	}
	for i := range r.endpoints {
		if slices.Equal(r.endpoints[i].methods, methods) {
			same = &r.endpoints[i]
		}
	}
	return same
}

// addNamespace registers the index of a namespace with the namespace's first route.
func (s *Server) addNamespace(namespace string) {
	if namespace == "" || slices.Contains(s.namespaces, namespace) {
		return
	}
	s.namespaces = append(s.namespaces, namespace)
	pattern := "/" + namespace
	s.Register(Route{Pattern: pattern, Namespace: namespace, Endpoints: []Endpoint{{
		Methods: Readable, Handler: s.namespaceIndex(namespace), Args: NewObject(
			"namespace", NewObject("default", namespace, "required", false),
			"context", NewObject("default", "view", "required", false)),
	}}})
}

// RegisterRecorded adds the routes of the recorded index that nobody registered, so that the index is complete. They
// answer 501 sandbox_not_simulated to callers whom permission lets pass. permission may return nil to let everybody
// pass. Call RegisterRecorded last.
func (s *Server) RegisterRecorded(permission func(pattern string) Permission) {
	for pattern, recorded := range s.recorded {
		s.addNamespace(recorded.namespace)
		if registered, ok := s.byPattern[pattern]; ok {
			s.complete(registered, recorded)
			continue
		}
		rt := Route{Pattern: pattern, Namespace: recorded.namespace}
		for _, e := range recorded.endpoints {
			rt.Endpoints = append(rt.Endpoints, Endpoint{
				Methods: e.methods, Permission: permission(pattern), Handler: notSimulated,
			})
		}
		s.Register(rt)
	}
}

// complete adds to a registered route the recorded endpoints that it lacks. They are not simulated, and ask for the
// permission of the route's first endpoint.
func (s *Server) complete(rt *route, recorded *recordedRoute) {
	if len(rt.endpoints) == 0 {
		return
	}
	left := slices.Clone(rt.endpoints)
	missing := Route{Pattern: rt.Pattern}
	for _, e := range recorded.endpoints {
		i := slices.IndexFunc(left, func(have *endpoint) bool { return slices.Equal(have.Methods, e.methods) })
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		missing.Endpoints = append(missing.Endpoints, Endpoint{
			Methods: e.methods, Permission: rt.endpoints[0].Permission, Handler: notSimulated,
		})
	}
	if len(missing.Endpoints) > 0 {
		s.Register(missing)
	}
}

func notSimulated(r *Request) (*Response, error) {
	return nil, Errorf(http.StatusNotImplemented, "sandbox_not_simulated",
		"The sandbox lists the route %s as a real store does, but does not simulate it.", r.route.Pattern)
}
