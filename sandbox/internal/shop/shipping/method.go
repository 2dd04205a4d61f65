package shipping

import (
	"cmp"
	_ "embed"
	"slices"
	"sync"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/form"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// shippingMethodTable has the ways of shipping with the settings that each has in a zone (recordings: smet-list,
// zmet-create).
//
//go:embed data/shipping_methods.json
var shippingMethodTable []byte

// shippingMethod is a way of shipping.
type shippingMethod struct {
	id, title, description string
	fields                 []form.Field // none: it cannot be put into a zone
}

var shippingMethods = sync.OnceValue(func() []*shippingMethod {
	table, err := rest.DecodeJSON(shippingMethodTable)
	if err != nil {
		panic("shop: the table of shipping methods: " + err.Error()) // part of the binary, and tested
	}
	var all []*shippingMethod
	for _, e := range rest.Elements(table) {
		o := rest.AsObject(e)
		all = append(all, &shippingMethod{
			id: rest.Text(o.Value("id")), title: rest.Text(o.Value("title")), description: rest.Text(o.Value("description")),
			fields: form.FieldsOf(o.Value("fields")),
		})
	}
	return all
})

func shippingMethodByID(id string) (*shippingMethod, bool) {
	for _, method := range shippingMethods() {
		if method.id == id {
			return method, true
		}
	}
	return nil, false
}

func newZoneMethodTable() *core.Table[*ZoneMethod] {
	return core.NewTable[*ZoneMethod]().GroupedBy("zone", func(m *ZoneMethod) (int64, bool) { return m.ZoneID, true })
}

// methodsOf are the methods of a zone in the order a customer sees them.
func (s *Store) methodsOf(zoneID int64) []*ZoneMethod {
	methods := slices.Clone(s.ZoneMethods.Group("zone", zoneID))
	slices.SortStableFunc(methods, func(a, b *ZoneMethod) int { return cmp.Compare(a.Order, b.Order) })
	return methods
}

// addZoneMethod adds a method to a zone, after the others. It returns nil when there is no such method.
func (s *Store) addZoneMethod(zoneID int64, id string) *ZoneMethod {
	kind, ok := shippingMethodByID(id)
	if !ok || kind.fields == nil {
		return nil
	}
	method := &ZoneMethod{
		Instance: s.IDs.ZoneEntry.Next(), ZoneID: zoneID, Method: id, Enabled: true,
		Order: int64(len(s.ZoneMethods.Group("zone", zoneID))) + 1,
	}
	s.ZoneMethods.Insert(method)
	return method
}

func (s *Store) deleteZoneMethod(method *ZoneMethod) {
	s.DropArray(method.settingsOption())
	s.ZoneMethods.Delete(method)
}

// settingsOption is the option with the settings of the method in its zone.
func (m *ZoneMethod) settingsOption() string {
	return "woocommerce_" + m.Method + "_" + core.Itoa(m.Instance) + "_settings"
}

// fieldsOf are the settings that a method has in a zone. A flat rate has a cost for each shipping class, once there are
// any.
func (s *Store) fieldsOf(method *ZoneMethod, home string) []form.Field {
	kind, _ := shippingMethodByID(method.Method)
	if kind.id != "flat_rate" {
		return kind.fields
	}
	classes := s.shippingClasses()
	if len(classes) == 0 {
		return kind.fields
	}
	fields := append(slices.Clone(kind.fields), form.Field{
		ID: "class_costs", Kind: "title", Label: "Shipping class costs", Fallback: "",
		Description: `These costs can optionally be added based on the <a target="_blank" href="` + home +
			`/wp-admin/admin.php?page=wc-settings&tab=shipping&section=classes">product shipping class</a>. ` +
			`Learn more about <a target="_blank" href="https://woocommerce.com/document/flat-rate-shipping/#shipping-classes">setting shipping class costs</a>.`,
	})
	cost := kind.fields[len(kind.fields)-1]
	cost.Fallback, cost.Placeholder = "", "N/A"
	for _, class := range classes {
		cost.ID, cost.Label = "class_cost_"+core.Itoa(class.ID), `"`+wptext.EscapeHTML(class.Name)+`" shipping class cost`
		fields = append(fields, cost)
	}
	cost.ID, cost.Label = "no_class_cost", "No shipping class cost"
	return append(fields, cost, form.Field{
		ID: "type", Kind: "select", Label: "Calculation type", Fallback: "class",
		Description: `<span id="wc-shipping-advanced-costs-help-text">Charge a flat rate per item, or enter a cost formula to charge ` +
			`a percentage based cost or a minimum fee. Learn more about <a target="_blank" ` +
			`href="https://woocommerce.com/document/flat-rate-shipping/#advanced-costs">advanced costs</a>.</span>`,
		Options: rest.NewObject(
			"class", "Per class: Charge shipping for each shipping class individually",
			"order", "Per order: Charge shipping for the most expensive shipping class"),
	})
}

// shippingClasses are the shipping classes of the shop, by name.
func (s *Store) shippingClasses() []*catalogue.Term {
	classes := slices.Clone(s.catalogue.Terms.Named("taxonomy", catalogue.ShippingClasses))
	slices.SortStableFunc(classes, func(a, b *catalogue.Term) int { return core.CompareNames(a.Name, b.Name) })
	return classes
}

// methodSettings are the settings of a method in a zone: the saved ones, or the defaults.
func (s *Store) methodSettings(method *ZoneMethod) *rest.Object {
	if saved := s.OptionArray(method.settingsOption()); saved != nil {
		return saved
	}
	return form.DefaultsOf(s.fieldsOf(method, ""))
}

// methodTitle is the title of a method for customers.
func (s *Store) methodTitle(method *ZoneMethod) string {
	return rest.Text(s.methodSettings(method).Value("title"))
}

// ZoneMethodTaxStatus is the tax status of the method with an instance id, for shipping lines of orders. It is false
// when there is no such method, and before WooCommerce 9.6, whose shipping lines have no tax status.
func (s *Store) ZoneMethodTaxStatus(instanceID string) (string, bool) {
	method, ok := s.ZoneMethods.Get(core.AbsInt(instanceID))
	if !ok || !s.Has(core.ShippingTaxStatus) {
		return "", false
	}
	if status, ok := s.methodSettings(method).Get("tax_status"); ok {
		return rest.Text(status), true
	}
	return "taxable", true
}

// ShippingMethodChoices are all methods by their titles, with their instances in zones. The two kinds of local pickup
// have the same title, so the second replaces the first.
func (s *Store) ShippingMethodChoices() *rest.Object {
	groups := &rest.Object{}
	for _, kind := range shippingMethods() {
		group := rest.NewObject(kind.id, `Any &quot;`+kind.title+`&quot; method`)
		for _, zone := range append(s.zones(), restOfWorld) {
			name := zone.Name
			if zone.ID == 0 {
				name = "Other locations"
			}
			for _, method := range s.methodsOf(zone.ID) {
				if method.Method == kind.id {
					group.Set(kind.id+":"+core.Itoa(method.Instance),
						name+" &ndash; "+s.methodTitle(method)+" (#"+core.Itoa(method.Instance)+")")
				}
			}
		}
		groups.Set(kind.title, group)
	}
	return groups
}

// deleteZone removes a zone with its methods. The zone "rest of the world" stays.
func (s *Store) deleteZone(zone *Zone) {
	if zone.ID == 0 {
		return
	}
	for _, method := range slices.Clone(s.ZoneMethods.Group("zone", zone.ID)) {
		s.deleteZoneMethod(method)
	}
	s.Zones.Delete(zone)
}
