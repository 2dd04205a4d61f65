package sandbox

import (
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// handshakes chooses the certificate and the versions of TLS that a connection is offered.
type handshakes struct {
	sound  *tls.Config
	faulty map[TLSFault]*tls.Config
}

func newHandshakes(authority *issuer, address net.Addr, domains ...string) (*handshakes, error) {
	h := &handshakes{faulty: map[TLSFault]*tls.Config{}}
	config := func(certificate tls.Certificate) *tls.Config {
		return &tls.Config{
			Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
			NextProtos: []string{"http/1.1"},
		}
	}
	leaf, err := authority.sign(leafTemplate(address, domains...))
	if err != nil {
		return nil, err
	}
	h.sound = config(leaf.chain(authority))

	template := leafTemplate(address, domains...)
	template.NotBefore, template.NotAfter = time.Now().AddDate(0, -3, 0), time.Now().AddDate(0, 0, -1)
	expired, err := authority.sign(template)
	if err != nil {
		return nil, err
	}
	h.faulty[TLSExpired] = config(expired.chain(authority))

	alone, err := (*issuer)(nil).sign(leafTemplate(address, domains...))
	if err != nil {
		return nil, err
	}
	h.faulty[TLSSelfSigned] = config(alone.chain())

	template = leafTemplate(address, domains...)
	template.Subject.CommonName, template.DNSNames, template.IPAddresses = "another-shop.example", []string{
		"another-shop.example",
	}, nil
	another, err := authority.sign(template)
	if err != nil {
		return nil, err
	}
	h.faulty[TLSNameMismatch] = config(another.chain(authority))

	between, err := authority.sign(authorityTemplate("Waybill sandbox intermediate CA"))
	if err != nil {
		return nil, err
	}
	orphan, err := between.sign(leafTemplate(address, domains...))
	if err != nil {
		return nil, err
	}
	h.faulty[TLSIncompleteChain] = config(orphan.chain())

	old := config(leaf.chain(authority))
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 //nolint:gosec // the fault itself
	h.faulty[TLSOldVersion] = old
	return h, nil
}

// AdminProtocol is what clients of [AdminPath] offer in the TLS handshake (ALPN), beside "http/1.1". Their connections
// are sound whatever fault of TLS is in force, so that the fault can be ended.
const AdminProtocol = "waybill-sandbox-admin"

// config chooses at each handshake, by the fault in force.
func (h *handshakes) config(inForce *atomic.Pointer[TLSFault]) *tls.Config {
	config := h.sound.Clone()
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if slices.Contains(hello.SupportedProtos, AdminProtocol) {
			return h.sound, nil
		}
		if f := inForce.Load(); f != nil && h.faulty[*f] != nil {
			return h.faulty[*f], nil
		}
		return h.sound, nil
	}
	return config
}

// redirectToTLS sends every request to the same address on https.
func redirectToTLS(to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to+r.URL.RequestURI())
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusMovedPermanently)
		_, _ = w.Write([]byte(htmlPage("301 Moved Permanently", "<center><h1>301 Moved Permanently</h1></center>")))
	})
}
