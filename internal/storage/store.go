package storage

import (
	"slices"
	"time"
)

// AuthMode is how the key travels to a store. The values are those of the woo client's own modes.
type AuthMode string

// The ways a store accepts a key.
const (
	AuthBasic AuthMode = "basic"       // HTTP Basic over HTTPS
	AuthQuery AuthMode = "query"       // consumer_key and consumer_secret in the query, over HTTPS
	AuthOAuth AuthMode = "oauth1"      // OAuth 1.0a signatures with SHA-256, where only HTTP exists
	AuthSHA1  AuthMode = "oauth1-sha1" // the same with SHA-1
)

// Credentials are where a store's key and secret come from: sealed by vault inside the database, or named environment
// variables that are read at start and never stored. Exactly one of the two is set.
type Credentials struct {
	Sealed      []byte
	Environment string
	// Hook is what the store signs its webhooks with, sealed too; nil where none was made. See [Hook].
	Hook []byte
}

// Store is one connected shop.
type Store struct {
	ID          int64
	Name        string // unique among stores; what a person types
	HomeURL     string // canonical home, unique among stores
	RESTRoot    string // where wp-json begins, as the store announces it
	Auth        AuthMode
	Credentials Credentials
	Paused      bool
	// GroupID is the group that the store is in; 0 for none.
	GroupID int64
	// Epoch fences jobs: each claim of a store raises it, and a transaction of an older claim fails with [ErrFenced].
	Epoch     int64
	Facts     StoreFacts
	CreatedAt time.Time
	UpdatedAt time.Time
}

// StoreFacts are what the mirror learned about a store and needs again. The zero value means nothing is known yet.
type StoreFacts struct {
	// TimeZone is the store's zone as it names it ("America/New_York"), empty where the store keeps a fixed offset.
	TimeZone string `json:"time_zone,omitempty"`
	// GMTOffset is the offset in hours the store announces; moves with DST where TimeZone is set.
	GMTOffset float64 `json:"gmt_offset"`
	// SiteName is the shop's own title.
	SiteName string `json:"site_name,omitempty"`
	// WooCommerce is the plugin's version, empty where the key may not see it.
	WooCommerce string `json:"woocommerce,omitempty"`
	// SignedHome is the address that OAuth signatures are made over, where the store lives behind another one than it
	// believes; empty otherwise.
	SignedHome string `json:"signed_home,omitempty"`
	// Currency is the shop's ISO 4217 code.
	Currency string `json:"currency,omitempty"`
	// ClockAhead is how far the store's clock ran ahead of ours when last seen; negative when behind.
	ClockAhead time.Duration `json:"clock_ahead,omitempty"`
	// Seen is what the mirror saw on the store that people should know.
	Seen Sightings `json:"seen,omitzero"`
	// Address is the network address at which the store was last reached, without its port; empty where a proxy or
	// nothing stands for it. Stores that have the same are on one host.
	Address string `json:"address,omitempty"`
	// MethodOverride sends PUT and DELETE as POST with _method, for a store whose host blocks them.
	MethodOverride bool `json:"method_override,omitempty"`
	// HomeGiven: the store is used at the address that a person gave, whatever home it names itself.
	HomeGiven bool `json:"home_given,omitempty"`
	// Diagnosis is why the last sync failed; nil after one that did not.
	Diagnosis *Diagnosis `json:"diagnosis,omitempty"`
	// SeenAt is when these facts were read, by our clock.
	SeenAt time.Time `json:"seen_at,omitzero"`
}

// Sightings are peculiarities of a store that bear on what its mirror holds.
type Sightings struct {
	// HiddenOrders are mirrored although no list shows them, because nothing registers their status; UnseenOrders are
	// counted by the store, in no list, and not held.
	HiddenOrders int `json:"hidden_orders,omitempty"`
	UnseenOrders int `json:"unseen_orders,omitempty"`
	// Cache is the sign of a cache that answered in the store's place.
	Cache string `json:"cache,omitempty"`
	// Volatile are members that differ on every reading of an unchanged record, as "orders: /invoice_url".
	Volatile []string `json:"volatile,omitempty"`
	// Refused are resources whose lists are refused; Closed those of them that not WooCommerce refuses but something
	// that answers in its place, which tells nothing of the key.
	Refused []Resource `json:"refused,omitempty"`
	Closed  []Resource `json:"closed,omitempty"`
	// Unlisted are resources of which the store counts more than its lists show.
	Unlisted []Unlisted `json:"unlisted,omitempty"`
}

// Unlisted is what a store's lists show of a resource, and how many the store counts.
type Unlisted struct {
	Resource Resource `json:"resource"`
	Counted  int      `json:"counted"`
	Shown    int      `json:"shown"`
	// OnePage: the store gives its first page whatever page is asked for.
	OnePage bool `json:"one_page,omitempty"`
}

// Equal says whether two looks saw the same.
func (s Sightings) Equal(o Sightings) bool {
	return s.HiddenOrders == o.HiddenOrders && s.UnseenOrders == o.UnseenOrders && s.Cache == o.Cache &&
		slices.Equal(s.Volatile, o.Volatile) && slices.Equal(s.Refused, o.Refused) &&
		slices.Equal(s.Closed, o.Closed) && slices.Equal(s.Unlisted, o.Unlisted)
}

// Diagnosis is what was found to be the cause of a failing sync, in words for people and without secrets.
type Diagnosis struct {
	At time.Time `json:"at"`
	// Failure is the code of the problem that the sync failed with.
	Failure string `json:"failure"`
	// Cause is the id of the check that found it; empty when nothing was found.
	Cause string `json:"cause,omitempty"`
	Title string `json:"title,omitempty"`
	Why   string `json:"why,omitempty"`
	// Fix is what to do first.
	Fix  string `json:"fix,omitempty"`
	Docs string `json:"docs,omitempty"`
}

// Claim is the right to write one store's mirror until somebody else claims it: the epoch that transactions are checked
// against.
type Claim struct {
	StoreID int64
	Epoch   int64
}
