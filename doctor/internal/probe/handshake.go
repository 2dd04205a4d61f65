package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// handshake makes one TLS connection without trusting anything and then judges the certificate by hand, so that
// expired, self-signed, incomplete and wrongly named can be told apart, and so can two of them at once.
func (p *prober) handshake(ctx context.Context, addr, port, name string) evidence.Handshake {
	h := p.tryHandshake(ctx, addr, port, name, tls.VersionTLS12, 0)
	if !h.OK && (h.Class == "alert" || h.Class == "version") {
		// Up to 1.2, because a server may speak that and only with ciphers that today's clients no longer offer.
		old := p.tryHandshake(ctx, addr, port, name, tls.VersionTLS10, tls.VersionTLS12)
		if old.OK {
			old.OldOnly, old.Class, old.Verified = true, "version", false
			h = old
		}
	}
	if h.OK && !h.Verified && len(h.Reasons) == 1 && h.Reasons[0] == evidence.CertIncomplete {
		h.IssuerFetched = p.issuerCompletes(ctx, addr, port, name)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.TLS = append(p.ev.TLS, h)
	return h
}

func (p *prober) tryHandshake(ctx context.Context, addr, port, name string, lowest, highest uint16) evidence.Handshake {
	h := evidence.Handshake{Host: name, Address: net.JoinHostPort(addr, port)}
	p.mu.Lock()
	p.ev.Spent++
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	raw, err := p.dial(ctx, "tcp", h.Address)
	if err != nil {
		h.Class, h.Err = classOf(err), evidence.Clip(err.Error(), 200)
		return h
	}
	defer raw.Close()
	h.Dialled = true
	p.sawLocal(raw.LocalAddr())
	conn := tls.Client(raw, &tls.Config{
		ServerName: name, InsecureSkipVerify: true, MinVersion: lowest, MaxVersion: highest,
		//nolint:gosec // judged by hand below, nothing is sent
		CipherSuites: everySuite(lowest),
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		h.Class, h.Err = tlsClass(err), evidence.Clip(err.Error(), 200)
		return h
	}
	state := conn.ConnectionState()
	h.OK, h.Version, h.Suite = true, tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	h.Chain = chainFacts(state.PeerCertificates)
	h.Reasons = p.judge(state.PeerCertificates, name)
	h.Verified = len(h.Reasons) == 0
	return h
}

// everySuite offers old servers their old ciphers, so that it can be said that they are old.
func everySuite(lowest uint16) []uint16 {
	if lowest >= tls.VersionTLS12 {
		return nil
	}
	var ids []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, suite.ID)
	}
	return ids
}

func tlsClass(err error) string {
	var record tls.RecordHeaderError
	text := err.Error()
	switch {
	case errors.As(err, &record):
		if strings.HasPrefix(string(record.RecordHeader[:]), "HTTP") {
			return "plain_http"
		}
		return "not_tls"
	case strings.Contains(text, "protocol version"), strings.Contains(text, "unsupported version"):
		return "version"
	case strings.Contains(text, "handshake failure"), strings.Contains(text, "remote error"),
		strings.Contains(text, "insufficient security"):
		return "alert"
	}
	return classOf(err)
}

func chainFacts(certs []*x509.Certificate) []evidence.Cert {
	var chain []evidence.Cert
	for _, c := range certs {
		fact := evidence.Cert{
			Subject: nameOf(c.Subject.String()), Issuer: nameOf(c.Issuer.String()),
			Names:     append([]string(nil), c.DNSNames...),
			NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
			SelfIssue: c.Subject.String() == c.Issuer.String(), CA: c.IsCA,
		}
		for _, ip := range c.IPAddresses {
			fact.Names = append(fact.Names, ip.String())
		}
		chain = append(chain, fact)
	}
	return chain
}

func nameOf(s string) string {
	if s == "" {
		return "(empty)"
	}
	return evidence.Clip(s, 160)
}

// judge lists every reason not to trust the chain for the name.
func (p *prober) judge(certs []*x509.Certificate, name string) []evidence.CertWhy {
	if len(certs) == 0 {
		return []evidence.CertWhy{evidence.CertOther}
	}
	leaf, now := certs[0], p.now()
	var reasons []evidence.CertWhy
	if now.After(leaf.NotAfter) {
		reasons = append(reasons, evidence.CertExpired)
	}
	if now.Before(leaf.NotBefore) {
		reasons = append(reasons, evidence.CertNotYet)
	}
	// A time at which the leaf is valid separates the question of trust from that of dates.
	at := now
	if len(reasons) > 0 {
		at = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	}
	if why := p.untrusted(certs, at); why != "" {
		reasons = append(reasons, why)
	}
	if leaf.VerifyHostname(name) != nil {
		reasons = append(reasons, evidence.CertWrongName)
	}
	return reasons
}

func (p *prober) untrusted(certs []*x509.Certificate, at time.Time) evidence.CertWhy {
	leaf := certs[0]
	pool := x509.NewCertPool()
	for _, c := range certs[1:] {
		pool.AddCert(c)
	}
	verify := x509.VerifyOptions{Roots: p.roots, Intermediates: pool, CurrentTime: at}
	_, err := leaf.Verify(verify)
	if err == nil {
		return ""
	}
	if invalid := (x509.CertificateInvalidError{}); errors.As(err, &invalid) {
		if invalid.Reason == x509.Expired {
			return evidence.CertExpired // of an intermediate or root
		}
		return evidence.CertOther // the chain is whole, and the certificate may not be used so
	}
	last := certs[len(certs)-1]
	switch {
	case len(certs) == 1 && leaf.Subject.String() == leaf.Issuer.String():
		return evidence.CertSelfSigned
	case len(certs) > 1 && last.Subject.String() == last.Issuer.String():
		return evidence.CertUnknownCA
	default:
		return evidence.CertIncomplete
	}
}

// issuerCompletes fetches the issuer from where the certificate itself says it can be had, as browsers do.
func (p *prober) issuerCompletes(ctx context.Context, addr, port, name string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	raw, err := p.dial(ctx, "tcp", net.JoinHostPort(addr, port))
	if err != nil {
		return false
	}
	defer raw.Close()
	conn := tls.Client(raw, &tls.Config{ServerName: name,
		InsecureSkipVerify: true}) //nolint:gosec // only reads the certificate
	if conn.HandshakeContext(ctx) != nil {
		return false
	}
	certs := conn.ConnectionState().PeerCertificates
	last := certs[len(certs)-1]
	for _, from := range last.IssuingCertificateURL {
		if issuer := p.fetchCert(ctx, from); issuer != nil {
			return p.untrusted(append(certs, issuer), p.now()) == ""
		}
	}
	return false
}

// fetchCert goes through the same dial as everything else, so that whoever guards against inner addresses guards this
// too.
func (p *prober) fetchCert(ctx context.Context, from string) *x509.Certificate {
	if !strings.HasPrefix(from, "http://") {
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil
	}
	client := http.Client{Transport: &http.Transport{DialContext: p.dialRecorded, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	der, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return nil
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return cert
}
