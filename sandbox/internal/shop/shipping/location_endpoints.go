package shipping

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// zoneLocations is the controller of /shipping/zones/{id}/locations.
type zoneLocations struct{ *Store }

func (c zoneLocations) register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.ShippingZoneLocations, action, message)
	}
	server.Register(rest.Route{Pattern: zonesPath + `/(?P<id>[\d]+)/locations`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, core.CannotList), Handler: c.list},
		{Methods: rest.Editable, Permission: may(capability.Update, core.CannotEdit), Handler: c.replace},
	}})
}

func (c zoneLocations) list(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "id")
	if err != nil {
		return nil, err
	}
	self := zonesPath + "/" + core.Itoa(zone.ID)
	items := make(rest.List, len(zone.Locations))
	for i, location := range zone.Locations {
		items[i] = rest.Item{
			Data: rest.NewObject("code", location.Code, "type", location.Type),
			Links: []rest.Link{
				{Rel: "collection", Href: r.RESTURL(self + "/locations")},
				{Rel: "describes", Href: r.RESTURL(self)},
			},
		}
	}
	return core.Counted(items), nil
}

// replace replaces all locations of the zone by the list of a JSON body. It drops elements that it does not understand,
// without an error. A body that is no JSON empties the zone.
func (c zoneLocations) replace(r *rest.Request) (*rest.Response, error) {
	zone, err := c.zoneNamed(r, "id")
	if err != nil {
		return nil, err
	}
	if zone.ID == 0 {
		return nil, rest.Errorf(403, "woocommerce_rest_shipping_zone_locations_invalid_zone",
			`The "locations not covered by your other zones" zone cannot be updated.`)
	}
	changed := *zone
	changed.Locations = nil
	for _, e := range r.JSON.All() {
		if location, ok := locationFrom(e); ok {
			changed.Locations = append(changed.Locations, location)
		}
	}
	c.saveZone(changed)
	return c.list(r)
}

// locationFrom reads a location. Without a type it is a country (recordings: zloc-put).
func locationFrom(v rest.Value) (ZoneLocation, bool) {
	o := rest.AsObject(v)
	code, kind := o.Value("code"), rest.Value("country")
	if !rest.Truthy(code) {
		return ZoneLocation{}, false
	}
	if given := o.Value("type"); rest.Truthy(given) {
		kind = given
	}
	location := ZoneLocation{Code: cleanScalar(code), Type: cleanScalar(kind)}
	if location.Type == "postcode" {
		location.Code = wptext.SanitizeTextField(strings.ToUpper(strings.ReplaceAll(location.Code, "…", "...")))
	}
	return location, slices.Contains([]string{"postcode", "state", "country", "continent"}, location.Type)
}

// cleanScalar is sanitize_text_field, which returns "" for an array.
func cleanScalar(v rest.Value) string {
	if rest.IsArray(v) {
		return ""
	}
	return wptext.SanitizeTextField(rest.Text(v))
}
