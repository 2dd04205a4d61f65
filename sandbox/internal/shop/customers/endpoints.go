package customers

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// customers is the controller of /customers.
type customers struct{ *Store }

// listableRoles are the roles a list may be filtered by.
func (c customers) listableRoles() rest.List {
	names := rest.List{"all"}
	for _, name := range c.roleNames() {
		names = append(names, name)
	}
	return names
}

func errUnknownUser() error { return rest.Errorf(404, "wc_user_invalid_id", "Invalid user ID.") }

// mayOne looks for the user before it checks the permission.
func (c customers) mayOne(action capability.Action, parameter, message string) rest.Permission {
	return func(r *rest.Request) error {
		u, ok := c.UserFor(r.Caller, r.Int(parameter))
		if !ok {
			return errUnknownUser()
		}
		return c.May(r, capability.Customers, action, capability.Record{
			TargetRoles:  u.Roles,
			Self:         r.Caller.Known() && r.Caller.ID == u.ID,
			ChangesLogin: r.Param("password") != nil || r.Param("email") != nil && r.Text("email") != u.Email,
		}, message)
	}
}

func (c customers) get(r *rest.Request) (*rest.Response, error) {
	u, ok := c.Users.Get(r.Int("id"))
	if !ok {
		return nil, errUnknownUser()
	}
	return c.answer(r, u), nil
}

func (c customers) answer(r *rest.Request, u *identity.User) *rest.Response {
	return &rest.Response{Body: c.customerJSON(r, u), Links: customerLinks(r, u)}
}

func (c customers) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_customer_exists", "Cannot create existing resource.")
	}
	email := r.Text("email")
	if rest.Truthy(email) && !wptext.IsEmail(email) {
		return nil, rest.Errorf(400, "customer_invalid_email", "Invalid email address")
	}
	change := c.draftCustomer(0)
	if err := change.read(r); err != nil {
		return nil, err
	}
	clerk := c.clerkOf(r)
	u, err := clerk.registerCustomer(wptext.SanitizeEmail(email), r.Text("username"), r.Text("password"))
	if err != nil {
		return nil, err
	}
	change.Meta = append(append(core.MetaList(nil), c.CustomerOf(u.ID).Meta...), change.Meta...)
	clerk.saveCustomer(u, change)
	clerk.Fire("profile_update", u.ID)
	clerk.Fire("woocommerce_new_customer", u.ID)
	response := c.answer(r, u)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/customers/"+core.Itoa(u.ID)))
	return response, nil
}

// The fields of the addresses that a request may set.
var (
	writableBilling  = addressFields
	writableShipping = []string{"first_name", "last_name", "company", "address_1", "address_2", "city", "state",
		"postcode", "country"}
)

// read takes what a request says about a customer, without the account itself.
func (change *customerChange) read(r *rest.Request) *rest.Error {
	name := func(parameter string, target **string) {
		if v := r.Param(parameter); v != nil {
			text := wptext.SanitizeTextField(rest.Text(v))
			*target = &text
		}
	}
	name("first_name", &change.FirstName)
	name("last_name", &change.LastName)
	if err := readAddress(&change.Billing, r.Object("billing"), writableBilling); err != nil {
		return err
	}
	if err := readAddress(&change.Shipping, r.Object("shipping"), writableShipping); err != nil {
		return err
	}
	for _, element := range r.List("meta_data") {
		entry := rest.AsObject(element)
		if key := rest.Text(entry.Value("key")); key != "" && !protectedMeta(key) {
			change.setMeta(key, entry.Value("value"), entry.Value("id"))
		}
	}
	return nil
}

// protectedMeta is WordPress's is_protected_meta.
func protectedMeta(key string) bool { return key != "" && key[0] == '_' }

// setMeta changes an entry of the meta data. The key of one of WooCommerce's own rows changes the property.
func (change *customerChange) setMeta(key string, value, id rest.Value) {
	text := rest.Text(value)
	switch key {
	case "first_name":
		change.FirstName = &text
		return
	case "last_name":
		change.LastName = &text
		return
	}
	for prefix, address := range map[string]*Address{"billing_": &change.Billing, "shipping_": &change.Shipping} {
		if len(key) > len(prefix) && key[:len(prefix)] == prefix && address.Set(key[len(prefix):], text) {
			return
		}
	}
	change.Meta.Update(key, value, id)
}

func readAddress(address *Address, posted *rest.Object, fields []string) *rest.Error {
	for _, field := range fields {
		v := posted.Value(field)
		if v == nil {
			continue
		}
		text := rest.Text(v)
		if field == "email" {
			if rest.Truthy(text) && !wptext.IsEmail(text) {
				return rest.Errorf(400, "customer_invalid_billing_email", "Invalid billing email address")
			}
			text = wptext.SanitizeEmail(text)
		}
		address.Set(field, text)
	}
	return nil
}

