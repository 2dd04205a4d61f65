package probe

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// reach looks the name up, opens connections and judges the certificate. It returns false when there is nobody to ask.
func (c *collection) reach(ctx context.Context) bool {
	if c.behindProxy(ctx) {
		// Behind a proxy neither names nor connections can be seen; the exchanges themselves have to tell.
		c.connect(true)
		return true
	}
	addrs := []string{c.site.Name}
	if !c.site.IsIP() {
		addrs = c.lookup(ctx, c.site.Name, "the store's name")
		if len(addrs) == 0 {
			c.lookup(ctx, otherName(c.site.Name), "the same name with or without www")
			return c.stop("reach", "the name "+c.site.Name+" has no address")
		}
	}
	if len(addrs) > 4 {
		addrs = addrs[:4]
	}
	good := addrs[0]
	if len(addrs) > 1 || c.site.Scheme == "http" {
		good = c.dialAll(ctx, addrs)
	}
	if good == "" {
		c.dialOtherPort(ctx, addrs[0])
		return c.stop("reach", "no connection to "+c.site.Host+" could be opened")
	}
	if c.site.Scheme == "http" {
		c.connect(false)
		return true
	}
	h := c.handshake(ctx, good, c.site.Port, c.site.Name)
	c.connect(h.OK && h.Verified)
	if h.OK {
		return true
	}
	if c.noteDial(h) {
		c.dialOtherPort(ctx, good)
		return c.stop("reach", "no connection to "+c.site.Host+" could be opened")
	}
	c.afterFailedHandshake(ctx, good)
	return c.stop("tls", "no TLS connection to "+c.site.Host+" came about")
}

// noteDial writes down a handshake that failed before TLS began, because the connection itself did.
func (c *collection) noteDial(h evidence.Handshake) bool {
	if h.Dialled || len(c.ev.Dials) > 0 {
		return false
	}
	d := evidence.Dial{Address: h.Address, Family: "ipv4", Class: h.Class, Err: h.Err}
	if strings.HasPrefix(h.Address, "[") {
		d.Family = "ipv6"
	}
	if d.Class == "connect-timeout" {
		d.Class = "timeout"
	}
	c.ev.Dials = append(c.ev.Dials, d)
	return true
}

func (c *collection) behindProxy(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.site.Base()+"/", nil)
	if err != nil {
		return false
	}
	used, err := c.proxy(req)
	if err != nil || used.url == "" {
		return false
	}
	c.ev.Local.Proxy = used.url
	return true
}

// dialAll tries every address at once and returns the first, in the resolver's order, that works. When one family fails
// and the other works, that is a finding of its own.
func (c *collection) dialAll(ctx context.Context, addrs []string) string {
	dials := make([]evidence.Dial, len(addrs))
	var wg sync.WaitGroup
	for i, addr := range addrs {
		wg.Go(func() { dials[i] = c.tryDial(ctx, addr, c.site.Port, 6*time.Second) })
	}
	wg.Wait()
	for _, d := range dials {
		if d.OK {
			host := strings.TrimSuffix(d.Address, ":"+c.site.Port)
			return strings.Trim(host, "[]")
		}
	}
	return ""
}

// dialOtherPort sees whether the machine is there at all.
func (c *collection) dialOtherPort(ctx context.Context, addr string) {
	other := "80"
	if c.site.Port == "80" {
		other = "443"
	}
	if c.site.Port == "443" || c.site.Port == "80" {
		c.tryDial(ctx, addr, other, 3*time.Second)
	}
}

// afterFailedHandshake asks in plain HTTP what the port speaks, and whether the shop is to be had without TLS: that
// tells a missing virtual host from a server that is down.
func (c *collection) afterFailedHandshake(ctx context.Context, addr string) {
	c.connect(false)
	last := c.ev.TLS[len(c.ev.TLS)-1]
	if last.Class == "plain_http" || last.Class == "not_tls" {
		c.one(ctx, indexProbe(evidence.HTTPSamePort, "ask the same port in plain HTTP, without the key",
			"http://"+c.site.Host+c.site.Dir+"/wp-json/"))
		return
	}
	if c.site.Port == "443" {
		c.one(ctx, indexProbe(evidence.HTTPIndex, "ask for the REST index over plain HTTP, without the key",
			"http://"+c.site.Host+c.site.Dir+"/wp-json/"))
	}
	_ = addr
}

func otherName(name string) string {
	if rest, ok := strings.CutPrefix(name, "www."); ok {
		return rest
	}
	return "www." + name
}
