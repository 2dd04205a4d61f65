package shop

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// Register adds the routes of all resources of the store to a server: one line
// per controller.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range s.termControllers() {
		controller.register(server)
	}
	for _, controller := range []interface{ register(*rest.Server) }{
		orders{s},
		networkOrders{s},
		orderNotes{s},
		refunds{s},
		orderActions{s},
		fulfillments{s},
		receipts{s},
		coupons{s},
		products{s},
		variations{s},
		attributes{s},
		reviews{s},
		customers{s},
		taxes{s},
		taxClasses{s},
		shippingZones{s},
		zoneLocations{s},
		zoneMethods{s},
		shippingMethodKinds{s},
		paymentGateways{s},
		settings{s},
		systemStatus{s},
		statusTools{s},
		facts{s},
		reports{s},
		analytics{s},
		storefront{s},
	} {
		controller.register(server)
	}
}
