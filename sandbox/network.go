package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// shops is the network as the shops see it, nil for a store of its own.
func (n *network) shops() *shop.Network {
	if n == nil {
		return nil
	}
	return n.shared
}

// Sites are the sites of the store's network, the main one first: just the store, when it is none.
func (s *Store) Sites() []*Store {
	if s.network == nil {
		return []*Store{s}
	}
	return slices.Clone(*s.network.sites.Load())
}

// Site is the site of the store's network with a path or a domain as its [Site] names it.
func (s *Store) Site(address string) (*Store, error) {
	var known []string
	for _, site := range s.Sites() {
		if named := site.site.address(); named != "" {
			if named == address {
				return site, nil
			}
			known = append(known, named)
		}
	}
	return nil, fmt.Errorf("the sandbox has no site %q: its sites are %s", address, strings.Join(known, ", "))
}

func (site Site) address() string { return site.Path + site.Domain }

// homeBeside is the home address of a site whose main site is at home; "" when that adapts to the address it is called
// by.
func (site Site) homeBeside(home string) string {
	if home == "" || site.Domain == "" {
		if home == "" {
			return ""
		}
		return home + site.Path
	}
	scheme, host, _ := strings.Cut(home, "://")
	if _, port, err := net.SplitHostPort(host); err == nil {
		return scheme + "://" + net.JoinHostPort(site.Domain, port)
	}
	return scheme + "://" + site.Domain
}

// siteOf is the site of the network that a request is for: by host name, then by the first segment of the path, as
// WordPress finds it. Everything else is the main site's.
func (s *Store) siteOf(r *http.Request) *Store {
	if s.network == nil || s.network.main != s {
		return s
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	path, _, _ := strings.Cut(r.RequestURI, "?")
	for _, site := range (*s.network.sites.Load())[1:] {
		if site.site.Domain != "" && strings.EqualFold(site.site.Domain, host) {
			return site
		}
		if below := site.site.Path; below != "" && (path == below || strings.HasPrefix(path, below+"/")) {
			return site
		}
	}
	return s
}

// listen tells a store, and all sites of its network, at what address the main site is reached.
func (s *Store) listen(address string) {
	for _, site := range s.Sites() {
		home := site.site.homeBeside(address)
		if site.settings.home == "" {
			site.shop.Update(func(st *shop.Store) { st.SetHome(home) })
		}
		site.calledBy.Store(&home)
	}
}

// Home is the address the store is reached at, without a trailing slash.
func (s *Store) Home() (home string) {
	s.shop.View(func(st *shop.Store) { home = st.Home() })
	return home
}

// domains are the host names that the certificate is good for beside loopback's: those of [WithHosts] and of the
// network's sites.
func (s *Store) domains() []string {
	names := slices.Clone(s.settings.hosts)
	for _, site := range s.Sites() {
		if site.site.Domain != "" {
			names = append(names, site.site.Domain)
		}
	}
	return names
}
