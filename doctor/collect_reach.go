package doctor

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// reach looks the name up, opens connections and judges the certificate. It returns false when there is nobody to ask.
func (c *collection) reach(ctx context.Context) bool {
	if c.behindProxy(ctx) {
		// Behind a proxy neither names nor connections can be seen; the exchanges themselves have to tell.
		c.connect(true)
		return true
	}
	addrs := []string{c.site.name}
	if !c.site.isIP() {
		addrs = c.lookup(ctx, c.site.name, "the store's name")
		if len(addrs) == 0 {
			c.lookup(ctx, otherName(c.site.name), "the same name with or without www")
			return c.stop("reach", "the name "+c.site.name+" has no address")
		}
	}
	if len(addrs) > 4 {
		addrs = addrs[:4]
	}
	good := addrs[0]
	if len(addrs) > 1 || c.site.scheme == "http" {
		good = c.dialAll(ctx, addrs)
	}
	if good == "" {
		c.dialOtherPort(ctx, addrs[0])
		return c.stop("reach", "no connection to "+c.site.host+" could be opened")
	}
	if c.site.scheme == "http" {
		c.connect(false)
		return true
	}
	h := c.handshake(ctx, good, c.site.port, c.site.name)
	c.connect(h.OK && h.Verified)
	if h.OK {
		return true
	}
	if c.noteDial(h) {
		c.dialOtherPort(ctx, good)
		return c.stop("reach", "no connection to "+c.site.host+" could be opened")
	}
	c.afterFailedHandshake(ctx, good)
	return c.stop("tls", "no TLS connection to "+c.site.host+" came about")
}

// noteDial writes down a handshake that failed before TLS began, because the connection itself did.
func (c *collection) noteDial(h Handshake) bool {
	if h.Dialled || len(c.ev.Dials) > 0 {
		return false
	}
	d := Dial{Address: h.Address, Family: "ipv4", Class: h.Class, Err: h.Err}
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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.site.base()+"/", nil)
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
	dials := make([]Dial, len(addrs))
	var wg sync.WaitGroup
	for i, addr := range addrs {
		wg.Go(func() { dials[i] = c.tryDial(ctx, addr, c.site.port, 6*time.Second) })
	}
	wg.Wait()
	for _, d := range dials {
		if d.OK {
			host := strings.TrimSuffix(d.Address, ":"+c.site.port)
			return strings.Trim(host, "[]")
		}
	}
	return ""
}

// dialOtherPort sees whether the machine is there at all.
func (c *collection) dialOtherPort(ctx context.Context, addr string) {
	other := "80"
	if c.site.port == "80" {
		other = "443"
	}
	if c.site.port == "443" || c.site.port == "80" {
		c.tryDial(ctx, addr, other, 3*time.Second)
	}
}

// afterFailedHandshake asks in plain HTTP what the port speaks, and whether the shop is to be had without TLS: that tells
// a missing virtual host from a server that is down.
func (c *collection) afterFailedHandshake(ctx context.Context, addr string) {
	c.connect(false)
	last := c.ev.TLS[len(c.ev.TLS)-1]
	if last.Class == "plain_http" || last.Class == "not_tls" {
		c.one(ctx, indexProbe("http.same-port", "ask the same port in plain HTTP, without the key", "http://"+c.site.host+c.site.dir+"/wp-json/"))
		return
	}
	if c.site.port == "443" {
		c.one(ctx, indexProbe("http.index", "ask for the REST index over plain HTTP, without the key", "http://"+c.site.host+c.site.dir+"/wp-json/"))
	}
	_ = addr
}

func otherName(name string) string {
	if rest, ok := strings.CutPrefix(name, "www."); ok {
		return rest
	}
	return "www." + name
}
