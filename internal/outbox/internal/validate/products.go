package validate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

// CountFirst says in a message how a product's stock is counted for the first time.
func CountFirst(product document.Object) string {
	return fmt.Sprintf("count it first and set the quantity, as in %s=12; from then on it can be changed by +5 or -2",
		cmp.Or(document.Text(product, "sku"), "SKU"))
}

// Checks of products and variations. WC_REST_Products_Controller::prepare_object_for_database takes each member under
// conditions only, and the data store corrects some of them later.

func (v *Violations) product(r record) {
	v.ofType(r)
	v.prices(r)
	v.stock(r)
	v.downloads(r)
	v.measures(r)
	v.pictures(r)
	for i, e := range Entries(r.body, "attributes") {
		at := fmt.Sprintf("attributes[%d].", i)
		v.named(at, e)
		if e != nil && len(textsOf(e, "options")) == 0 && (e["options"] == nil || document.Kind(e["options"]) == '[') {
			v.Add(at+"options", "is missing: the store would drop the attribute")
		}
	}
	for i, e := range Entries(r.body, "default_attributes") {
		at := fmt.Sprintf("default_attributes[%d].", i)
		v.named(at, e)
		if document.Text(e, "option") == "" {
			v.Add(at+"option", "is missing: the store would drop the entry")
		}
	}
	v.terms(r)
	v.required(r, "name")
}

func (v *Violations) variation(r record) {
	v.prices(r)
	v.stock(r)
	v.downloads(r)
	v.measures(r)
	v.pictures(r)
	for i, e := range Entries(r.body, "attributes") {
		at := fmt.Sprintf("attributes[%d].", i)
		v.named(at, e)
		if e != nil && e["option"] == nil {
			v.Add(at+"option", `is missing: give the value, or "" for any`)
		}
	}
	if r.action == intent.Update && document.Number(r.body, "menu_order") == 0 && r.given("menu_order") &&
		!unchanged([]document.Object{r.base}, "menu_order", r.body["menu_order"]) {
		v.Add("menu_order", "0 is passed over by the store; the order begins at 1")
	}
}

// ofType refuses members that the store takes only for another type of product, such as a button text for a simple
// product. Products of a plugin's type are not checked.
func (v *Violations) ofType(r record) {
	kind := r.text("type")
	if kind == "" && r.action == intent.Create {
		kind = "simple"
	}
	if !slices.Contains([]string{"simple", "variable", "grouped", "external"}, kind) {
		return
	}
	only := func(want string, fields ...string) {
		for _, field := range fields {
			if r.given(field) && kind != want && !unchanged([]document.Object{r.base}, field, r.body[field]) {
				v.Add(field, "is passed over by the store: it belongs to products of the type %s, and this one is %s",
					want, kind)
			}
		}
	}
	only("external", "external_url", "button_text")
	only("grouped", "grouped_products")
	only("variable", "default_attributes")
	not := func(why string, fields ...string) {
		for _, field := range fields {
			text, _ := document.Scalar(r.body[field])
			if r.given(field) && (text == nil || *text != "") && !unchanged([]document.Object{r.base}, field,
				r.body[field]) {
				v.Add(field, "is passed over by the store: this product is %s, and %s", kind, why)
			}
		}
	}
	switch kind {
	case "variable":
		not("its prices are those of its variations", "regular_price", "sale_price", "date_on_sale_from",
			"date_on_sale_from_gmt", "date_on_sale_to", "date_on_sale_to_gmt")
	case "grouped":
		not("its prices are those of its products", "regular_price", "sale_price", "date_on_sale_from",
			"date_on_sale_from_gmt", "date_on_sale_to", "date_on_sale_to_gmt")
		not("it has no stock of its own", "stock_quantity", "inventory_delta", "manage_stock", "backorders",
			"low_stock_amount")
	case "external":
		not("its stock is not the shop's", "stock_quantity", "inventory_delta", "manage_stock", "backorders",
			"low_stock_amount", "stock_status")
	}
}

// prices refuses a sale price that is not below the regular price: the store would remove it.
func (v *Violations) prices(r record) {
	if !r.given("sale_price") && !r.given("regular_price") || r.base == nil && r.action == intent.Update {
		return
	}
	sale, isSale := document.Decimal(r.value("sale_price"))
	regular, isRegular := document.Decimal(r.value("regular_price"))
	field, other := "sale_price", "regular_price"
	if !r.given("sale_price") {
		field, other = other, field
	}
	switch {
	case !isSale:
	case !isRegular:
		if text, _ := document.Scalar(r.value("regular_price")); text != nil && *text == "" {
			v.Add(field, "without a regular_price the store takes the sale_price away")
		}
	case !sale.LessThan(regular):
		v.Add(field, "the store would take the sale_price away, because %s is not below the regular_price %s: write "+
			"%s with it", sale, regular, other)
	}
}

