package sandbox

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// account is a user of the fresh installation.
type account struct {
	login string
	role  string
	keys  identity.Permissions // "" for a user without a key
}

// accounts are the users of the recorded store after a reset, with the ids 1 to 11. Their passwords are "pw-" and the
// login. Their mail is at example.test. Their keys have the ids 1 to 10 in this order.
var accounts = []account{
	{"admin", "administrator", ""},
	{"seedrole", "api_integration", identity.ReadWrite},
	{"seed5", "api_five", identity.ReadWrite},
	{"seed10", "api_ten", identity.ReadWrite},
	{"sm", "shop_manager", identity.ReadWrite},
	{"smread", "shop_manager", identity.Read},
	{"smwrite", "shop_manager", identity.Write},
	{"cust", "customer", identity.ReadWrite},
	{"sub", "subscriber", identity.ReadWrite},
	{"adm", "administrator", identity.ReadWrite},
	{"author", "author", identity.ReadWrite},
}

// publishedRoles are roles made from widely published capability lists.
var publishedRoles = []struct {
	name, list string
	extra      []string
}{
	{"api_integration", "LROLE", nil},
	{"api_five", "L5", []string{"read"}},
	{"api_ten", "L10", []string{"read"}},
}

// defaultLogin is the login whose key a [Server] shows. It is an administrator.
const defaultLogin = "adm"

// install makes the users, roles and keys of a fresh installation.
func (s *Store) install() {
	version, err := capability.ParseVersion(s.shop.Version())
	if err != nil {
		version = capability.Measured
	}
	s.directory = identity.NewDirectory(stockRoles(version), s.shop.Customers.Users)
	s.shop.Customers.SetDirectory(s.directory)
	for _, role := range publishedRoles {
		list, ok := capability.PublishedList(role.list)
		if !ok {
			panic("sandbox: the permission model has no list " + role.list)
		}
		caps := list.Caps.Clone()
		caps.Add(role.extra...)
		s.directory.DefineRole(capability.Role{Name: role.name, Title: role.name, Caps: caps})
	}
	s.shop.SetOption("permalink_structure", structures[s.settings.permalinks])
	if s.shop.Home() == "" {
		// The store adapts to the address it is called by. What it keeps (permalinks) has to name some address until
		// the store listens on one.
		s.shop.SetHome("https://localhost")
	}
	for i, a := range s.accounts() {
		user := &identity.User{
			ID: int64(i + 1), Login: a.login, Nicename: a.login, DisplayName: a.login,
			Password: "pw-" + a.login, Email: a.login + "@example.test",
			Roles: []string{a.role}, Registered: s.Now(),
		}
		s.settle(user, a.role)
		if a.keys != "" {
			credentials := s.credentialsOf(a.login)
			s.directory.AddKey(&identity.Key{
				UserID: user.ID, Description: a.login, Permissions: a.keys,
				ConsumerKey: credentials.Key, ConsumerSecret: credentials.Secret,
			})
		}
	}
}

// structures are WordPress's names for the structures of addresses.
var structures = map[Permalinks]string{
	PermalinksPretty: "/%postname%/", PermalinksPathInfo: "/index.php/%postname%/", PermalinksPlain: "",
}

// rolesInOrder is the order in which WordPress, then WooCommerce, add their roles. The order shows in the arguments of
// customers.
var rolesInOrder = []string{
	"administrator", "editor", "author", "contributor", "subscriber", "customer", "shop_manager",
}

func stockRoles(version capability.Version) []capability.Role {
	roles := capability.StockRoles(version)
	slices.SortFunc(roles, func(a, b capability.Role) int {
		return slices.Index(rolesInOrder, a.Name) - slices.Index(rolesInOrder, b.Name)
	})
	return roles
}

// Credentials are a REST API key with its secret.
type Credentials struct {
	Key    string `json:"key"`
	Secret string `json:"secret"`
}

// credentialsOf derives the key of a login as the recorded store did, so that recorded requests work unchanged.
func credentialsOf(login string) Credentials {
	digest := func(kind string) string {
		sum := sha1.Sum([]byte(kind + login)) //nolint:gosec // see above
		return kind + "_" + hex.EncodeToString(sum[:])
	}
	return Credentials{Key: digest("ck"), Secret: digest("cs")}
}

// Credentials returns the key of a user of the fresh installation: adm (administrator), sm, smread and smwrite (Shop
// Managers with a read/write, a read and a write key), author, cust, sub, and seedrole, seed5 and seed10, whose roles
// are made from published capability lists. The error says that no such user has a key.
func (s *Store) Credentials(login string) (Credentials, error) {
	credentials := s.credentialsOf(login)
	for _, a := range s.accounts() {
		if a.login == login && a.keys != "" {
			return credentials, nil
		}
	}
	return Credentials{}, fmt.Errorf(
		"the sandbox has no key for %q: logins with keys are adm, sm, smread, smwrite, author, cust, sub, seedrole, "+
			"seed5 and seed10",
		login,
	)
}

// networkAccounts are added to accounts in a network.
var networkAccounts = []account{
	{superLogin, "administrator", identity.ReadWrite},
	{outsiderLogin, "", identity.ReadWrite},
}

const (
	superLogin    = "super"
	outsiderLogin = "nomember"
)

// accounts are the users of the fresh installation. In a network they include networkAccounts.
func (s *Store) accounts() []account {
	if s.network == nil {
		return accounts
	}
	return append(slices.Clone(accounts), networkAccounts...)
}

// settle makes a user of the installation known to the store. In a network it also says whether the user is a member.
func (s *Store) settle(user *identity.User, role string) {
	user.SuperAdmin = s.network != nil && (user.ID == 1 || user.Login == superLogin)
	if known, ok := s.shop.Customers.Users.Get(user.ID); ok {
		user = known // another site of the network has made the user
	} else {
		s.shop.Customers.AddUser(user)
		s.directory.Refresh(user)
	}
	if s.network != nil {
		// A member gets the role, an outsider none.
		if s.hasMember(user.Login) {
			s.shop.Customers.SetMember(user, true, role)
		} else {
			s.shop.Customers.SetMember(user, false)
		}
	}
}

// hasMember tells whether a login belongs to the store's site. The account that installed the network belongs to all.
func (s *Store) hasMember(login string) bool {
	switch {
	case login == outsiderLogin:
		return false
	case s.site.Members == nil || login == s.accounts()[0].login:
		return true
	}
	return slices.Contains(s.site.Members, login)
}

// credentialsOf derives the key of a login on this site: every site has keys of its own.
func (s *Store) credentialsOf(login string) Credentials {
	if s.site.address() == "" {
		return credentialsOf(login)
	}
	return credentialsOf(login + " " + s.site.address())
}
