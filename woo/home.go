package woo

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

// HomeChoice says which address counts where a shop is reached at another one than it names itself.
type HomeChoice string

// The choices for [WithHome].
const (
	// HomeAsk refuses with a [HomeError]; it is what counts when nothing is chosen.
	HomeAsk HomeChoice = ""
	// HomeGiven keeps the address that was given.
	HomeGiven HomeChoice = "given"
	// HomeNamed takes the address that the shop names, or leads to.
	HomeNamed HomeChoice = "named"
)

// WithHome chooses for [Connect] and [Discover] between the address given and another one that the shop names as its
// home. A copy of a shop often still names the shop it was copied from, and has its keys too: whoever follows the name
// writes to the live shop (docs/woocommerce/authentication.md#copied-home).
func WithHome(choice HomeChoice) Option { return func(s *settings) { s.homeChoice = choice } }

// HomeError says that a shop was found, and that it is another address than the one given which it names as its own.
// No key was sent to anybody.
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

// sameSite says whether two addresses differ in their scheme, a "www." or a trailing slash only. Without paths, only
// the hosts are held against each other. Ports tell sites apart, unless the scheme changes with them.
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

// elsewhere tells that a shop was found at another address than the one given. A page of a shop is below its home, so
// that another path alone means nothing, unless an API answers below the path given too.
func (d *discoverer) elsewhere(ctx context.Context, starts []*url.URL, found *Discovery) *HomeError {
	home, err := url.Parse(found.Home)
	if err != nil {
		return nil
	}
	given := *starts[0]
	given.User = nil
	e := &HomeError{Given: strings.TrimRight(given.String(), "/"), Named: found.Home}
	if !sameSite(&given, home, false) {
		return e
	}
	if sameSite(&given, home, true) || strings.TrimRight(given.Path, "/") == "" {
		return nil
	}
	own := *starts[0]
	own.Path += DefaultRoot
	hops := len(d.hops)
	there, err := d.index(ctx, &own)
	answers := err == nil && there != nil && len(d.hops) == hops && there.HasNamespace(DefaultNamespace)
	d.hops = d.hops[:hops]
	if !answers {
		return nil
	}
	return e
}

// keepsGiven moves an address of the API that a shop names to the host that was given. False: it lies outside.
func keepsGiven(root, base *url.URL) bool {
	root.Scheme, root.Host = base.Scheme, base.Host
	return base.Path == "" || strings.HasPrefix(root.Path, base.Path+"/")
}
