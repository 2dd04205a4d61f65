package shop

import (
	"net"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/egress"
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