// stock refuses a quantity where the stock is not managed, and a status where it is: the store would ignore them.
func (v *Violations) stock(r record) {
	if r.given("stock_quantity") && r.given("inventory_delta") {
		v.Add("inventory_delta",
			"stands beside stock_quantity, and the store would pass over it: give the new quantity or the change")
	} else if r.given("inventory_delta") && len(r.body) > 1 {
		v.Add("inventory_delta",
			"is a write of its own: a change of stock is sent exactly once, also after a lost answer, and nothing "+
				"else can travel with it")
	}
	if r.given("inventory_delta") && r.action == intent.Create {
		v.Add("inventory_delta", "is a change of a stock that a new product does not have yet: give stock_quantity")
	}
	switch managed := r.value("manage_stock"); {
	case r.isTrue("manage_stock"):
		if r.given("stock_status") && !unchanged([]document.Object{r.base}, "stock_status", r.body["stock_status"]) {
			v.Add("stock_status", "is passed over by the store, because it follows from stock_quantity where stock "+
				"is managed: write stock_quantity, or manage_stock false with it")
		}
	case r.known("manage_stock"):
		why := "this product's stock is not managed"
		if document.Text(document.Object{"m": managed}, "m") == "parent" {
			why = "this variation's stock is that of its product"
		}
		for _, field := range []string{"stock_quantity", "inventory_delta", "low_stock_amount"} {
			raw := r.body[field]
			switch {
			case !r.given(field) || document.Kind(raw) == 'n' || unchanged([]document.Object{r.base}, field, raw):
			case field == "inventory_delta":
				v.Add(field, "is ignored by the store, because %s: %s", why, CountFirst(r.base))
			default:
				v.Add(field, "is ignored by the store, because %s: write manage_stock true with it", why)
			}
		}
	}
}

// downloads checks the files of a product. They matter only for a downloadable product.
func (v *Violations) downloads(r record) {
	for i, e := range Entries(r.body, "downloads") {
		if e != nil && document.Text(e, "file") == "" {
			v.Add(fmt.Sprintf("downloads[%d].file", i), "is missing: the store would drop the entry")
		}
	}
	if r.isTrue("downloadable") || !r.known("downloadable") {
		return
	}
	for _, field := range []string{"downloads", "download_limit", "download_expiry"} {
		if r.given(field) && !unchanged([]document.Object{r.base}, field, r.body[field]) {
			v.Add(field, "is passed over by the store, because this product is not downloadable: write downloadable "+
				"true with it")
		}
	}
}

// measures refuses weight and dimensions of a product that the same write makes virtual: the store would drop them.
func (v *Violations) measures(r record) {
	if !r.given("virtual") || !r.isTrue("virtual") {
		return
	}
	if text, _ := document.Scalar(r.body["weight"]); text != nil && *text != "" {
		v.Add("weight", "is passed over by the store, because virtual is true: a virtual product has no weight")
	}
	dimensions, _ := document.Parse(r.body["dimensions"])
	for _, name := range document.SortedKeys(dimensions) {
		if text, _ := document.Scalar(dimensions[name]); text != nil && *text != "" {
			v.Add("dimensions."+name,
				"is passed over by the store, because virtual is true: a virtual product has no dimensions")
		}
	}
}

// pictures checks the images of a product. An id wins over an address.
func (v *Violations) pictures(r record) {
	check := func(at string, image document.Object, seen []document.Object) {
		id, src := document.Number(image, "id"), document.Text(image, "src")
		switch {
		case image == nil:
		case id == 0 && src == "" && len(image) > 0:
			v.Add(at+"src", "is missing: give the address of a picture, or the id of one in the shop's media library")
		case id != 0 && src != "" && !unchanged(alikeFirst(seen, image), "src", image["src"]):
			v.Add(at+"src", "stands beside an id, and the store would pass over it: give one of both")
		}
	}
	for i, image := range Entries(r.body, "images") {
		check(fmt.Sprintf("images[%d].", i), image, Entries(r.base, "images"))
	}
	if image, err := document.Parse(r.body["image"]); err == nil {
		seen, _ := document.Parse(r.base["image"])
		check("image.", image, []document.Object{seen})
	}
}

// named requires an attribute to have a name or an id.
func (v *Violations) named(at string, e document.Object) {
	if e != nil && document.Number(e, "id") == 0 && document.Text(e, "name") == "" {
		v.Add(at+"name", "is missing: the store would drop the attribute; give name, or id of one of the shop's own")
	}
}

// terms requires each entry of categories, tags and brands to name a term.
func (v *Violations) terms(r record) {
	for _, field := range []string{"categories", "brands", "tags"} {
		for i, e := range Entries(r.body, field) {
			id, name := document.Number(e, "id"), document.Text(e, "name")
			at := fmt.Sprintf("%s[%d].", field, i)
			switch {
			case e == nil || id != 0 && (name == "" || field != "tags"):
			case field != "tags" && name == "":
				v.Add(at+"id", "is missing")
			case field == "tags" && id == 0 && name == "":
				v.Add(at+"id", "is missing: give id or name")
			case field == "tags" && id != 0 && !unchanged(alikeFirst(Entries(r.base, field), e), "name", e["name"]):
				v.Add(at+"id", "stands beside a name, and the store would pass over it: give one of both")
			}
		}
	}
}
