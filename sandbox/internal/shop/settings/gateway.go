package settings

import (
	_ "embed"
	"maps"
	"slices"
	"sync"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/form"
)

// gatewayTable has the payment gateways that WooCommerce brings along (recordings: gw-list, gw-get).
//
//go:embed data/gateways.json
var gatewayTable []byte

// gatewayForm is a payment gateway as WooCommerce defines it.
type gatewayForm struct {
	id, title, description string
	fields                 []form.Field
}

var gatewayForms = sync.OnceValue(func() []*gatewayForm {
	table, err := rest.DecodeJSON(gatewayTable)
	if err != nil {
		panic("shop: the table of payment gateways: " + err.Error()) // part of the binary, and tested
	}
	var all []*gatewayForm
	for _, e := range rest.Elements(table) {
		o := rest.AsObject(e)
		all = append(all, &gatewayForm{
			id: rest.Text(o.Value("id")), title: rest.Text(o.Value("title")), description: rest.Text(o.Value("description")),
			fields: form.FieldsOf(o.Value("fields")),
		})
	}
	return all
})

// gateway is a payment gateway as the store has set it up.
type gateway struct {
	*gatewayForm
	fields             []form.Field
	settings           *rest.Object
	title, description rest.Value // what customers see
	enabled            bool
}

// gatewayOrder is the option that holds the places of gateways in lists.
const gatewayOrder = "woocommerce_gateway_order"

func (f *gatewayForm) settingsOption() string { return "woocommerce_" + f.id + "_settings" }

// gateways are the gateways in the order of their places. WooCommerce keeps them by place: of two with the same place
// the first disappears until it gets another place. Those without a place come last (measured on a real store).
func (s *Store) gateways() []*gateway {
	const last = 999
	places := s.OptionArray(gatewayOrder)
	byPlace, unplaced := map[int64]*gateway{}, int64(last)
	for _, form := range gatewayForms() {
		place := unplaced
		if v := places.Value(form.id); rest.IsNumeric(v) {
			place = rest.Int(v)
		} else {
			unplaced++
		}
		byPlace[place] = s.gatewayOf(form)
	}
	var ordered []*gateway
	for _, place := range slices.Sorted(maps.Keys(byPlace)) {
		ordered = append(ordered, byPlace[place])
	}
	return ordered
}

func (s *Store) gatewayOf(known *gatewayForm) *gateway {
	g := &gateway{gatewayForm: known, settings: s.OptionArray(known.settingsOption())}
	for _, f := range known.fields {
		if f.Choices != "" {
			f.Options = s.choicesOf(f.Choices)
		}
		g.fields = append(g.fields, f)
	}
	if g.settings == nil {
		g.settings = form.DefaultsOf(known.fields)
	}
	g.title, g.description = g.settings.Value("title"), g.settings.Value("description")
	g.enabled = g.settings.Value("enabled") == "yes"
	return g
}

func (s *Store) gateway(id string) (*gateway, bool) {
	for _, g := range s.gateways() {
		if g.id == id {
			return g, true
		}
	}
	return nil, false
}
