package probe

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// useRoot settles on a root and looks for the shop elsewhere when this WordPress has no WooCommerce.
func (c *collection) useRoot(ctx context.Context, root evidence.RestRoot, index *evidence.RestIndex) bool {
	c.root = root
	c.mu.Lock()
	c.ev.Root = root.Shown()
	c.mu.Unlock()
	if index == nil {
		return c.offersWooCommerce(ctx)
	}
	c.home = index.Home
	if index.HasWooCommerce() {
		if c.site.Scheme == "http" {
			c.askHTTPS(ctx, index)
		}
		return true
	}
	c.searchDirectories(ctx)
	c.shopOverHTTP(ctx)
	return c.stop("route", "this WordPress does not offer the WooCommerce REST API")
}

func plainIndexProbe(base string) probe {
	return indexProbe(evidence.IndexRestRoute, "read the REST index in the form of plain permalinks",
		base+"/?rest_route=/")
}

// shopOverHTTP asks whether the shop answers on the usual plain port when it does not on the usual port of HTTPS: then
// another virtual host took the place of its own (docs/checks/tls-default-vhost.md).
func (c *collection) shopOverHTTP(ctx context.Context) bool {
	if c.site.Scheme != "https" || c.site.Port != "443" || evidence.HasMark(c.get(evidence.Home), "wordpress") &&
		evidence.ReadIndex(c.get(evidence.Index)) == nil {
		return false
	}
	plain := evidence.ReadIndex(c.one(ctx,
		indexProbe(evidence.HTTPIndex, "ask for the REST index over plain HTTP, without the key",
			"http://"+c.site.Name+c.site.Dir+"/wp-json/")))
	return plain != nil && plain.HasWooCommerce()
}

// offersWooCommerce asks for WooCommerce's own index where the API's does not list it: taken away or closed to
// visitors. Only a route that does not exist says no; a refusal says nothing.
func (c *collection) offersWooCommerce(ctx context.Context) bool {
	x := c.one(ctx, probe{
		id: evidence.WCNamespace, purpose: "ask for WooCommerce's own index, without the key", url: c.root.URL("wc/v3"),
		route: "wc/v3",
		args:  url.Values{"_fields": {"namespace"}}, fields: []string{"namespace"},
	})
	if x.Status == http.StatusNotFound && x.Body.Code == evidence.NoRoute {
		return c.stop("route", "this WordPress does not offer the WooCommerce REST API")
	}
	return true
}

// askHTTPS sees whether the shop can be had over TLS: with the address the store itself names, or the same host.
func (c *collection) askHTTPS(ctx context.Context, index *evidence.RestIndex) {
	address := ""
	for _, known := range []string{index.Home, index.URL} {
		if strings.HasPrefix(known, "https://") {
			address = strings.TrimRight(known, "/")
		}
	}
	if address == "" && c.site.Port == "80" {
		address = "https://" + c.site.Name + c.site.Dir
	}
	if address == "" {
		return
	}
	c.one(ctx, indexProbe(evidence.HTTPSIndex, "ask for the REST index over HTTPS, without the key",
		address+"/wp-json/"))
}
