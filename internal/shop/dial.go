package shop

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/storage"
)

// NewDialer opens connections to stores of a group, of none for 0. Where private addresses are not allowed it looks at
// the address that a name has been resolved to, at each connection: a name may lead elsewhere from one moment to the
// next, and so may a redirect.
func NewDialer(cfg config.HTTP, groupID int64) *net.Dialer {
	d := &net.Dialer{}
	if cfg.RefusesPrivate(groupID) {
		d = egress.NewGuard(nil).Dialer()
	}
	d.Timeout, d.KeepAlive = 30*time.Second, 30*time.Second // shops are slower than receivers
	return d
}

// places are at which network addresses names were last connected to.
type places struct{ at sync.Map }

// noting opens connections and notes where they lead.
func (p *places) noting(
	dial func(ctx context.Context, network, address string) (net.Conn, error),
) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if host, _, err := net.SplitHostPort(conn.RemoteAddr().String()); err == nil {
			p.at.Store(address, host)
		}
		return conn, nil
	}
}

// Address is the network address at which a store was last connected to by this process, without its port; empty where
// it was not, or a proxy stands between.
func (s *Shops) Address(st storage.Store) string {
	u, err := url.Parse(st.HomeURL)
	if err != nil {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	at, _ := s.places.at.Load(net.JoinHostPort(u.Hostname(), port))
	host, _ := at.(string)
	return host
}
