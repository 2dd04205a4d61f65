package settings

import (
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/form"
)

const gatewaysPath = "/wc/v3/payment_gateways"

// paymentGateways is the controller of /payment_gateways.
type paymentGateways struct{ *Store }

func (c paymentGateways) register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.PaymentGateways, action, message)
	}
	server.Register(rest.Route{Pattern: gatewaysPath, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, core.CannotList), Handler: c.list},
	}})
	server.Register(rest.Route{Pattern: gatewaysPath + `/(?P<id>[\w-]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.Update, core.CannotEdit), Handler: c.update},
	}})
}

func (c paymentGateways) list(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, g := range c.gateways() {
		items = append(items, rest.Item{Data: c.json(r, g), Links: gatewayLinks(r, g)})
	}
	return core.Counted(items), nil
}

// named is the gateway that a request names.
func (c paymentGateways) named(r *rest.Request) (*gateway, error) {
	if id, ok := r.Param("id").(string); ok {
		if g, ok := c.gateway(id); ok {
			return g, nil
		}
	}
	return nil, rest.Errorf(404, "woocommerce_rest_payment_gateway_invalid", "Resource does not exist.")
}

func (c paymentGateways) get(r *rest.Request) (*rest.Response, error) {
	g, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return c.answer(r, g), nil
}

// update saves all settings of a gateway, and its place. The answer shows the old title and description, unless the
// request has them beside "settings" and not inside (measured on a real store).
func (c paymentGateways) update(r *rest.Request) (*rest.Response, error) {
	g, err := c.named(r)
	if err != nil {
		return nil, err
	}
	values := g.settings.Clone()
	if sent := r.Object("settings"); sent != nil {
		if err := form.Validate(g.fields, sent, values); err != nil {
			return nil, err
		}
	}
	if v := r.Param("enabled"); v != nil {
		g.enabled = rest.StringToBool(v)
		values.Set("enabled", yesNo(g.enabled))
	}
	if v := r.Param("title"); v != nil {
		g.title = v
		values.Set("title", v)
	}
	if v := r.Param("description"); v != nil {
		g.description = v
		values.Set("description", v)
	}
	g.settings = values
	c.SetOptionValue(g.settingsOption(), values)
	if place := r.Param("order"); place != nil {
		places := c.OptionArray(gatewayOrder).Clone()
		places.Set(g.id, core.AbsInt(place))
		c.SetOptionValue(gatewayOrder, places)
	}
	return c.answer(r, g), nil
}

func yesNo(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

func (c paymentGateways) answer(r *rest.Request, g *gateway) *rest.Response {
	return &rest.Response{Body: c.json(r, g), Links: gatewayLinks(r, g)}
}

// settingsPlace is the query of the admin page with the settings of a gateway.
func (s *Store) settingsPlace(g *gateway) string {
	if s.Has(core.OfflineSettings) { // all gateways that WooCommerce brings are offline ones
		return "path=/offline/" + g.id
	}
	return "section=" + g.id
}

func (c paymentGateways) json(r *rest.Request, g *gateway) *rest.Object {
	place := rest.Value("")
	if v := c.OptionArray(gatewayOrder).Value(g.id); v != nil {
		place = v
	}
	return rest.NewObject(
		"id", g.id,
		"title", g.title,
		"description", g.description,
		"order", place,
		"enabled", g.enabled,
		"method_title", g.gatewayForm.title,
		"method_description", g.gatewayForm.description,
		"method_supports", rest.List{"products"},
		"settings", g.shownSettings(),
		"needs_setup", false,
		"post_install_scripts", rest.List{},
		"settings_url", c.HomeOf(r)+"/wp-admin/admin.php?page=wc-settings&tab=checkout&"+c.settingsPlace(g),
		"connection_url", nil,
		"setup_help_text", nil,
		"required_settings_keys", rest.List{},
	)
}

// shownSettings are the settings with a label. "enabled" and "description" are left out, because the gateway shows them
// itself.
func (g *gateway) shownSettings() *rest.Object {
	shown := &rest.Object{}
	for _, f := range g.fields {
		if f.Label == "" || slices.Contains([]string{"enabled", "description"}, f.ID) {
			continue
		}
		value := g.settings.Value(f.ID)
		if !rest.Truthy(value) {
			value = ""
		}
		shown.Set(f.ID, f.JSON(value))
	}
	return shown
}

func gatewayLinks(r *rest.Request, g *gateway) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL(gatewaysPath + "/" + g.id)},
		{Rel: "collection", Href: r.RESTURL(gatewaysPath)},
	}
}
