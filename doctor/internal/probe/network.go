package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// dialRecorded connects to the addresses of a name one after the other, so that what fails is known by address.
func (p *prober) dialRecorded(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) != nil {
		return p.dial(ctx, network, address)
	}
	addrs, err := p.resolver.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	var last error
	for _, addr := range p.bestFirst(addrs, port) {
		conn, err := p.dial(ctx, network, net.JoinHostPort(addr, port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	if last == nil {
		last = errors.New("the name has no address")
	}
	return nil, last
}

// bestFirst puts addresses in front that answered before.
func (p *prober) bestFirst(addrs []string, port string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var good, rest []string
	for _, addr := range addrs {
		state := 0
		for _, d := range p.ev.Dials {
			if d.Address == net.JoinHostPort(addr, port) {
				if d.OK {
					state = 1
				} else {
					state = -1
				}
			}
		}
		if state == 1 {
			good = append(good, addr)
		} else if state == 0 {
			rest = append(rest, addr)
		}
	}
	if len(good)+len(rest) == 0 {
		return addrs
	}
	return append(good, rest...)
}

// faultOf names the class of a failure.
func (p *prober) faultOf(err error) *evidence.Fault {
	f := &evidence.Fault{Class: classOf(err)}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // the outer one repeats the address with its arguments
	}
	f.Err = evidence.Clip(p.clean.Clean(err.Error()), 300)
	return f
}

func classOf(err error) string {
	var (
		dns    *net.DNSError
		op     *net.OpError
		record tls.RecordHeaderError
		alert  tls.AlertError
		cert   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &record), errors.As(err, &alert), errors.As(err, &cert):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, syscall.EHOSTUNREACH):
		return "host-unreachable" // there is a way to its network, and the machine does not answer
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return "unreachable" // this machine itself has no way there, as without IPv6
	case errors.As(err, &op) && op.Op == "dial" && (op.Timeout() || errors.Is(err, context.DeadlineExceeded)):
		return "connect-timeout"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "timeout"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "truncated"
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "EOF"):
		return "closed"
	case strings.Contains(err.Error(), "tls:"):
		return "tls"
	case strings.Contains(err.Error(), "malformed HTTP"):
		return "protocol"
	}
	return "other"
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// lookup resolves a name and writes down what came back.
func (p *prober) lookup(ctx context.Context, host, purpose string) []string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	began := time.Now()
	addrs, err := p.resolver.LookupHost(ctx, host)
	l := evidence.Lookup{Host: host, Purpose: purpose, Addrs: addrs, Elapsed: time.Since(began)}
	if err != nil {
		var dns *net.DNSError
		l.Err = err.Error()
		l.NotFound = errors.As(err, &dns) && dns.IsNotFound
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.DNS = append(p.ev.DNS, l)
	return addrs
}

// tryDial opens and closes one TCP connection.
func (p *prober) tryDial(ctx context.Context, addr, port string, timeout time.Duration) evidence.Dial {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	address := net.JoinHostPort(addr, port)
	d := evidence.Dial{Address: address, Family: "ipv4"}
	if ip := net.ParseIP(addr); ip != nil && ip.To4() == nil {
		d.Family = "ipv6"
	}
	began := time.Now()
	conn, err := p.dial(ctx, "tcp", address)
	d.Elapsed = time.Since(began)
	if err != nil {
		d.Class, d.Err = classOf(err), evidence.Clip(p.clean.Clean(err.Error()), 200)
		if d.Class == "connect-timeout" {
			d.Class = "timeout"
		}
	} else {
		d.OK = true
		p.sawLocal(conn.LocalAddr())
		_ = conn.Close() // nothing was sent
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.Dials = append(p.ev.Dials, d)
	return d
}

func (p *prober) sawLocal(addr net.Addr) {
	host, _, err := net.SplitHostPort(addr.String())
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.Local.Egress = host
	if ip := net.ParseIP(host); ip != nil {
		p.ev.Local.Loopback = ip.IsLoopback()
	}
}
