package probe

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

const usualLimit = 4 << 20

// maxConnections bounds how often one request is tried anew by the HTTP client itself. A server that drops an HTTP/2
// request with PROTOCOL_ERROR (nginx: return 444) would else be asked over one new connection after another until the
// request's time is over, which looks like a slow store and brings a ban on.
const maxConnections = 3

var errHungUp = errors.New("the server ended each connection without an answer")

func (p *prober) exchange(req *http.Request, pr probe, x *evidence.Exchange) {
	began := time.Now()
	x.Started = p.now().Sub(p.began)
	ctx, hangUp := context.WithCancelCause(req.Context())
	defer hangUp(nil)
	var mu sync.Mutex
	connections := 0
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			mu.Lock()
			defer mu.Unlock()
			if connections++; connections > maxConnections {
				hangUp(errHungUp)
				return
			}
			x.Remote = info.Conn.RemoteAddr().String()
			p.sawLocal(info.Conn.LocalAddr())
		},
		GotFirstResponseByte: func() { x.First = time.Since(began) },
	}))
	res, err := p.client.Do(req)
	if err != nil {
		x.Elapsed = time.Since(began)
		x.Fault = p.faultOf(err)
		if errors.Is(context.Cause(ctx), errHungUp) {
			x.Fault = &evidence.Fault{Class: "closed", Err: errHungUp.Error()}
		}
		p.noteLost(x)
		return
	}
	defer res.Body.Close()
	limit := pr.limit
	if limit == 0 {
		limit = usualLimit
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, limit))
	x.Elapsed = time.Since(began)
	x.Status = res.StatusCode
	x.Header = p.keepHeaders(res.Header)
	x.Body = evidence.ReadFacts(res.StatusCode, res.Header, raw, pr.fields, p.clean)
	if pr.form != "" && x.Body.Count > 0 {
		x.Body.Odd = evidence.OddOf(pr.form, res.Header, raw)
	}
	if int64(len(raw)) >= limit {
		x.Body.Cut = false // cut off here, by our own bound
	}
	if err != nil {
		x.Fault = p.faultOf(err)
		if x.Fault.Class == "closed" || x.Fault.Class == "other" {
			x.Fault.Class = "truncated"
		}
	}
	p.mu.Lock()
	p.reached++
	p.lost = 0
	if p.methods == nil {
		p.methods = map[string]bool{}
	}
	p.methods[x.Request.Method] = true
	p.mu.Unlock()
}

// noteLost counts connections that fail after others came about: the mark of a ban, and a reason to stop asking. A
// method that never was answered may be one that the server drops; a ban ends all of them.
func (p *prober) noteLost(x *evidence.Exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch x.Fault.Class {
	case "refused", "connect-timeout":
		p.lost += evidence.BoolToInt(p.reached > 0)
	case "reset", "closed":
		p.lost += evidence.BoolToInt(p.methods[x.Request.Method])
	}
}

// dropHeaders may hold secrets of visitors or of the host and say nothing about the store.
var dropHeaders = map[string]bool{"Set-Cookie": true, "Content-Security-Policy": true, "Permissions-Policy": true}

func (p *prober) keepHeaders(h http.Header) http.Header {
	kept := http.Header{}
	for name, values := range h {
		if dropHeaders[name] {
			continue
		}
		for _, v := range values {
			kept.Add(name, evidence.Clip(p.clean.Clean(v), 600))
		}
	}
	for _, line := range h.Values("Set-Cookie") {
		// The name of a cookie tells who set it; its value is nobody's business.
		name, _, _ := strings.Cut(line, "=")
		kept.Add("Set-Cookie", evidence.Clip(name, 60)+"=«cookie»")
	}
	return kept
}
