package vitals

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Server answers for one process. Make it with [NewServer]; [Server.Start] and [Server.Stop] may be called in any order
// and more than once.
type Server struct {
	http     *http.Server
	face     Face // nil where there is none
	address  string
	listener net.Listener
	done     chan struct{}
}

// Ready says why a process is not ready; nil when it is.
type Ready func(context.Context) error

// Face is what is served beside health and metrics, at every other address.
type Face interface {
	http.Handler
	// Private lets only those through to a handler who may see what concerns the whole process.
	Private(http.Handler) http.Handler
	// Drain ends what waits or streams, when the server is about to stop.
	Drain()
}

// NewServer makes a server for an address such as 127.0.0.1:9400. Without a face it shows health and metrics alone.
func NewServer(address string, m *Metrics, ready Ready, face Face) *Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), lookLimit)
		defer cancel()
		if err := ready(ctx); err != nil {
			say(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		say(w, http.StatusOK, "ready")
	})
	metrics := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	if face != nil {
		metrics = face.Private(metrics)
		mux.Handle("/", face)
	}
	mux.Handle("GET /metrics", metrics)
	return &Server{address: address, http: server, face: face}
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the reader has gone when this fails
}

// Start begins to listen.
func (s *Server) Start(ctx context.Context) error {
	if s.listener != nil {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.address)
	if err != nil {
		return err
	}
	s.listener, s.done = listener, make(chan struct{})
	go func() {
		defer close(s.done)
		if err := s.http.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			_ = listener.Close()
		}
	}()
	return nil
}

// Address is where the server listens, with the port that was given to it; empty before Start.
func (s *Server) Address() string {
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Drain ends what waits or streams, and leaves the server as it is: for who is about to stop.
func (s *Server) Drain() {
	if s.face != nil {
		s.face.Drain()
	}
}

// Stop ends the server when the answers under way are through, or with the context.
func (s *Server) Stop(ctx context.Context) error {
	if s.listener == nil {
		return nil
	}
	s.Drain()
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close()
	}
	<-s.done
	return err
}
