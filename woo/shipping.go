package woo

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// ShippingZones is the shipping zones of the store. Zone 0 always exists and covers what no other zone covers. While
// shipping is switched off in the store, every call answers 404 rest_no_route (docs/woocommerce/routing.md#shipping-disabled).
type ShippingZones struct {
	Reading[ShippingZone, int64]
	Creating[ShippingZone]
	Updating[ShippingZone, int64]
	Deleting[ShippingZone, int64]
}

// ShippingZones gives access to shipping zones.
func (c *Client) ShippingZones() ShippingZones {
	e := endpoint{c, "shipping/zones"}
	return ShippingZones{Reading[ShippingZone, int64]{e}, Creating[ShippingZone]{e}, Updating[ShippingZone, int64]{e}, Deleting[ShippingZone, int64]{e}}
}

// List reads all zones.
func (z ShippingZones) List(ctx context.Context) ([]ShippingZone, error) {
	items, _, err := list[ShippingZone](ctx, z.Reading.client, Request{Path: z.Reading.path})
	return items, err
}

// Locations reads the places that a zone covers.
func (z ShippingZones) Locations(ctx context.Context, zone int64) ([]ShippingLocation, error) {
	items, _, err := list[ShippingLocation](ctx, z.Reading.client, Request{Path: "shipping/zones/" + itoa(zone) + "/locations"})
	return items, err
}

// SetLocations replaces the places that a zone covers. The store drops entries it does not understand without an error
// (recording zloc-put-bad-type): compare what it returns.
func (z ShippingZones) SetLocations(ctx context.Context, zone int64, locations []ShippingLocation) ([]ShippingLocation, error) {
	if locations == nil {
		locations = []ShippingLocation{}
	}
	items, _, err := list[ShippingLocation](ctx, z.Reading.client, Request{
		Method: http.MethodPut, Path: "shipping/zones/" + itoa(zone) + "/locations", Body: locations,
	})
	return items, err
}

// ZoneMethods is the ways of shipping in one zone.
type ZoneMethods struct {
	Reading[ZoneMethod, int64]
	Creating[ZoneMethod]
	Updating[ZoneMethod, int64]
	Deleting[ZoneMethod, int64]
}

// ZoneMethods gives access to the ways of shipping in a zone, addressed by instance id.
func (c *Client) ZoneMethods(zone int64) ZoneMethods {
	e := endpoint{c, "shipping/zones/" + itoa(zone) + "/methods"}
	return ZoneMethods{Reading[ZoneMethod, int64]{e}, Creating[ZoneMethod]{e}, Updating[ZoneMethod, int64]{e}, Deleting[ZoneMethod, int64]{e}}
}

// List reads all ways of shipping in the zone.
func (m ZoneMethods) List(ctx context.Context) ([]ZoneMethod, error) {
	items, _, err := list[ZoneMethod](ctx, m.Reading.client, Request{Path: m.Reading.path})
	return items, err
}

// UpdateSettings changes settings of a way of shipping, by their ids.
func (m ZoneMethods) UpdateSettings(ctx context.Context, instance int64, settings map[string]string) (*ZoneMethod, error) {
	return m.UpdateRaw(ctx, instance, settingsBody(settings))
}

// settingsBody: settings are read as objects and written as plain values (recording zmet-update).
func settingsBody(settings map[string]string) json.RawMessage {
	var values, body object
	for name, value := range settings {
		values.put(name, jsonvalue.AppendQuoted(nil, value))
	}
	body.put("settings", values.json())
	return body.json()
}

// ShippingMethods lists the kinds of shipping that the store can offer.
func (c *Client) ShippingMethods() ShippingMethods {
	return ShippingMethods{Reading[ShippingMethod, string]{endpoint{c, "shipping_methods"}}}
}

// ShippingMethods is the kinds of shipping, by id such as "flat_rate".
type ShippingMethods struct {
	Reading[ShippingMethod, string]
}

// List reads all kinds of shipping.
func (m ShippingMethods) List(ctx context.Context) ([]ShippingMethod, error) {
	items, _, err := list[ShippingMethod](ctx, m.client, Request{Path: m.path})
	return items, err
}

// ShippingZone is a part of the world with its ways of shipping.
type ShippingZone struct {
	Record
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Order int64  `json:"order"`
}

func (z *ShippingZone) UnmarshalJSON(b []byte) error { return readRecord(b, z) }
func (z ShippingZone) MarshalJSON() ([]byte, error)  { return writeRecord(&z) }

// ShippingLocation is a place in a zone.
type ShippingLocation struct {
	Record
	Code string `json:"code"` // "DE", "US:CA", "EU", "0101*" or "90210...99000"
	Type string `json:"type"` // postcode, state, country or continent
}

func (l *ShippingLocation) UnmarshalJSON(b []byte) error { return readRecord(b, l) }
func (l ShippingLocation) MarshalJSON() ([]byte, error)  { return writeRecord(&l) }

// ZoneMethod is one way of shipping in a zone. To change settings use ZoneMethods.UpdateSettings.
type ZoneMethod struct {
	Record
	ID                int64              `json:"id"`
	InstanceID        int64              `json:"instance_id"`
	Title             string             `json:"title"`
	Order             int64              `json:"order"`
	Enabled           bool               `json:"enabled"`
	MethodID          string             `json:"method_id"`
	MethodTitle       string             `json:"method_title"`
	MethodDescription string             `json:"method_description"`
	Settings          map[string]Setting `json:"settings"`
}

func (m *ZoneMethod) UnmarshalJSON(b []byte) error { return readRecord(b, m) }
func (m ZoneMethod) MarshalJSON() ([]byte, error)  { return writeRecord(&m) }

// ShippingMethod is a kind of shipping.
type ShippingMethod struct {
	Record
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func (m *ShippingMethod) UnmarshalJSON(b []byte) error { return readRecord(b, m) }
func (m ShippingMethod) MarshalJSON() ([]byte, error)  { return writeRecord(&m) }
