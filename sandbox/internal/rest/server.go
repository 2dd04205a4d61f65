package rest

import "strings"

// Config is what a server needs from the store around it.
type Config struct {
	// Prefix is the REST prefix of pretty permalinks, "wp-json".
	Prefix string
}

// Server routes requests to handlers. Register all routes before serving.
type Server struct {
	config Config
	routes []*route
}

type route struct {
	Route
	endpoints []*endpoint
}

type endpoint struct {
	Endpoint
}

// NewServer returns a server without routes.
func NewServer(config Config) *Server { return &Server{config: config} }

// Register adds a route.
func (s *Server) Register(rt Route) {
	compiled := &route{Route: rt}
	for _, e := range rt.Endpoints {
		compiled.endpoints = append(compiled.endpoints, &endpoint{Endpoint: e})
	}
	s.routes = append(s.routes, compiled)
}

// RESTURL returns the absolute address of a path of the API as seen from a
// home address.
func (s *Server) RESTURL(base, path string) string {
	return base + "/" + s.config.Prefix + "/" + strings.TrimPrefix(path, "/")
}

// asError turns any error of a handler into what is sent.
func asError(err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	return Errorf(500, "internal_server_error", "%s", err)
}

func (r *Request) isJSON() bool { return r.Header.Get("Content-Type") != "" }
