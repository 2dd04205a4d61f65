package probe

import (
	"context"
	"net/url"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// seesShop asks whether WooCommerce is there at all, where a refusal comes from no code of WooCommerce's and the index
// did not list its routes. Outside of the REST API WooCommerce answers to ?wc-api=NAME; to a name that nothing listens
// to it says 400 and “-1” and does nothing else (measured on 8.4 and 10.0.2; LegacyRestApiStub.php 136-172). A
// WordPress without it gives a page.
func (c *collection) seesShop(ctx context.Context, refused *evidence.Exchange) {
	if !evidence.ForeignRefusal(refused) || evidence.ReadIndex(c.get(evidence.Index)) != nil {
		return
	}
	c.one(ctx, probe{id: evidence.ShopSign,
		purpose: "see whether WooCommerce answers outside of the REST API, without the key", url: c.site.Base() + "/",
		args: url.Values{"wc-api": {evidence.ProbeRoute}}})
}
