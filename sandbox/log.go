package sandbox

import (
	"sync"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// LoggedRequest is one request for the API: who asked for what, what the store answered and why.
type LoggedRequest struct {
	At      time.Time     `json:"at"` // the store's clock, UTC
	Method  string        `json:"method"`
	Path    string        `json:"path"`            // path and query, without credentials
	Route   string        `json:"route,omitempty"` // the pattern that matched
	Status  int           `json:"status"`
	Code    string        `json:"code,omitempty"` // of a refusal
	User    string        `json:"user,omitempty"` // login; "" for nobody
	KeyID   int64         `json:"key_id,omitempty"`
	Reason  string        `json:"reason,omitempty"` // how the caller was recognised, why the request was refused
	Elapsed time.Duration `json:"elapsed"`
	Agent   string        `json:"agent,omitempty"` // the User-Agent header
	Bytes   int           `json:"bytes"`
}

const defaultLogSize = 1000

// requestLog keeps the latest requests.
type requestLog struct {
	mu    sync.Mutex
	size  int
	ring  []LoggedRequest
	next  int
	total int
}

func newRequestLog(size int) *requestLog {
	if size == 0 {
		size = defaultLogSize
	}
	return &requestLog{size: size}
}

func (l *requestLog) add(r rest.Record) {
	entry := LoggedRequest{
		At: r.At, Method: r.Method, Path: r.Path, Route: r.Route, Status: r.Status, Code: r.Code,
		User: r.User, KeyID: r.Key, Reason: r.Reason, Elapsed: r.Elapsed, Agent: r.Agent, Bytes: r.Bytes,
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	switch {
	case l.size <= 0:
	case len(l.ring) < l.size:
		l.ring = append(l.ring, entry)
	default:
		l.ring[l.next] = entry
		l.next = (l.next + 1) % l.size
	}
}

func (l *requestLog) entries() []LoggedRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := make([]LoggedRequest, 0, len(l.ring))
	entries = append(entries, l.ring[l.next:]...)
	return append(entries, l.ring[:l.next]...)
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next, l.total = nil, 0, 0
}
