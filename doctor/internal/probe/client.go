package probe

import (
	"crypto/tls"
	"net/http"
)

// connect makes the HTTP client. With verify the certificate must be good; without, only anonymous probes are sent, to
// see what else is wrong behind a bad certificate.
func (p *prober) connect(verify bool) {
	p.trusted = verify && p.site.Scheme == "https"
	config := &tls.Config{RootCAs: p.roots, MinVersion: tls.VersionTLS12}
	if !verify {
		config.InsecureSkipVerify, config.MinVersion = true, tls.VersionTLS10 //nolint:gosec // anonymous, see above
	}
	transport := &http.Transport{
		DialContext:           p.dialRecorded,
		TLSClientConfig:       config,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // compression is undone by hand, because a wrong one is a finding
		MaxIdleConnsPerHost:   8,
		ResponseHeaderTimeout: 0,
		Proxy:                 http.ProxyFromEnvironment,
	}
	p.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p *prober) close() {
	if p.client != nil {
		p.client.CloseIdleConnections()
	}
}
