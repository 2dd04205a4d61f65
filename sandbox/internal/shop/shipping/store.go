package shipping

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Store holds how a shop ships: zones, their places and methods.
type Store struct {
	*core.Store
	catalogue *catalogue.Store

	State
}

// State is what a reset discards.
type State struct {
	Zones       *core.Table[*Zone]
	ZoneMethods *core.Table[*ZoneMethod]
}

// ZoneMethod is a way of shipping in a zone.
type ZoneMethod struct {
	Instance int64 // WooCommerce's instance_id
	ZoneID   int64
	Method   string // flat_rate, free_shipping, local_pickup
	Order    int64
	Enabled  bool
}

// RecordID is the number of the instance.
func (m *ZoneMethod) RecordID() int64 { return m.Instance }

// Zone is a part of the world that shipping methods serve.
type Zone struct {
	ID        int64
	Name      string
	Order     int64
	Locations []ZoneLocation
}

// RecordID is the zone's number.
func (z *Zone) RecordID() int64 { return z.ID }

// ZoneLocation is a place in a zone.
type ZoneLocation struct {
	Code string // DE, US:CA, EU, or a postcode with * or as range 1...9
	Type string // country, state, continent or postcode
}
