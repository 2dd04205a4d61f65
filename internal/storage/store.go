package storage

import (
	"slices"
	"time"
)

// AuthMode is how the key is sent to a store. The values are those of package woo.
type AuthMode string

// The ways in which a store accepts a key.
const (
	AuthBasic AuthMode = "basic"       // HTTP Basic over HTTPS
	AuthQuery AuthMode = "query"       // consumer_key and consumer_secret in the query, over HTTPS
	AuthOAuth AuthMode = "oauth1"      // OAuth 1.0a signatures with SHA-256, where only HTTP exists
	AuthSHA1  AuthMode = "oauth1-sha1" // the same with SHA-1
)

// Credentials say where a store's key and secret come from. Either they are sealed by vault and kept in the database,
// or they come from named environment variables, which are read at start and never stored. Exactly one of the two is
// set.
type Credentials struct {
	Sealed      []byte
	Environment string
	// Hook is the sealed secret with which the store signs its webhooks; nil where none was made. See [Hook].
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
	// Epoch fences jobs. Each claim of a store raises it, and a transaction of an older claim fails with [ErrFenced].
	Epoch     int64
	Facts     StoreFacts
	CreatedAt time.Time
	UpdatedAt time.Time
}

// StoreFacts are what the mirror learned about a store and needs again. The zero value means that nothing is known yet.
type StoreFacts struct {
	// TimeZone is the store's zone as it names it ("America/New_York"), empty where the store keeps a fixed offset.
	TimeZone string `json:"time_zone,omitempty"`
	// GMTOffset is the offset from UTC in hours that the store announces. It moves with daylight saving time where
	// TimeZone is set.
	GMTOffset float64 `json:"gmt_offset"`
	// SiteName is the shop's own title.
	SiteName string `json:"site_name,omitempty"`
	// WooCommerce is the plugin's version, empty where the key may not see it.
	WooCommerce string `json:"woocommerce,omitempty"`
	// SignedHome is the address that OAuth signatures cover, where the store believes that it lives at another address
	// than the one it is reached at; empty otherwise.
	SignedHome string `json:"signed_home,omitempty"`
	// Currency is the shop's ISO 4217 code.
	Currency string `json:"currency,omitempty"`
	// ClockAhead is how far the store's clock ran ahead of ours when last seen; negative when behind.
	ClockAhead time.Duration `json:"clock_ahead,omitempty"`
	// Seen is what the mirror saw on the store and people should know.
	Seen Sightings `json:"seen,omitzero"`
	// Address is the network address at which the store was last reached, without its port; empty where a proxy or
	// nothing stands for it. Stores that have the same are on one host.
	Address string `json:"address,omitempty"`
	// MethodOverride sends PUT and DELETE as POST with _method, for a store whose host blocks them.
	MethodOverride bool `json:"method_override,omitempty"`
	// HomeGiven: the store is used at the address that a person gave, whatever home it names.
	HomeGiven bool `json:"home_given,omitempty"`
	// Diagnosis is why the last sync failed; nil after a sync that worked.
	Diagnosis *Diagnosis `json:"diagnosis,omitempty"`
	// SeenAt is when these facts were read, by our clock.
	SeenAt time.Time `json:"seen_at,omitzero"`
}

// Sightings are peculiarities of a store that affect its mirror.
type Sightings struct {
	// HiddenOrders counts orders that are mirrored although no list shows them, because their status is not registered.
	// UnseenOrders counts orders that the store counts but that are in no list and not mirrored.
	HiddenOrders int `json:"hidden_orders,omitempty"`
	UnseenOrders int `json:"unseen_orders,omitempty"`
	// Cache is the sign of a cache that answered in place of the store, as a header and its value.
	Cache string `json:"cache,omitempty"`
	// Volatile are members that differ on every reading of an unchanged record, as "orders: /invoice_url".
	Volatile []string `json:"volatile,omitempty"`
	// Refused are the resources whose lists are refused. Closed are the ones among them that something other than
	// WooCommerce refuses. Such a refusal tells nothing about the key.
	Refused []Resource `json:"refused,omitempty"`
	Closed  []Resource `json:"closed,omitempty"`
	// Unlisted are resources of which the store counts more records than its lists show.
	Unlisted []Unlisted `json:"unlisted,omitempty"`
}

// Unlisted compares what a store's lists show of a resource with what the store counts.
type Unlisted struct {
	Resource Resource `json:"resource"`
	Counted  int      `json:"counted"`
	Shown    int      `json:"shown"`
	// OnePage: the store answers its first page whatever page is asked for.
	OnePage bool `json:"one_page,omitempty"`
}

// Equal says whether two sightings are the same.
func (s Sightings) Equal(o Sightings) bool {
	return s.HiddenOrders == o.HiddenOrders && s.UnseenOrders == o.UnseenOrders && s.Cache == o.Cache &&
		slices.Equal(s.Volatile, o.Volatile) && slices.Equal(s.Refused, o.Refused) &&
		slices.Equal(s.Closed, o.Closed) && slices.Equal(s.Unlisted, o.Unlisted)
}

// Diagnosis is the cause of a failing sync, as the doctor found it, in words for people and without secrets.
type Diagnosis struct {
	At time.Time `json:"at"`
	// Failure is the code of the problem that the sync failed with.
	Failure string `json:"failure"`
	// Cause is the id of the check that found the cause; empty when none did.
	Cause string `json:"cause,omitempty"`
	Title string `json:"title,omitempty"`
	Why   string `json:"why,omitempty"`
	// Fix is what to do first.
	Fix  string `json:"fix,omitempty"`
	Docs string `json:"docs,omitempty"`
}

// Claim is the right to write one store's mirror. It lasts until another process claims the store. Transactions are
// checked against its epoch.
type Claim struct {
	StoreID int64
	Epoch   int64
}
