package shop

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"runtime"
	"time"
)

// newTransport keeps as many connections to a store of a group, of none for 0, as the pace may use, so that none is
// opened twice.
func newTransport(opts Options, groupID int64) (*http.Transport, error) {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           NewDialer(opts.Config.HTTP, groupID).DialContext,
		TLSHandshakeTimeout:   30 * time.Second,
		ExpectContinueTimeout: time.Second,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if opts.Config.HTTP.RefusesPrivate(groupID) {
		t.Proxy = nil // what a proxy connects to, nobody sees here
	}
	pool, err := Authorities(opts)
	if err != nil {
		return nil, err
	}
	t.TLSClientConfig.RootCAs = pool
	return t, nil
}

// Authorities are those of the system; SSL_CERT_FILE is honoured everywhere, also where Go itself does not look at it.
// Nil means the system's alone.
func Authorities(opts Options) (*x509.CertPool, error) {
	file := ""
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		file = opts.Getenv("SSL_CERT_FILE")
	}
	if file == "" {
		return opts.Authorities, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pem, err := os.ReadFile(file)
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		return nil, noCertificate(file, err)
	}
	return pool, nil
}
