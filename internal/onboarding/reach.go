package onboarding

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// callable says what keeps a shop from calling our public address at all, by the rules of WordPress; the zero value
// when nothing does (docs/woocommerce/authentication.md#wc-auth-callback).
func (k *Keeper) callable(ctx context.Context, home string) failure {
	public, err := url.Parse(k.opts.PublicURL)
	switch {
	case k.opts.PublicURL == "":
		return noPublicAddress()
	case err != nil || public.Hostname() == "":
		return noPublicAddress()
	case public.Scheme != "https":
		return publicNotHTTPS(k.opts.PublicURL)
	}
	// A shop may always call its own host and port.
	own, err := url.Parse(home)
	same := err == nil && strings.EqualFold(own.Hostname(), public.Hostname())
	if port := public.Port(); port != "" && port != "443" && port != "80" && port != "8080" &&
		(!same || port != own.Port()) {
		return publicPort(port)
	}
	if same {
		return failure{}
	}
	if strings.Contains(public.Hostname(), ":") {
		return publicIPv6(public.Hostname())
	}
	found, err := k.opts.Lookup(ctx, public.Hostname())
	if err != nil || len(found) == 0 {
		return publicUnknown(public.Hostname())
	}
	for _, a := range found {
		if !public4(a.Unmap()) {
			return publicPrivate(public.Hostname(), a.Unmap().String())
		}
	}
	return failure{}
}

// lookup asks for IPv4 addresses alone, as WordPress does.
func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
}

// notPublic are the networks that WordPress 7.1 does not call, which is more than older ones leave out.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("224.0.0.0/3"),
}

func public4(a netip.Addr) bool {
	if !a.Is4() {
		return false
	}
	for _, n := range notPublic {
		if n.Contains(a) {
			return false
		}
	}
	return true
}

// Known is the header by which our page shows that it knows a connection.
const Known = "Waybill-Connection"

// answers says what is wrong with the way from our public address to here; the zero value when nothing is. It is asked
// for a connection that nothing but this installation knows.
func (k *Keeper) answers(ctx context.Context, c storage.Connection) failure {
	res, err := k.get(ctx, k.http, k.opts.PublicURL+Prefix+c.ID)
	if untrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return publicCertificate(k.opts.PublicURL, untrusted.Err)
	}
	if err != nil {
		return publicSilent(k.opts.PublicURL, withoutAddress(err))
	}
	defer res.Body.Close()
	switch {
	case res.Header.Get(Known) == c.ID:
		return failure{}
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return publicRedirects(k.opts.PublicURL, res.Header.Get("Location"))
	}
	return publicElsewhere(k.opts.PublicURL, res.StatusCode)
}

// get asks for a page, without a cookie, as somebody who is not logged in.
func (k *Keeper) get(ctx context.Context, client *http.Client, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", k.opts.UserAgent)
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	return client.Do(req)
}

// pageLimit is how much of a page is read.
const pageLimit = 512 << 10

// read is the beginning of a page.
func read(res *http.Response) string {
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, pageLimit)) // what has come is what can be judged
	return string(text)
}

// withoutAddress is an error of a request without its address, in which the state stands.
func withoutAddress(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
