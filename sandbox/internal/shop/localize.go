package shop

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// localized names the members of answers that hold texts of WooCommerce's own, by the beginning of the route below its
// namespace.
var localized = []struct {
	route   string
	members []string
}{
	{"orders/statuses", []string{"name"}},
	{"payment_gateways", []string{"title", "description", "method_title", "method_description"}},
	{"shipping_methods", []string{"title", "description"}},
	{"shipping/zones/", []string{"method_title", "method_description"}},
	{"data/", []string{"name"}},
	{"settings", []string{"label", "description", "tip"}},
	{"system_status/tools", []string{"name", "action", "description"}},
	{"reports", []string{"description", "name"}},
	{"taxes/classes", nil},
}

// Localize translates the texts of an answer; pattern is the pattern of its route. Rendered records (orders, products)
// hold no texts of WooCommerce's own.
func (s *Store) Localize(pattern string, body rest.Value) rest.Value {
	if s.Locale() == "en_US" {
		return body
	}
	_, below, _ := strings.Cut(strings.TrimPrefix(pattern, "/wc/"), "/")
	for _, l := range localized {
		if strings.HasPrefix(below, l.route) {
			return s.localizeValue(body, l.route, l.members)
		}
	}
	return body
}

func (s *Store) localizeValue(v rest.Value, route string, members []string) rest.Value {
	switch v := v.(type) {
	case rest.List:
		list := make(rest.List, len(v))
		for i, e := range v {
			list[i] = s.localizeValue(e, route, members)
		}
		return list
	case rest.Item:
		v.Data = s.localizeValue(v.Data, route, members)
		return v
	case *rest.Object:
		return s.localizeObject(v, route, members)
	}
	return v
}

func (s *Store) localizeObject(o *rest.Object, route string, members []string) *rest.Object {
	o = o.Clone()
	for _, name := range members {
		if text, ok := o.Value(name).(string); ok {
			o.Set(name, s.Translate(text))
		}
	}
	switch route {
	case "data/":
		for _, below := range []string{"states", "countries"} {
			if list, ok := o.Value(below).(rest.List); ok {
				o.Set(below, s.localizeValue(list, route, members))
			}
		}
	case "settings":
		if options, ok := o.Value("options").(*rest.Object); ok {
			translated := &rest.Object{}
			for name, v := range options.All() {
				if text, ok := v.(string); ok {
					v = s.Translate(text)
				}
				translated.Set(name, v)
			}
			o.Set("options", translated)
		}
	case "taxes/classes":
		// The other classes are records with names of their own.
		if name, ok := o.Value("name").(string); ok && o.Value("slug") == taxes.StandardClass.Slug {
			o.Set("name", s.Translate(name))
		}
	}
	return o
}
