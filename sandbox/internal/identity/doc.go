// Package identity knows who may use the store: users with their roles, REST API keys, application passwords and OAuth
// nonces, and how WooCommerce decides from a request's credentials who is asking.
//
// It guarantees the decision order measured on a real store (docs/woocommerce/authentication.md#decision-order): the
// raw request address must look like a WooCommerce API address, query keys beat the header, an unknown key counts as
// nobody, a known key with a wrong secret is an error, OAuth 1.0a is tried on every scheme.
//
// It must not know routes, resources or the permissions they ask for; it only says which primitive capabilities a user
// has.
//
//	d := identity.NewDirectory(identity.StockRoles(), users)
//	d.AddKey(&identity.Key{ID: 1, UserID: 5, ConsumerKey: "ck_…", ConsumerSecret: "cs_…",
//		Permissions: identity.ReadWrite})
//	result := d.Authenticate(facts)
package identity
