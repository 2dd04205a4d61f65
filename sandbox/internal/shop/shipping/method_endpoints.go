package shipping

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/form"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// zoneMethods is the controller of /shipping/zones/{zone_id}/methods.
type zoneMethods struct{ *Store }

func (c zoneMethods) register(server *rest.Server) {
	const collection = zonesPath + `/(?P<zone_id>[\d]+)/methods`
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.ShippingZoneMethods, action, message)
	}
	server.Register(rest.Route{Pattern: collection, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, core.CannotList), Handler: c.list},
		{Methods: rest.Creatable, Permission: may(capability.Create, core.CannotCreate), Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: collection + `/(?P<instance_id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, core.CannotList), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: may(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
}

func (c zoneMethods) list(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "zone_id")
	if err != nil {
		return nil, err
	}
	items := rest.List{}
	for _, method := range c.methodsOf(zone.ID) {
		items = append(items, c.item(r, method, c.shownTitle(method)))
	}
	return core.Counted(items), nil
}

// named is the method that a request names. It has to be in the zone that the request names.
func (c zoneMethods) named(r *rest.Request) (*ZoneMethod, error) {
	zone, err := c.zoneNamed(r, "zone_id")
	if err != nil {
		return nil, err
	}
	method, ok := c.ZoneMethods.Get(r.Int("instance_id"))
	if !ok || method.ZoneID != zone.ID {
		return nil, rest.Errorf(404, "woocommerce_rest_shipping_zone_method_invalid", "Resource does not exist.")
	}
	return method, nil
}

func (c zoneMethods) get(r *rest.Request) (*rest.Response, error) {
	method, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return &rest.Response{Body: c.item(r, method, c.shownTitle(method))}, nil
}

// create answers with 200 and without a Location, unlike other resources (recordings: zmet-create). The method stays
// even when its settings are refused.
func (c zoneMethods) create(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "zone_id")
	if err != nil {
		return nil, err
	}
	id, _ := r.Param("method_id").(string)
	method := c.addZoneMethod(zone.ID, id)
	if method == nil {
		return nil, rest.Errorf(500, "woocommerce_rest_shipping_zone_not_created", "Resource cannot be created.")
	}
	return c.change(r, method)
}

func (c zoneMethods) update(r *rest.Request) (*rest.Response, error) {
	method, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return c.change(r, method)
}

// change writes what a request says. The answer shows the new settings under the old title (zmet-update).
func (c zoneMethods) change(r *rest.Request, method *ZoneMethod) (*rest.Response, error) {
	title := c.shownTitle(method)
	if sent := r.Object("settings"); sent != nil {
		values := c.methodSettings(method).Clone()
		if err := form.Validate(c.fieldsOf(method, c.HomeOf(r)), sent, values); err != nil {
			return nil, err
		}
		c.SetOptionValue(method.settingsOption(), values)
	}
	if order := r.Param("order"); order != nil {
		method.Order = core.AbsInt(order)
	}
	if enabled := r.Param("enabled"); enabled != nil {
		method.Enabled = rest.Truthy(enabled)
	}
	return &rest.Response{Body: c.item(r, method, title)}, nil
}

// remove first changes a method as an update does, then deletes it or refuses to.
func (c zoneMethods) remove(r *rest.Request) (*rest.Response, error) {
	method, err := c.named(r)
	if err != nil {
		return nil, err
	}
	response, err := c.change(r, method)
	if err != nil {
		return nil, err
	}
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "rest_trash_not_supported", "Shipping methods do not support trashing.")
	}
	c.deleteZoneMethod(method)
	return response, nil
}

// shownTitle is the title in the settings, or the name of the method where there is none.
func (c zoneMethods) shownTitle(method *ZoneMethod) rest.Value {
	if title := c.methodSettings(method).Value("title"); title != nil {
		return title
	}
	kind, _ := shippingMethodByID(method.Method)
	return kind.title
}

// item is a method with its links as part of the data, so that _fields can remove the links.
func (c zoneMethods) item(r *rest.Request, method *ZoneMethod, title rest.Value) rest.Item {
	kind, _ := shippingMethodByID(method.Method)
	zone := zonesPath + "/" + core.Itoa(method.ZoneID)
	shown, values := &rest.Object{}, c.methodSettings(method)
	for _, f := range c.fieldsOf(method, c.HomeOf(r)) {
		shown.Set(f.ID, f.JSON(values.Value(f.ID)))
	}
	return rest.Item{
		Data: rest.NewObject(
			"id", method.Instance,
			"instance_id", method.Instance,
			"title", title,
			"order", method.Order,
			"enabled", method.Enabled,
			"method_id", kind.id,
			"method_title", kind.title,
			"method_description", wptext.KsesPost(wptext.AutoP(kind.description)),
			"settings", shown,
		),
		Links: []rest.Link{
			{Rel: "self", Href: r.RESTURL(zone + "/methods/" + core.Itoa(method.Instance))},
			{Rel: "collection", Href: r.RESTURL(zone + "/methods")},
			{Rel: "describes", Href: r.RESTURL(zone)},
		},
	}
}

// shippingMethodKinds is the controller of /shipping_methods.
type shippingMethodKinds struct{ *Store }

func (c shippingMethodKinds) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/shipping_methods`, Endpoints: []rest.Endpoint{{
		Methods: rest.Readable, Permission: c.MayAll(capability.ShippingMethods, capability.List, core.CannotList),
		Handler: c.list,
	}}})
	server.Register(rest.Route{Pattern: `/wc/v3/shipping_methods/(?P<id>[\w-]+)`, Endpoints: []rest.Endpoint{{
		Methods: rest.Readable, Permission: c.MayAll(capability.ShippingMethods, capability.Get, core.CannotView),
		Handler: c.get,
	}}})
}

func (c shippingMethodKinds) list(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, kind := range shippingMethods() {
		items = append(items, rest.Item{Data: kind.json(), Links: kind.links(r)})
	}
	return core.Counted(items), nil
}

func (c shippingMethodKinds) get(r *rest.Request) (*rest.Response, error) {
	kind, ok := shippingMethodByID(r.Text("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_shipping_method_invalid", "Resource does not exist.")
	}
	return &rest.Response{Body: kind.json(), Links: kind.links(r)}, nil
}

func (m *shippingMethod) json() *rest.Object {
	return rest.NewObject("id", m.id, "title", m.title, "description", m.description)
}

func (m *shippingMethod) links(r *rest.Request) []rest.Link {
	const collection = "/wc/v3/shipping_methods"
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL(collection + "/" + m.id)},
		{Rel: "collection", Href: r.RESTURL(collection)},
	}
}
