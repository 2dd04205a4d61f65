package doctor_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
)

func networkScenarios() []scenario {
	named := func(names fixedNames) func(*testing.T) *patient {
		return func(*testing.T) *patient {
			return &patient{target: doctor.Target{URL: "https://shop.test", Key: "ck_x", Secret: "cs_x"},
				options: []doctor.Option{doctor.WithResolver(names)}}
		}
	}
	return []scenario{
		{id: "dns-nxdomain", set: named(fixedNames{})},
		{id: "dns-nxdomain", set: named(fixedNames{"www.shop.test": {"192.0.2.1"}})},
		{id: "tcp-blocked", set: func(t *testing.T) *patient {
			p := named(fixedNames{"shop.test": {"192.0.2.1"}})(t)
			p.options = append(p.options, doctor.WithDial(func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}))
			return p
		}},
		{id: "tcp-blocked", set: func(t *testing.T) *patient { // accepted and closed without an answer
			return newPatient(t).behind(t, func(http.Handler) http.Handler { return hangUp() })
		}},
		{id: "fail2ban-ban", set: func(t *testing.T) *patient {
			p := newPatient(t)
			var answered atomic.Int32
			dial := &net.Dialer{}
			p.behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if answered.Add(1) > 6 {
						hangUp().ServeHTTP(w, r)
						return
					}
					w.Header().Set("Connection", "close")
					next.ServeHTTP(w, r)
				})
			})
			p.options = append(p.options,
				doctor.WithDial(func(ctx context.Context, network, address string) (net.Conn, error) {
					if answered.Load() >= 6 {
						return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
					}
					return dial.DialContext(ctx, network, address)
				}))
			return p
		}, also: []string{"auth-header-stripped"}},
		{id: "ipv6-broken", unproved: noIPv6, set: func(t *testing.T) *patient {
			p := newPatient(t)
			ca := newAuthority(t)
			address := serveTLS(t, p.shop.Store,
				&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{names: []string{"shop.test"}})}})
			port := address[strings.LastIndexByte(address, ':'):]
			p.target.URL = "https://shop.test" + port
			p.options = []doctor.Option{
				doctor.WithRootCAs(ca.pool()),
				doctor.WithResolver(fixedNames{"shop.test": {"2001:db8::1", "127.0.0.1"}}),
				doctor.WithDial(func(ctx context.Context, network, to string) (net.Conn, error) {
					if strings.HasPrefix(to, "[") {
						return nil, &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
					}
					return (&net.Dialer{}).DialContext(ctx, network, to)
				}),
			}
			return p
		}},
		{id: "dns-wrong-host", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, func(http.Handler) http.Handler {
				return page(http.StatusOK, "shop.test", "This domain is parked. Buy this domain.")
			})
		}},
		{id: "dns-wrong-host", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, func(http.Handler) http.Handler {
				return page(http.StatusOK, "Welcome to nginx!", "<h1>Welcome to nginx!</h1>")
			})
		}},
	}
}

// hangUp closes the connection without an answer.
func hangUp() http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

func tlsScenarios() []scenario {
	with := func(make func(t *testing.T, ca *authority) tls.Certificate) func(t *testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t)
			ca := newAuthority(t)
			p.target.URL = serveTLS(t, p.shop.Store, &tls.Config{Certificates: []tls.Certificate{make(t, ca)}})
			p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
			return p
		}
	}
	return []scenario{
		{id: "tls-expired", set: with(func(t *testing.T, ca *authority) tls.Certificate {
			return ca.leaf(t, leafOptions{from: time.Now().Add(-48 * time.Hour), until: time.Now().Add(-time.Hour)})
		})},
		{id: "tls-expired", set: with(func(t *testing.T, ca *authority) tls.Certificate { // not valid yet
			return ca.leaf(t, leafOptions{from: time.Now().Add(24 * time.Hour), until: time.Now().Add(48 * time.Hour)})
		})},
		{id: "tls-self-signed", set: with(func(t *testing.T, _ *authority) tls.Certificate {
			own := newAuthority(t)
			return tls.Certificate{Certificate: [][]byte{own.der}, PrivateKey: own.key}
		}), also: []string{"tls-name-mismatch"}},
		// a private root at the end of the chain
		{id: "tls-self-signed", set: with(func(t *testing.T, _ *authority) tls.Certificate {
			own := newAuthority(t)
			return own.leaf(t, leafOptions{bundled: [][]byte{own.der}})
		})},
		{id: "tls-incomplete-chain", set: with(func(t *testing.T, ca *authority) tls.Certificate {
			return ca.intermediate(t).leaf(t, leafOptions{})
		})},
		{id: "tls-name-mismatch", set: with(func(t *testing.T, ca *authority) tls.Certificate {
			return ca.leaf(t, leafOptions{names: []string{"other.test"}})
		})},
		{id: "tls-version", set: func(t *testing.T) *patient {
			p := newPatient(t)
			ca := newAuthority(t)
			p.target.URL = serveTLS(t, p.shop.Store,
				&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{})}, MinVersion: tls.VersionTLS10,
					MaxVersion: tls.VersionTLS11})
			p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
			return p
		}},
		{id: "tls-default-vhost", set: func(t *testing.T) *patient { // the port speaks no TLS
			p := newPatient(t)
			p.target.URL = strings.Replace(serveHTTP(t, p.shop.Store), "http://", "https://", 1)
			return p
		}},
	}
}
