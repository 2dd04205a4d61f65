package sandbox_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

func TestTheCertificateIsGoodForTheNamesGiven(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithHosts("shop", "shop.test"))
	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(s.CertificateAuthority)
	for name, good := range map[string]bool{"shop": true, "shop.test": true, "localhost": true, "other.test": false} {
		conn, err := tls.Dial("tcp", address.Host,
			&tls.Config{RootCAs: trusted, ServerName: name, MinVersion: tls.VersionTLS12})
		if err == nil {
			_ = conn.Close()
		}
		if (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
