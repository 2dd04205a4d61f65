package woo

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// parseBase reads the address of a shop's home page.
func parseBase(base string) (*url.URL, error) {
	trimmed := strings.TrimSpace(base)
	u, err := url.Parse(trimmed)
	if err != nil {
		// url.Parse repeats its input, which may hold a password.
		return nil, usageError("the shop's address cannot be read", errors.Unwrap(err))
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, usageError(
			"the shop's address must look like https://shop.example (use Discover for pasted addresses)", nil,
		)
	}
	home := &url.URL{
		Scheme: u.Scheme, User: u.User, Host: strings.ToLower(u.Host), Path: strings.TrimRight(u.Path, "/"),
	}
	return home, nil
}

// resolveRoot turns the option's root ("/wp-json/", "/index.php/wp-json/", "/?rest_route=/" or an absolute address)
// into an address, and says whether the route travels in the query.
func resolveRoot(home *url.URL, root string) (*url.URL, bool, error) {
	ref, err := url.Parse(root)
	if err != nil {
		return nil, false, usageError(fmt.Sprintf("the REST root %q cannot be read", root), nil)
	}
	u := &url.URL{Scheme: home.Scheme, Host: home.Host, Path: home.Path + "/" + strings.TrimLeft(ref.Path, "/")}
	if ref.IsAbs() {
		if ref.Scheme != "https" && ref.Scheme != "http" || ref.Host == "" {
			return nil, false, usageError(
				fmt.Sprintf("the REST root %q is neither a path nor an http(s) address", root), nil,
			)
		}
		u = &url.URL{Scheme: ref.Scheme, Host: strings.ToLower(ref.Host), Path: ref.Path}
	}
	if ref.Query().Has("rest_route") {
		if u.Path == "" {
			u.Path = "/"
		}
		u.RawQuery = "rest_route=/"
		return u, true, nil
	}
	u.Path = strings.TrimRight(u.Path, "/") + "/"
	return u, false, nil
}

// withoutSecretArgs drops what may carry a key from an address that is shown.
func withoutSecretArgs(u *url.URL) *url.URL {
	shown := *u
	shown.User = nil
	q := shown.Query()
	changed := false
	for name := range q {
		if name == "consumer_key" || name == "consumer_secret" || strings.HasPrefix(name, "oauth_") {
			q.Del(name)
			changed = true
		}
	}
	if changed {
		shown.RawQuery = q.Encode()
	}
	return &shown
}

func joinQuery(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}

// HomeError is the refusal to use a shop that names another home than the address that was given. No key was sent.
type HomeError struct {
	Given string // as far as it is an address of a shop
	Named string // what the shop calls itself, or where it sends who asks
}

func (e *HomeError) Error() string {
	return fmt.Sprintf("woo: %s leads to another address, %s", e.Given, e.Named)
}

// SameSite says whether two addresses are one site: they differ in their scheme, a "www." or a trailing slash only.
func SameSite(a, b string) bool {
	first, err := url.Parse(a)
	if err != nil {
		return false
	}
	second, err := url.Parse(b)
	return err == nil && sameSite(first, second, true)
}

// sameSite says whether two addresses differ in their scheme, a "www." or a trailing slash only. With paths false the
// paths do not count. Two ports make two sites, unless the schemes differ too.
func sameSite(a, b *url.URL, paths bool) bool {
	host := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }
	port := func(u *url.URL) string {
		if p := u.Port(); p != "80" && p != "443" {
			return p
		}
		return ""
	}
	if host(a) != host(b) || a.Scheme == b.Scheme && port(a) != port(b) {
		return false
	}
	return !paths || strings.Trim(a.Path, "/") == strings.Trim(b.Path, "/")
}

// keepsGiven moves root, the API's address as the shop names it, to the scheme and host of base. The result says
// whether root lies below base.
func keepsGiven(root, base *url.URL) bool {
	root.Scheme, root.Host = base.Scheme, base.Host
	return base.Path == "" || strings.HasPrefix(root.Path, base.Path+"/")
}
