package probe

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// looksBlocked reports an answer that was probably not given by WordPress.
func (c *collection) looksBlocked(x *evidence.Exchange) bool {
	if x == nil {
		return false
	}
	if x.Fault != nil && x.Status == 0 {
		return x.Fault.Class == "closed" || x.Fault.Class == "reset"
	}
	if x.Body.Kind == "json" {
		return false
	}
	return x.Status == http.StatusAccepted || x.Status == http.StatusBadRequest || x.Status >= 401 &&
		x.Status != http.StatusNotFound ||
		x.Body.Kind == "html" &&
			evidence.HasMark(x, "js-cookie-challenge", "waf-imunify360", "waf-siteground", "cf-challenge", "waf-page")
}

// compareVisitors asks what was refused, without the key, as a browser would, one difference at a time, to see what is
// objected to.
func (c *collection) compareVisitors(ctx context.Context, refused probe) {
	as := func(id evidence.Probe, purpose string, header map[string]string) probe {
		pr := refused
		pr.id, pr.purpose, pr.header, pr.auth = id, purpose, header, evidence.AuthNone
		return pr
	}
	c.all(ctx,
		as(evidence.IndexBrowser, "the same request under a browser's name",
			map[string]string{"User-Agent": browserUA}),
		as(evidence.IndexAccept, "the same request that accepts anything", map[string]string{"Accept": "*/*"}),
		probe{id: evidence.StaticFile, purpose: "read a static file, which no plugin touches",
			url: c.site.Base() + "/wp-includes/images/blank.gif", limit: 64 << 10},
	)
}

func asVisitor(id evidence.Probe, purpose, address string, header map[string]string) probe {
	pr := indexProbe(id, purpose, address)
	pr.header = header
	return pr
}

const browserUA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
	"Chrome/126.0.0.0 Safari/537.36"
