package woo

import (
	"context"
	"encoding/json"
	"net/http"
)

// ShippingZones is the service for the shipping zones of the store. Zone 0 always exists and covers what no other zone
// covers. While shipping is switched off in the store, every call answers 404 rest_no_route
// (docs/woocommerce/routing.md#shipping-disabled).
type ShippingZones struct{ resource[ShippingZone] }

// ShippingZones gives access to shipping zones. It sends no request.
func (c *Client) ShippingZones() ShippingZones {
	return ShippingZones{resourceAt[ShippingZone](c, RouteShippingZones, 0)}
}

// List reads all zones; the list has no pages.
func (z ShippingZones) List(ctx context.Context) ([]ShippingZone, error) { return z.whole(ctx) }

// Get reads one zone.
func (z ShippingZones) Get(ctx context.Context, id int64) (*ShippingZone, error) {
	return z.get(ctx, itoa(id))
}

// Create makes a zone of the fields that are set, and returns it as the store made it. The request is never repeated.
func (z ShippingZones) Create(ctx context.Context, zone ShippingZone) (*ShippingZone, error) {
	return z.create(ctx, zone)
}

// Update sends the fields of change that are set. For a zone that was read use Change: the whole zone sent back would
// overwrite what others changed meanwhile.
func (z ShippingZones) Update(ctx context.Context, id int64, change ShippingZone) (*ShippingZone, error) {
	return z.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the zone as it was read. When edit changes nothing, nothing is
// sent and from is returned.
func (z ShippingZones) Change(
	ctx context.Context, id int64, from *ShippingZone, edit func(*ShippingZone),
) (*ShippingZone, error) {
	return z.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (z ShippingZones) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*ShippingZone, error) {
	return z.updateRaw(ctx, itoa(id), body)
}

// Delete removes the zone for good and returns it as it was.
func (z ShippingZones) Delete(ctx context.Context, id int64) (*ShippingZone, error) {
	return z.remove(ctx, itoa(id), true)
}

// Locations reads the places that a zone covers.
func (z ShippingZones) Locations(ctx context.Context, zone int64) ([]ShippingLocation, error) {
	items, _, err := list[ShippingLocation](ctx, z.client, Request{Path: RouteZoneLocations.List(zone)})
	return items, err
}

// SetLocations replaces the places that a zone covers. The store drops entries it does not understand without an error
// (recording zloc-put-bad-type): compare what it returns.
func (z ShippingZones) SetLocations(
	ctx context.Context, zone int64, locations []ShippingLocation,
) ([]ShippingLocation, error) {
	if locations == nil {
		locations = []ShippingLocation{}
	}
	items, _, err := list[ShippingLocation](ctx, z.client, Request{
		Method: http.MethodPut, Path: RouteZoneLocations.List(zone), Body: locations,
	})
	return items, err
}

// ZoneMethods is the ways of shipping in one zone.
type ZoneMethods struct{ resource[ZoneMethod] }

// ZoneMethods gives access to the ways of shipping in a zone, addressed by instance id.
func (c *Client) ZoneMethods(zone int64) ZoneMethods {
	return ZoneMethods{resourceAt[ZoneMethod](c, RouteZoneMethods, zone)}
}

// List reads all ways of shipping in the zone; the list has no pages.
func (m ZoneMethods) List(ctx context.Context) ([]ZoneMethod, error) { return m.whole(ctx) }

// Get reads one way of shipping.
func (m ZoneMethods) Get(ctx context.Context, instance int64) (*ZoneMethod, error) {
	return m.get(ctx, itoa(instance))
}

// Create makes a way of shipping of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (m ZoneMethods) Create(ctx context.Context, method ZoneMethod) (*ZoneMethod, error) {
	return m.create(ctx, method)
}

// Update sends the fields of change that are set. For a way of shipping that was read use Change: the whole way of
// shipping sent back would overwrite what others changed meanwhile.
func (m ZoneMethods) Update(ctx context.Context, instance int64, change ZoneMethod) (*ZoneMethod, error) {
	return m.update(ctx, itoa(instance), change)
}

// Change sends only what edit changes in a copy of from, the way of shipping as it was read. When edit changes nothing,
// nothing is sent and from is returned.
func (m ZoneMethods) Change(
	ctx context.Context, instance int64, from *ZoneMethod, edit func(*ZoneMethod),
) (*ZoneMethod, error) {
	return m.change(ctx, itoa(instance), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (m ZoneMethods) UpdateRaw(ctx context.Context, instance int64, body json.RawMessage) (*ZoneMethod, error) {
	return m.updateRaw(ctx, itoa(instance), body)
}

// Delete removes the way of shipping for good and returns it as it was.
func (m ZoneMethods) Delete(ctx context.Context, instance int64) (*ZoneMethod, error) {
	return m.remove(ctx, itoa(instance), true)
}

// UpdateSettings changes settings of a way of shipping, by their ids.
func (m ZoneMethods) UpdateSettings(
	ctx context.Context, instance int64, settings map[string]string,
) (*ZoneMethod, error) {
	return m.updateRaw(ctx, itoa(instance), settingsBody(settings))
}

// ShippingMethods lists the kinds of shipping that the store can offer.
func (c *Client) ShippingMethods() ShippingMethods {
	return ShippingMethods{resourceAt[ShippingMethod](c, RouteShippingMethods, 0)}
}

// List reads all kinds of shipping; the list has no pages.
func (m ShippingMethods) List(ctx context.Context) ([]ShippingMethod, error) { return m.whole(ctx) }

// Get reads one kind of shipping.
func (m ShippingMethods) Get(ctx context.Context, id string) (*ShippingMethod, error) {
	return m.get(ctx, id)
}

// ShippingMethods is the kinds of shipping, by id such as "flat_rate".
type ShippingMethods struct{ resource[ShippingMethod] }

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
