package shipping

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

const zonesPath = "/wc/v3/shipping/zones"

// shippingZones is the controller of /shipping/zones.
type shippingZones struct{ *Store }

func (c shippingZones) register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.ShippingZones, action, message)
	}
	server.Register(rest.Route{Pattern: zonesPath, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, core.CannotList), Handler: c.list},
		{Methods: rest.Creatable, Permission: may(capability.Create, core.CannotCreate), Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: zonesPath + `/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, core.CannotList), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: may(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
}

// zoneNamed is the zone that a parameter of the request names.
func (s *Store) zoneNamed(r *rest.Request, parameter string) (*Zone, error) {
	zone, ok := s.zone(r.Int(parameter))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_shipping_zone_invalid", "Resource does not exist.")
	}
	return zone, nil
}

func (c shippingZones) list(r *rest.Request) (*rest.Response, error) {
	items := rest.List{zoneItem(r, restOfWorld)}
	for _, zone := range c.zones() {
		items = append(items, zoneItem(r, zone))
	}
	return core.Counted(items), nil
}

func (c shippingZones) get(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "id")
	if err != nil {
		return nil, err
	}
	return &rest.Response{Body: zoneItem(r, zone)}, nil
}

func (c shippingZones) create(r *rest.Request) (*rest.Response, error) {
	zone := c.saveZone(zoneFrom(r, Zone{}))
	if zone.ID == 0 {
		return nil, rest.Errorf(500, "woocommerce_rest_shipping_zone_not_created",
			"Resource cannot be created. Check to make sure 'order' and 'name' are present.")
	}
	response := &rest.Response{Status: 201, Body: zoneItem(r, &zone)}
	response.SetHeader("Location", r.RESTURL(zonesPath+"/"+core.Itoa(zone.ID)))
	return response, nil
}

// zoneFrom is a zone with the changes of a request.
func zoneFrom(r *rest.Request, zone Zone) Zone {
	if name := r.Param("name"); name != nil {
		zone.Name = wptext.SanitizeTextField(rest.Text(name))
	}
	if order := r.Param("order"); order != nil {
		zone.Order = core.AbsInt(order)
	}
	return zone
}

func (c shippingZones) update(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "id")
	if err != nil {
		return nil, err
	}
	if zone.ID == 0 {
		return nil, rest.Errorf(403, "woocommerce_rest_shipping_zone_invalid_zone",
			`The "locations not covered by your other zones" zone cannot be updated.`)
	}
	if r.Param("name") != nil || r.Param("order") != nil {
		c.saveZone(zoneFrom(r, *zone))
	}
	return &rest.Response{Body: zoneItem(r, zone)}, nil
}

// remove answers with success for the rest of the world too, but does not delete it (recordings: zone-delete-0).
func (c shippingZones) remove(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "id")
	if err != nil {
		return nil, err
	}
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "rest_trash_not_supported", "Shipping zones do not support trashing.")
	}
	c.deleteZone(zone)
	return &rest.Response{Body: zoneItem(r, zone)}, nil
}

// zoneItem is a zone with its links as part of the data, so that _fields can remove the links.
func zoneItem(r *rest.Request, zone *Zone) rest.Item {
	self := zonesPath + "/" + core.Itoa(zone.ID)
	return rest.Item{
		Data: rest.NewObject("id", zone.ID, "name", zone.Name, "order", zone.Order),
		Links: []rest.Link{
			{Rel: "self", Href: r.RESTURL(self)},
			{Rel: "collection", Href: r.RESTURL(zonesPath)},
			{Rel: "describedby", Href: r.RESTURL(self + "/locations")},
		},
	}
}
