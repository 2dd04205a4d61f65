package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// shops is the network as package shop sees it; nil for a store without a network.
func (n *network) shops() *shop.Network {
	if n == nil {
		return nil
	}
	return n.shared
}

// Sites are the sites of the store's network, the main one first. Without a network it is the store alone.
func (s *Store) Sites() []*Store {
	if s.network == nil {
		return []*Store{s}
	}
	return slices.Clone(*s.network.sites.Load())
}

// Site is the site of the store's network whose path or domain is address. The error names the sites there are.
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

// homeBeside is the home address of a site whose main site is at home. It is "" when the main site adapts to the
// address it is called by.
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

// siteOf is the site of the network that a request is for. Like WordPress it looks at the host name, then at the first
// segment of the path. Every other request is for the main site.
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

// listen tells a store, and all sites of its network, the address of the main site.
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

// domains are the host names in the certificate beside the names of loopback: those of [WithHosts] and of the network's
// sites.
func (s *Store) domains() []string {
	names := slices.Clone(s.settings.hosts)
	for _, site := range s.Sites() {
		if site.site.Domain != "" {
			names = append(names, site.site.Domain)
		}
	}
	return names
}
