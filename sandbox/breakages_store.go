package sandbox

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// storeBreakages change the store itself: its settings, keys and users, what it lists. Breakages of a key change the
// key that [Server] shows.
func storeBreakages() []Breakage {
	return []Breakage{
		{ID: "permalinks-plain", What: "permalinks are plain", set: withPermalinks(PermalinksPlain)},
		{ID: "rest-prefix-changed", What: "a filter gave the API another path", set: func(s *Store) func() {
			prefix := "api"
			before := s.moved.Swap(&prefix)
			return func() { s.moved.Store(before) }
		}},
		{ID: "permalinks-pathinfo", What: "permalinks are almost pretty", set: withPermalinks(PermalinksPathInfo)},
		{ID: "coupons-disabled", What: "coupons are switched off", set: withOption("woocommerce_enable_coupons", "no")},
		{ID: "date-filter-local-time", What: "the shop is not in UTC",
			set: withOption("timezone_string", "America/New_York")},

		{ID: "key-read-only", What: "the key may only read", set: onKey(
			func(k *identity.Key) { k.Permissions = identity.Read },
		)},
		{ID: "key-write-only", What: "the key may only write", set: onKey(
			func(k *identity.Key) { k.Permissions = identity.Write },
		)},
		{ID: "secret-wrong", What: "the secret is another one", set: onKey(
			func(k *identity.Key) { k.ConsumerSecret = "cs_0000000000000000000000000000000000000000" },
		)},
		{ID: "key-owner-deleted", What: "the user of the key was deleted in the database",
			set: onKey(func(k *identity.Key) { k.UserID = 999999 })},
		{ID: "key-unknown", What: "the key was revoked", set: func(s *Store) func() {
			var key *identity.Key
			s.shop.Update(func(*shop.Store) {
				if key = s.shownKey(); key != nil {
					s.directory.RemoveKey(key)
				}
			})
			return func() {
				s.shop.Update(func(*shop.Store) {
					if key != nil {
						s.directory.AddKey(key)
					}
				})
			}
		}},

		{ID: "app-password-disabled", What: "a security plugin switched application passwords off",
			set: func(s *Store) func() {
				before := s.noPasswords.Swap(true)
				return func() { s.noPasswords.Store(before) }
			}},
		{ID: "invalid-username-global",
			What: "application passwords are in use, so WordPress takes keys for user names where WooCommerce does " +
				"not look", set: func(s *Store) func() {
				password := &identity.ApplicationPassword{
					UUID: "6f2d1c3e-0000-4000-8000-000000000001", UserID: 1, Name: "Backup",
					Password: "abcdefghijklmnopqrstuvwx",
				}
				s.shop.Update(func(*shop.Store) { s.directory.AddApplicationPassword(password) })
				return func() {
					s.shop.Update(func(*shop.Store) { s.directory.RemoveApplicationPassword(password) })
				}
			}},
		{
			ID:   "multisite-edit-users",
			What: "the store is a site of a network, and the user of the key no super admin", set: inNetwork(nil),
		},
		{
			ID:   "key-owner-not-in-blog",
			What: "the store is a site of a network, and the user of the key no member of it",
			set:  inNetwork(func(u *identity.User) bool { return u.Login == defaultLogin }),
		},
		{
			ID:   "customer-other-site",
			What: "the store is a site of a network, and its customers are members of another",
			set:  inNetwork(func(u *identity.User) bool { return u.Is("customer") }),
		},

		{ID: "key-owner-demoted", What: "the user of the key is a subscriber", set: asRole("subscriber")},
		{ID: "shop-manager-limits", What: "the user of the key is a Shop Manager", set: asRole("shop_manager")},
		{
			ID: "cap-hpos-placeholder", Until: "11.0",
			What: "the role has every order capability and no post capability",
			set:  without("edit_posts", "edit_others_posts", "delete_posts", "delete_others_posts"),
		},
		{ID: "cap-create-missing", What: "the role may not create orders", set: without("publish_shop_orders")},
		{ID: "cap-read-private", What: "the role may not read private orders",
			set: without("read_private_shop_orders")},
		{ID: "cap-others", What: "the role may not edit products of others", set: without("edit_others_products")},
		{ID: "cap-published", What: "the role may not edit published products",
			set: without("edit_published_products")},
		{ID: "cap-private", What: "the role may not edit private products", set: without("edit_private_products")},
		{ID: "cap-variation", What: "the role lacks the literal edit_product", set: without("edit_product")},
		{ID: "cap-terms-read", What: "the role may not manage product terms", set: without("manage_product_terms")},
		{ID: "cap-customers", What: "the role may not list users", set: without("list_users")},
		{ID: "cap-manage-woocommerce", What: "the role may not manage WooCommerce", set: without("manage_woocommerce")},
		{ID: "cap-reports", What: "the role may not read reports", set: without("view_woocommerce_reports")},
		{ID: "cap-reviews", What: "the role may not moderate reviews", set: without("moderate_comments")},
		{ID: "cap-delete", What: "the role may not delete orders", set: without(
			"delete_posts", "delete_others_posts", "delete_shop_orders", "delete_others_shop_orders",
			"delete_shop_order",
		)},
	}
}

