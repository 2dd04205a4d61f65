package customers

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

func newCustomerTable() *core.Table[*Customer] { return core.NewTable[*Customer]() }

// CustomerOf returns the customer record of a user, an empty one where there is none.
func (s *Store) CustomerOf(id int64) *Customer {
	if customer, ok := s.Customers.Get(id); ok {
		return customer
	}
	return &Customer{UserID: id}
}

// roleOf is the role that WooCommerce shows for a user: the first one, or customer without any.
func roleOf(u *identity.User) string {
	if role := u.Role(); role != "" {
		return role
	}
	return "customer"
}

// userByEmail finds a user by the e-mail address, in any case.
func (s *Store) userByEmail(email string) (*identity.User, bool) { return s.userNamed("email", email) }

// userByLogin finds a user by the login name, in any case.
func (s *Store) userByLogin(login string) (*identity.User, bool) { return s.userNamed("login", login) }

func (s *Store) userNamed(field, value string) (*identity.User, bool) {
	if named := s.Users.Named(field, core.CollationKey(value)); len(named) > 0 {
		return named[0], true
	}
	return nil, false
}

// registerCustomer creates the account of a customer (wc_create_new_customer). Without a login name it makes one of the
// e-mail address. Without a password it makes one up.
func (c *Clerk) registerCustomer(email, login, password string) (*identity.User, *rest.Error) {
	refuse := func(code, message string) (*identity.User, *rest.Error) {
		return nil, rest.Errorf(400, "registration-error-"+code, "%s", message)
	}
	if !wptext.IsEmail(email) {
		return refuse("invalid-email", "Please provide a valid email address.")
	}
	if _, taken := c.userByEmail(email); taken {
		return refuse("email-exists", "An account is already registered with "+email+". Please log in or use a different email address.")
	}
	if !rest.Truthy(login) {
		login = c.loginFor(email)
	}
	login = wptext.SanitizeUser(login)
	if !rest.Truthy(login) || login != wptext.SanitizeUserStrict(login) {
		return refuse("invalid-username", "Please provide a valid account username.")
	}
	if _, taken := c.userByLogin(login); taken {
		return refuse("username-exists", "An account is already registered with that username. Please choose another.")
	}
	if len(login) > 60 {
		return nil, rest.Errorf(400, "user_login_too_long", "Username may not be longer than 60 characters.")
	}
	generated := !rest.Truthy(password)
	if generated && c.Has(core.PasswordNag) {
		password = c.Secrets.Text(12)
	}
	u := &identity.User{
		Login: login, Password: password, Nicename: c.freeNicename(login), Email: email, DisplayName: login,
		Registered: c.Now(), Roles: []string{"customer"},
	}
	c.AddUser(u)
	c.refresh(u)
	c.Fire("user_register", u.ID)
	if generated && c.Has(core.PasswordNag) {
		customer := c.keepCustomer(u.ID)
		customer.Meta.AddUnique("default_password_nag", "1")
		customer.Meta.Save(&c.IDs.UserMeta)
	}
	c.Fire("woocommerce_created_customer", u.ID)
	return u, nil
}

// loginFor makes a login name of an e-mail address. It takes the part before the "@", or the domain where that part is
// too general ("info"). A number follows when the name is taken.
func (c *Clerk) loginFor(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	switch local {
	case "sales", "hello", "mail", "contact", "info":
		local = domain
	}
	base := strings.ToLower(wptext.SanitizeUserStrict(local))
	login := base
	for {
		if _, taken := c.userByLogin(login); !taken {
			return login
		}
		login = base + "-" + c.Secrets.From("0123456789", 4)
	}
}

// freeNicename is a slug for the pages of a new user that no other user has.
func (s *Store) freeNicename(login string) string {
	base := wptext.SanitizeTitle(core.FirstRunes(login, 50))
	nicename := base
	for n := int64(2); ; n++ {
		if len(s.Users.Named("nicename", nicename)) == 0 {
			return nicename
		}
		nicename = base + "-" + core.Itoa(n)
	}
}

// customerChange is what a request changes in a customer. A nil field stays as it is.
type customerChange struct {
	FirstName, LastName *string
	Billing, Shipping   Address
	Meta                core.MetaList
}

