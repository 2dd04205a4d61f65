package sandbox_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// PHP clients hand out headers as they were spelled on the wire; the README of WooCommerce's own reads
// $headers['X-WP-TotalPages'].
func TestTotalsAreSpelledAsWordPressSpellsThem(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CertificatePEM())
	address := strings.TrimPrefix(s.URL, "https://")
	connection, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	for _, method := range []string{"GET", "HEAD"} {
		fmt.Fprintf(connection, "%s /wp-json/wc/v3/orders HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\n\r\n",
			method, address, base64.StdEncoding.EncodeToString([]byte(s.Key+":"+s.Secret)))
		reader := bufio.NewReader(connection)
		head := ""
		for line := ""; line != "\r\n"; head += line {
			if line, err = reader.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.Contains(head, "\r\nX-WP-Total: 0\r\n") || !strings.Contains(head, "\r\nX-WP-TotalPages: 0\r\n") {
			t.Errorf("%s is answered with\n%s", method, head)
		}
		if method == "GET" {
			if _, err := io.ReadFull(reader, make([]byte, len("[]"))); err != nil {
				t.Fatal(err)
			}
		}
	}
}
