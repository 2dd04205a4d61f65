package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// Site is a further site of a multisite network: a store with its own keys,
// roles, settings and records. Only the users are the network's.
type Site struct {
	// Path of a site in a sub-directory, such as "/berlin". Exactly one of Path and Domain is set.
	Path string
	// Domain of a site with a host name of its own, such as "berlin.localhost", without a port. A [Server]'s
	// certificate is valid for the domains of the sites it was started with.
	Domain string
	// Name of the site; its address otherwise.
	Name string
	// Members are the logins who belong to the site, with the roles they have on the main one. Nil means all accounts
	// but "nomember".
	Members []string
}

// WithSites makes the store the main site of a network (multisite) with further sites; without any it is a network of
// one.
//
// A network has two accounts more than a store of its own: "super", a super admin, and "nomember", who belongs to no
// site. Everybody has a key on every site, which is unknown to the others: see [Store.Site] and [Store.Credentials].
func WithSites(sites ...Site) Option {
	return func(s *settings) { s.network, s.sites = true, append(s.sites, sites...) }
}

// network are the sites of a multisite installation. Requests come to the main one, which hands them on.
type network struct {
	main   *Store
	shared *shop.Network
	sites  atomic.Pointer[[]*Store] // the main one first; never changed in place
}

func newNetwork(main *Store) *network {
	n := &network{main: main, shared: &shop.Network{}}
	n.sites.Store(&[]*Store{main})
	return n
}

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

// AddSite adds a site to a network while it runs. The store must have been made with [WithSites].
func (s *Store) AddSite(site Site) (*Store, error) {
	if s.network == nil {
		return nil, fmt.Errorf("the store is no network: make it with WithSites")
	}
	site.Path = strings.TrimSuffix(site.Path, "/")
	switch {
	case (site.Path == "") == (site.Domain == ""):
		return nil, fmt.Errorf("a site has a path or a domain: %q, %q", site.Path, site.Domain)
	case site.Path != "" && (!strings.HasPrefix(site.Path, "/") || strings.Count(site.Path, "/") > 1):
		return nil, fmt.Errorf("the path of a site is a slash and a name: %q", site.Path)
	}
	if _, err := s.Site(site.address()); err == nil {
		return nil, fmt.Errorf("the network has a site %s already", site.address())
	}
	main := s.network.main
	added := &Store{settings: main.settings, network: s.network, site: site}
	number := uint64(len(s.Sites()))
	added.settings.seed += number
	added.settings.orders = 0
	added.settings.name = site.Name
	if site.Name == "" {
		added.settings.name = site.address()
	}
	added.settings.home = site.homeBeside(main.settings.home)
	// The sites have one lock, and the new one takes its place under it.
	added.build()
	if base := main.calledBy.Load(); base != nil {
		added.listen(*base)
	}
	sites := append(s.Sites(), added)
	s.network.sites.Store(&sites)
	return added, nil
}

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

// domains are the host names of the network's sites.
func (s *Store) domains() []string {
	var names []string
	for _, site := range s.Sites() {
		if site.site.Domain != "" {
			names = append(names, site.site.Domain)
		}
	}
	return names
}

// networkAccounts come after the accounts of a store of its own.
var networkAccounts = []account{
	{superLogin, "administrator", identity.ReadWrite},
	{outsiderLogin, "", identity.ReadWrite},
}

const (
	superLogin    = "super"
	outsiderLogin = "nomember"
)

// accounts are the users of the fresh installation.
func (s *Store) accounts() []account {
	if s.network == nil {
		return accounts
	}
	return append(slices.Clone(accounts), networkAccounts...)
}

// settle makes a user of the installation known to the store, and a member of it when he is one.
func (s *Store) settle(user *identity.User, role string) {
	user.SuperAdmin = s.network != nil && (user.ID == 1 || user.Login == superLogin)
	if known, ok := s.shop.Customers.Users.Get(user.ID); ok {
		user = known // by another site of the network
	} else {
		s.shop.Customers.AddUser(user)
		s.directory.Refresh(user)
	}
	if s.network != nil {
		// A member has the role, an outsider none.
		if s.hasMember(user.Login) {
			s.shop.Customers.SetMember(user, true, role)
		} else {
			s.shop.Customers.SetMember(user, false)
		}
	}
}

// hasMember tells whether a login belongs to the store's site. Who installed the network is a member of all.
func (s *Store) hasMember(login string) bool {
	switch {
	case login == outsiderLogin:
		return false
	case s.site.Members == nil || login == s.accounts()[0].login:
		return true
	}
	return slices.Contains(s.site.Members, login)
}

// credentialsOf derives the key of a login: keys are each site's own.
func (s *Store) credentialsOf(login string) Credentials {
	if s.site.address() == "" {
		return credentialsOf(login)
	}
	return credentialsOf(login + " " + s.site.address())
}
