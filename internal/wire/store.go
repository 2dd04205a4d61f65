package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Store is a connected store.
type Store struct {
	Name        string    `json:"name"`
	Group       string    `json:"group,omitempty"`
	URL         string    `json:"url"`
	RESTRoot    string    `json:"rest_root"`
	Title       string    `json:"title"`
	WooCommerce string    `json:"woocommerce,omitempty"`
	Currency    string    `json:"currency,omitempty"`
	TimeZone    string    `json:"time_zone,omitempty"`
	GMTOffset   float64   `json:"gmt_offset"`
	ClockAhead  float64   `json:"clock_ahead_seconds"`
	Auth        string    `json:"auth"`
	KeyStored   bool      `json:"key_stored"`
	Paused      bool      `json:"paused"`
	ConnectedAt time.Time `json:"connected_at"`
	Webhooks    string    `json:"webhooks,omitempty" doc:"How its webhooks stand: off, pending, active, unreachable, paused or refused. The store is polled in every case."`
	Mirrored    *Mirrored `json:"mirrored,omitempty"`
	// Standing says how old the mirror is and what waits.
	Standing *Standing `json:"standing,omitempty"`
	// Seen is what the mirror saw on the store that people should know.
	Seen *storage.Sightings `json:"seen,omitempty"`
	// Diagnosis is why the last sync failed; absent when it did not.
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

// Mirrored counts what the mirror of a store holds.
type Mirrored struct {
	Orders    int `json:"orders"`
	Products  int `json:"products"`
	Customers int `json:"customers"`
}

// StoreOf is a store, without its key.
func StoreOf(st storage.Store) Store {
	view := Store{
		Name: st.Name, URL: st.HomeURL, RESTRoot: st.RESTRoot, Title: st.Facts.SiteName,
		WooCommerce: st.Facts.WooCommerce,
		Currency:    st.Facts.Currency, TimeZone: st.Facts.TimeZone, GMTOffset: st.Facts.GMTOffset,
		ClockAhead: st.Facts.ClockAhead.Seconds(), Auth: string(st.Auth), KeyStored: st.Credentials.Environment == "",
		Paused: st.Paused, ConnectedAt: st.CreatedAt, Diagnosis: st.Facts.Diagnosis,
	}
	if seen := st.Facts.Seen; !seen.Equal(storage.Sightings{}) {
		view.Seen = &seen
	}
	return view
}
