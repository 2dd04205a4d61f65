package shipping

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, catalogue *catalogue.Store) *Store {
	s := &Store{Store: base, catalogue: catalogue}
	s.Reset()
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() {
	s.State = State{
		Zones:       newZoneTable(),
		ZoneMethods: newZoneMethodTable(),
	}
}

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		shippingZones{s},
		zoneLocations{s},
		zoneMethods{s},
		shippingMethodKinds{s},
	} {
		controller.register(server)
	}
}