// draftCustomer starts a change from the stored values.
func (s *Store) draftCustomer(id int64) customerChange {
	known := s.CustomerOf(id)
	return customerChange{Billing: known.Billing, Shipping: known.Shipping,
		Meta: append(core.MetaList(nil), known.Meta...)}
}

// saveCustomer writes a change: names and addresses row by row, then the meta data of plugins.
func (c *Clerk) saveCustomer(u *identity.User, change customerChange) {
	customer := c.keepCustomer(u.ID)
	if !c.Has(core.KeptBackslashes) {
		change.unslash(customer)
	}
	if change.FirstName != nil {
		u.FirstName = *change.FirstName
	}
	if change.LastName != nil {
		u.LastName = *change.LastName
	}
	c.writeAddressRows(customer, "billing_", customer.Billing, change.Billing)
	c.writeAddressRows(customer, "shipping_", customer.Shipping, change.Shipping)
	customer.Billing, customer.Shipping, customer.Meta = change.Billing, change.Shipping, change.Meta
	c.touchCustomer(customer)
	customer.Meta.Save(&c.IDs.UserMeta)
	c.spread(u)
}

// unslash removes the backslashes from what changes. WordPress does so with rows that it receives unescaped.
func (change *customerChange) unslash(customer *Customer) {
	for _, name := range []*string{change.FirstName, change.LastName} {
		if name != nil {
			*name = wptext.StripSlashes(*name)
		}
	}
	for _, field := range addressFields {
		for _, a := range [][2]*Address{{&customer.Billing, &change.Billing}, {&customer.Shipping, &change.Shipping}} {
			if now := a[1].field(field); *now != *a[0].field(field) {
				*now = wptext.StripSlashes(*now)
			}
		}
	}
}

// touchCustomer notes that a customer changed.
func (c *Clerk) touchCustomer(customer *Customer) {
	c.keepUserRow(customer, "last_update")
	customer.Updated = c.Now()
}

// keepUserRow gives a new row of wp_usermeta its id.
func (c *Clerk) keepUserRow(customer *Customer, key string) {
	if customer.rows == nil {
		customer.rows = map[string]bool{}
	}
	if !customer.rows[key] {
		customer.rows[key] = true
		c.IDs.UserMeta.Next()
	}
}

// addressFields are the fields of addresses by their names in the API, in the order WooCommerce writes them.
var addressFields = []string{
	"first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country", "email",
	"phone",
}

func (c *Clerk) writeAddressRows(customer *Customer, prefix string, before, now Address) {
	for _, field := range addressFields {
		if *before.field(field) != *now.field(field) {
			c.keepUserRow(customer, prefix+field)
		}
	}
}

// MarkPaying notes that a customer has paid for an order.
func (c *Clerk) MarkPaying(id int64) {
	u, ok := c.Users.Get(id)
	if !ok {
		return
	}
	customer := c.keepCustomer(id)
	if customer.Paying {
		return
	}
	customer.Paying = true
	c.keepUserRow(customer, "paying_customer")
	c.touchCustomer(customer)
	c.spread(u)
	c.Fire("profile_update", u.ID)
	c.Fire("woocommerce_update_customer", u.ID)
}

// deleteUser removes a user with his keys and customer record. His orders lose their customer. What he wrote goes to
// the user reassign, or stays without an author.
func (c *Clerk) deleteUser(u *identity.User, reassign int64) {
	c.Fire("delete_user", u.ID)
	for _, deleted := range c.deletions {
		deleted(u.ID, reassign)
	}
	if c.Network == nil {
		if customer, ok := c.Customers.Get(u.ID); ok {
			c.Customers.Delete(customer)
		}
		c.Users.Delete(u)
	} else {
		c.leave(u) // in a network a site's user is removed from the site only
	}
	c.revokeKeys(u)
	c.Fire("woocommerce_delete_customer", u.ID)
}

// OnDeletedUser makes deleted be called for every deleted user, with the user who gets what he wrote (0 for nobody).
func (s *Store) OnDeletedUser(deleted func(user, reassign int64)) {
	s.deletions = append(s.deletions, deleted)
}
