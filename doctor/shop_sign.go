package doctor

import (
	"context"
	"net/http"
	"net/url"
)

// seesShop is for refusals that come from no code of WooCommerce's, where the index did not list its routes: is WooCommerce
// there at all? Outside of the REST API it answers to ?wc-api=NAME; to a name that nothing listens to it says 400 and “-1”
// and does nothing else (measured on 8.4 and 10.0.2; LegacyRestApiStub.php 136-172). A WordPress without it gives a page.
func (c *collection) seesShop(ctx context.Context, refused *Exchange) {
	if !foreignRefusal(refused) || readIndex(c.get("index")) != nil {
		return
	}
	c.one(ctx, probe{id: "shop.sign", purpose: "see whether WooCommerce answers outside of the REST API, without the key", url: c.site.base() + "/", args: url.Values{"wc-api": {probeRoute}}})
}

// shopIsOff: the same request that WooCommerce refuses got an ordinary page, so nobody listens. Whether the REST API is
// closed besides cannot be told from here: the one that hides the other is named first.
func (f *heard) shopIsOff() bool {
	x := f.x("shop.sign")
	return x != nil && x.Status == http.StatusOK && x.Body.Kind == "html" && !cached(x) && (hasMark(x, "wordpress") || announcedRoot(x) != "")
}
