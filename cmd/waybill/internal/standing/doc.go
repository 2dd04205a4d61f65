// Package standing judges how a store stands, for waybill status: up to date, late, or waiting for a person, and says
// why in words. It decides over what was read; it asks nobody.
package standing