func withPermalinks(p Permalinks) func(*Store) func() {
	return func(s *Store) func() {
		var before Permalinks
		s.shop.Update(func(*shop.Store) { before, s.settings.permalinks = s.settings.permalinks, p })
		return func() { s.shop.Update(func(*shop.Store) { s.settings.permalinks = before }) }
	}
}

func withOption(name, value string) func(*Store) func() {
	return func(s *Store) func() {
		var before string
		s.shop.Update(func(st *shop.Store) {
			before = st.Option(name)
			st.SetOption(name, value)
		})
		return func() { s.shop.Update(func(st *shop.Store) { st.SetOption(name, before) }) }
	}
}

// shownKey is the key that a [Server] shows. The store is locked.
func (s *Store) shownKey() *identity.Key { return s.directory.Key(credentialsOf(defaultLogin).Key) }

func onKey(change func(*identity.Key)) func(*Store) func() {
	return func(s *Store) func() {
		var before identity.Key
		s.shop.Update(func(*shop.Store) {
			if key := s.shownKey(); key != nil {
				before = *key
				change(key)
			}
		})
		return func() {
			s.shop.Update(func(*shop.Store) {
				if key := s.shownKey(); key != nil && before.ID != 0 {
					key.Permissions, key.ConsumerSecret, key.UserID = before.Permissions, before.ConsumerSecret,
						before.UserID
				}
			})
		}
	}
}

// asRole gives the owner of the shown key another role.
func asRole(name string) func(*Store) func() {
	return func(s *Store) func() {
		var before []string
		s.shop.Update(func(*shop.Store) {
			if u, ok := s.directory.ByLogin(defaultLogin); ok {
				before = u.Roles
				s.directory.SetRoles(u, name)
			}
		})
		return func() {
			s.shop.Update(func(*shop.Store) {
				if u, ok := s.directory.ByLogin(defaultLogin); ok && before != nil {
					s.directory.SetRoles(u, before...)
				}
			})
		}
	}
}

// inNetwork makes the store a site of a multisite network. Users for whom outside is true do not belong to the site.
func inNetwork(outside func(*identity.User) bool) func(*Store) func() {
	return func(s *Store) func() {
		var environment core.Environment
		roles := map[*identity.User][]string{}
		s.shop.Update(func(st *shop.Store) {
			environment = st.Environment()
			network := environment
			network.Multisite = true
			st.SetEnvironment(network)
			for u := range st.Customers.Users.All() {
				if outside != nil && !u.Outsider && outside(u) {
					roles[u] = u.Roles
				}
			}
			for u := range roles {
				st.Customers.SetMember(u, false)
			}
		})
		return func() {
			s.shop.Update(func(st *shop.Store) {
				network := st.Environment()
				network.Multisite = environment.Multisite
				st.SetEnvironment(network)
				for u, before := range roles {
					st.Customers.SetMember(u, true, before...)
				}
			})
		}
	}
}

// customRole is the role that the owner of the shown key gets when capabilities are taken away.
const customRole = "integration"

// without gives the owner of the shown key a role with all capabilities of an administrator except missing.
func without(missing ...string) func(*Store) func() {
	return func(s *Store) func() {
		s.shop.Update(func(*shop.Store) {
			base, ok := s.directory.Role(customRole)
			if !ok {
				base, _ = s.directory.Role("administrator")
			}
			caps := base.Caps.Clone()
			for _, name := range missing {
				delete(caps, name)
			}
			s.directory.DefineRole(capability.Role{Name: customRole, Title: "Integration", Caps: caps})
		})
		undo := asRole(customRole)(s)
		return func() {
			undo()
			s.shop.Update(func(*shop.Store) { s.directory.RemoveRole(customRole) })
		}
	}
}