func (c customers) update(r *rest.Request) (*rest.Response, error) {
	u, ok := c.Users.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(400, "woocommerce_rest_invalid_id", "Invalid resource ID.")
	}
	email := r.Param("email")
	if text := rest.Text(email); rest.Truthy(email) && text != u.Email {
		if _, taken := c.userByEmail(text); taken {
			return nil, rest.Errorf(400, "woocommerce_rest_customer_invalid_email", "Email address is invalid.")
		}
	}
	if login := r.Param("username"); rest.Truthy(login) && rest.Text(login) != u.Login {
		return nil, rest.Errorf(400, "woocommerce_rest_customer_invalid_argument", "Username isn't editable.")
	}
	change := c.draftCustomer(u.ID)
	if err := change.read(r); err != nil {
		return nil, err
	}
	clerk := c.clerk(r.Caller)
	c.enter(u, "customer")
	c.Users.Change(u, func(u *identity.User) {
		if email != nil {
			u.Email = wptext.SanitizeEmail(rest.Text(email))
		}
		if password := r.Text("password"); rest.Truthy(password) {
			u.Password = password
		}
	})
	clerk.Fire("profile_update", u.ID)
	clerk.saveCustomer(u, change)
	clerk.Fire("woocommerce_update_customer", u.ID)
	return c.answer(r, u), nil
}

func (c customers) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Customers do not support trashing.")
	}
	u, ok := c.Users.Get(r.Int("id"))
	if !ok {
		return nil, errUnknownUser()
	}
	reassign := core.AbsInt(r.Param("reassign"))
	if reassign != 0 {
		if _, ok := c.Users.Get(reassign); !ok || reassign == u.ID {
			return nil, rest.Errorf(400, "woocommerce_rest_customer_invalid_reassign", "Invalid resource id for reassignment.")
		}
	}
	response := c.answer(r, u)
	c.clerk(r.Caller).deleteUser(u, reassign)
	return response, nil
}

func (c customers) batch(r *rest.Request) (*rest.Response, error) {
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Customers, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayOne(capability.Update, "id", core.CannotEdit),
		DeletePermission: c.mayOne(capability.Delete, "id", core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
	})
}

// downloads answers with the files that a customer may fetch. Orders grant downloads, but the sandbox serves no files,
// so the list is empty.
func (c customers) downloads(*rest.Request) (*rest.Response, error) {
	return &rest.Response{Body: rest.List{}}, nil
}

func (c customers) customerJSON(r *rest.Request, u *identity.User) *rest.Object {
	customer := c.CustomerOf(u.ID)
	json := rest.NewObject("id", u.ID)
	c.JSONTimes(json, "date_created", u.Registered)
	c.JSONTimes(json, "date_modified", customer.Updated)
	json.Set("email", u.Email)
	json.Set("first_name", u.FirstName)
	json.Set("last_name", u.LastName)
	json.Set("role", roleOf(u))
	json.Set("username", u.Login)
	json.Set("billing", customer.Billing.customerJSON(true))
	json.Set("shipping", customer.Shipping.customerJSON(false))
	json.Set("is_paying_customer", customer.Paying)
	json.Set("avatar_url", AvatarURL(u.Email, 96))
	if r.Caller.Is("administrator") {
		var shown core.MetaList
		for _, m := range customer.Meta {
			if !protectedMeta(m.Key) && !internalUserMeta(m.Key) {
				shown = append(shown, m)
			}
		}
		json.Set("meta_data", core.MetaJSON(shown))
	}
	return json
}

// customerJSON is an address in the order in which customers show it. Orders have another order.
func (a *Address) customerJSON(billing bool) *rest.Object {
	json := rest.NewObject(
		"first_name", a.FirstName, "last_name", a.LastName, "company", a.Company,
		"address_1", a.Address1, "address_2", a.Address2, "city", a.City,
		"postcode", a.Postcode, "country", a.Country, "state", a.State,
	)
	if billing {
		json.Set("email", a.Email)
	}
	json.Set("phone", a.Phone)
	return json
}

func customerLinks(r *rest.Request, u *identity.User) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/customers/" + core.Itoa(u.ID))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/customers")},
	}
}

// internalUserMeta tells whether a key of wp_usermeta belongs to WordPress or WooCommerce.
func internalUserMeta(key string) bool {
	for _, prefix := range []string{"_woocommerce_persistent_cart", "closedpostboxes_", "metaboxhidden_", "manageedit-"} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return ownUserMeta[key] || strings.Contains(key, "wp_") || core.HiddenMeta(nil, key)
}

var ownUserMeta = func() map[string]bool {
	keys := map[string]bool{}
	for _, key := range strings.Fields(`locale paying_customer last_update first_name last_name display_name
		show_admin_bar_front use_ssl admin_color rich_editing comment_shortcuts dismissed_wp_pointers show_welcome_panel
		session_tokens nickname description syntax_highlighting _order_count _money_spent _last_order
		_woocommerce_tracks_anon_id wptests_capabilities wptests_user_level`) {
		keys[key] = true
	}
	for _, field := range addressFields {
		keys["billing_"+field] = true
		if field != "email" {
			keys["shipping_"+field] = true
		}
	}
	return keys
}()
