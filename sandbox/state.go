package sandbox

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// State is what a store is and holds, without secrets.
type State struct {
	Name     string         `json:"name"`
	Home     string         `json:"home"`
	Version  string         `json:"version"` // of WooCommerce
	Storage  string         `json:"storage"` // of orders
	Now      time.Time      `json:"now"`     // the store's clock, UTC
	Counts   map[string]int `json:"counts"`
	Requests int            `json:"requests"` // for the API, since the store was made or reset
	Users    []UserState    `json:"users"`
	Keys     []KeyState     `json:"keys"`
	Broken   []string       `json:"broken"` // ids of breakages in force
	Sites    []SiteState    `json:"sites"`  // of the network, the main site first; none for a store of its own
}

// UserState is a user of the store.
type UserState struct {
	ID    int64    `json:"id"`
	Login string   `json:"login"`
	Email string   `json:"email"`
	Roles []string `json:"roles"`
	// Outsider and SuperAdmin matter in a network. An outsider is no member of the site. A super admin may do
	// everything on all sites.
	Outsider   bool `json:"outsider,omitempty"`
	SuperAdmin bool `json:"super_admin,omitempty"`
}

// SiteState is a site of a network.
type SiteState struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Home string `json:"home"`
}

// KeyState is a REST API key as WooCommerce's settings list it: the last characters of the key, and no secret.
type KeyState struct {
	ID          int64      `json:"id"`
	User        string     `json:"user"` // login; "" when the user is gone
	Description string     `json:"description"`
	Permissions string     `json:"permissions"`
	EndsWith    string     `json:"ends_with"`
	LastUsed    *time.Time `json:"last_used"` // null: never
}

// shownEnd is how many characters of a key WooCommerce shows.
const shownEnd = 7

// State describes the store as it is now.
func (s *Store) State() State {
	state := State{Requests: s.RequestCount(), Broken: s.Broken()}
	sites := s.Sites()
	s.shop.View(func(st *shop.Store) {
		if s.network != nil {
			for _, site := range sites {
				state.Sites = append(state.Sites, SiteState{
					site.shop.Customers.SiteID(), site.shop.Option("blogname"), site.shop.Home(),
				})
			}
		}
		state.Name, state.Home, state.Version, state.Storage = st.Option("blogname"), st.Home(), st.Version(),
			string(st.Storage())
		state.Now = s.Now()
		state.Counts = map[string]int{
			"orders": st.Orders.Orders.Len(), "refunds": st.Orders.Refunds.Len(), "notes": st.Orders.Notes.Len(),
			"coupons": st.Coupons.Coupons.Len(), "users": st.Customers.Users.Len(),
			"products": st.Catalogue.Products.Len(),
		}
		for user := range st.Customers.Users.All() {
			state.Users = append(state.Users, UserState{
				user.ID, user.Login, user.Email, slices.Clone(user.Roles), user.Outsider, user.SuperAdmin,
			})
		}
		for _, key := range s.directory.Keys() {
			shown := KeyState{
				ID: key.ID, Description: key.Description, Permissions: string(key.Permissions),
				EndsWith: key.ConsumerKey[max(0, len(key.ConsumerKey)-shownEnd):],
			}
			if user, ok := s.directory.User(key.UserID); ok {
				shown.User = user.Login
			}
			if !key.LastAccess.IsZero() {
				used := key.LastAccess.UTC()
				shown.LastUsed = &used
			}
			state.Keys = append(state.Keys, shown)
		}
	})
	return state
}

// Broken are the ids of the breakages in force, sorted.
func (s *Store) Broken() []string {
	broken := map[string]bool{}
	s.broken.mu.Lock()
	for id := range s.broken.undo {
		broken[id] = true
	}
	s.broken.mu.Unlock()
	for _, f := range s.Faults() {
		broken[f.Name] = true
	}
	ids := []string{}
	for _, b := range Breakages() {
		if broken[b.ID] {
			ids = append(ids, b.ID)
		}
	}
	return ids
}
