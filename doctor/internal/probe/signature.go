package probe

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/woo"
)

// schemeBase is the store's own home address under the given scheme: that is what a store signs with.
func (c *collection) schemeBase(scheme string) string {
	base := c.site.Base()
	if c.home != "" {
		base = strings.TrimRight(c.home, "/")
	}
	_, rest, _ := strings.Cut(base, "://")
	return scheme + "://" + rest
}

// signingBase is the address under which signatures are accepted, as far as is known.
func (c *collection) signingBase() string {
	if c.signFor != "" {
		return c.signFor
	}
	for _, try := range []struct {
		id   evidence.Probe
		base string
	}{
		{evidence.SignGiven, c.site.Base()}, {evidence.SignHome, strings.TrimRight(c.home, "/")},
		{evidence.SignHTTPS, c.schemeBase("https")}, {evidence.SignHTTP, c.schemeBase("http")},
	} {
		if try.base != "" && evidence.SignatureAccepted(c.get(try.id), c.get(evidence.KeyKnown)) {
			return try.base
		}
	}
	return c.site.Base()
}

// sign2 makes a probe with a signature of 1970.
func (c *collection) sign2(id evidence.Probe, purpose string, r evidence.Resource, base string) probe {
	pr := probe{id: id, purpose: purpose, url: c.root.URL(r.Route), route: r.Route, args: r.Args(),
		fields: []string{"id"}}
	return c.sign(pr, base, time.Unix(1, 0))
}

// sign adds an OAuth 1.0a signature for the address as the store sees it: base and the path below it.
func (c *collection) sign(pr probe, base string, at time.Time) probe {
	method := pr.method
	if method == "" {
		method = http.MethodGet
	}
	target, err := url.Parse(pr.url)
	if err != nil {
		return pr
	}
	unsigned := pr
	pr.unsigned = &unsigned
	pr.renew = func() probe {
		if at.Unix() == 1 {
			return c.sign(unsigned, base, at)
		}
		return c.sign(unsigned, base, c.now())
	}
	full := addArgs(target, pr.args)
	full.RawQuery = c.signed(full, full.RawQuery, method, base, at)
	pr.url, pr.args, pr.auth = full.String(), nil, evidence.AuthOAuth
	return pr
}

// signed is the query with a signature for an address as the store sees it: base and the path below it.
func (c *collection) signed(full *url.URL, query, method, base string, at time.Time) string {
	path := strings.TrimPrefix(full.EscapedPath(), strings.TrimRight(c.site.Dir, "/"))
	return woo.SignOAuth(
		woo.Credentials{Key: strings.TrimSpace(c.target.Key), Secret: c.target.Secret},
		woo.OAuthStamp{Nonce: nonce(), At: at}, method, strings.TrimRight(base, "/")+path, query,
	)
}

func nonce() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}
