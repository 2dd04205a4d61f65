package outbox

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// What is checked of products and variations: WC_REST_Products_Controller::prepare_object_for_database takes each
// member under conditions only, and the data store corrects some after that.

func (v *violations) product(r record) {
	v.ofType(r)
	v.prices(r)
	v.stock(r)
	v.downloads(r)
	v.measures(r)
	v.pictures(r)
	for i, e := range entriesOf(r.body, "attributes") {
		at := fmt.Sprintf("attributes[%d].", i)
		v.named(at, e)
		if e != nil && len(textsOf(e, "options")) == 0 && (e["options"] == nil || kindOf(e["options"]) == '[') {
			v.add(at+"options", "is missing: the store would drop the attribute")
		}
	}
	for i, e := range entriesOf(r.body, "default_attributes") {
		at := fmt.Sprintf("default_attributes[%d].", i)
		v.named(at, e)
		if textIn(e, "option") == "" {
			v.add(at+"option", "is missing: the store would drop the entry")
		}
	}
	v.terms(r)
	v.required(r, "name")
}

func (v *violations) variation(r record) {
	v.prices(r)
	v.stock(r)
	v.downloads(r)
	v.measures(r)
	v.pictures(r)
	for i, e := range entriesOf(r.body, "attributes") {
		at := fmt.Sprintf("attributes[%d].", i)
		v.named(at, e)
		if e != nil && e["option"] == nil {
			v.add(at+"option", `is missing: give the value, or "" for any`)
		}
	}
	if r.action == Update && numberIn(r.body, "menu_order") == 0 && r.given("menu_order") &&
		!unchanged([]object{r.base}, "menu_order", r.body["menu_order"]) {
		v.add("menu_order", "0 is passed over by the store; the order begins at 1")
	}
}

// ofType refuses members that the store takes for another type of product only, such as a button text for a simple one.
// Products of a plugin's type are not judged.
func (v *violations) ofType(r record) {
	kind := r.text("type")
	if kind == "" && r.action == Create {
		kind = "simple"
	}
	if !slices.Contains([]string{"simple", "variable", "grouped", "external"}, kind) {
		return
	}
	only := func(want string, fields ...string) {
		for _, field := range fields {
			if r.given(field) && kind != want && !unchanged([]object{r.base}, field, r.body[field]) {
				v.add(field, "is passed over by the store: it belongs to products of the type %s, and this one is %s",
					want, kind)
			}
		}
	}
	only("external", "external_url", "button_text")
	only("grouped", "grouped_products")
	only("variable", "default_attributes")
	not := func(why string, fields ...string) {
		for _, field := range fields {
			text, _ := scalar(r.body[field])
			if r.given(field) && (text == nil || *text != "") && !unchanged([]object{r.base}, field, r.body[field]) {
				v.add(field, "is passed over by the store: this product is %s, and %s", kind, why)
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

// prices: the store takes a sale price away that is not below the regular one.
func (v *violations) prices(r record) {
	if !r.given("sale_price") && !r.given("regular_price") || r.base == nil && r.action == Update {
		return
	}
	sale, isSale := decimalOf(r.value("sale_price"))
	regular, isRegular := decimalOf(r.value("regular_price"))
	field, other := "sale_price", "regular_price"
	if !r.given("sale_price") {
		field, other = other, field
	}
	switch {
	case !isSale:
	case !isRegular:
		if text, _ := scalar(r.value("regular_price")); text != nil && *text == "" {
			v.add(field, "without a regular_price the store takes the sale_price away")
		}
	case !sale.LessThan(regular):
		v.add(field, "the store would take the sale_price away, because %s is not below the regular_price %s: write "+
			"%s with it", sale, regular, other)
	}
}

func decimalOf(raw json.RawMessage) (decimal.Decimal, bool) {
	text, _ := scalar(raw)
	if text == nil || !plainDecimal.MatchString(*text) {
		return decimal.Decimal{}, false
	}
	n, err := decimal.NewFromString(*text)
	return n, err == nil
}

// stock: quantities count only where the stock is managed, the status only where it is not.
func (v *violations) stock(r record) {
	if r.given("stock_quantity") && r.given("inventory_delta") {
		v.add("inventory_delta",
			"stands beside stock_quantity, and the store would pass over it: give the new quantity or the change")
	} else if r.given("inventory_delta") && len(r.body) > 1 {
		v.add("inventory_delta",
			"is a write of its own: a change of stock is sent exactly once, also after a lost answer, and nothing "+
				"else can travel with it")
	}
	if r.given("inventory_delta") && r.action == Create {
		v.add("inventory_delta", "is a change of a stock that a new product does not have yet: give stock_quantity")
	}
	switch managed := r.value("manage_stock"); {
	case r.isTrue("manage_stock"):
		if r.given("stock_status") && !unchanged([]object{r.base}, "stock_status", r.body["stock_status"]) {
			v.add("stock_status", "is passed over by the store, because it follows from stock_quantity where stock "+
				"is managed: write stock_quantity, or manage_stock false with it")
		}
	case r.known("manage_stock"):
		why := "this product's stock is not managed"
		if textIn(object{"m": managed}, "m") == "parent" {
			why = "this variation's stock is that of its product"
		}
		for _, field := range []string{"stock_quantity", "inventory_delta", "low_stock_amount"} {
			raw := r.body[field]
			switch {
			case !r.given(field) || kindOf(raw) == 'n' || unchanged([]object{r.base}, field, raw):
			case field == "inventory_delta":
				v.add(field, "is ignored by the store, because %s: %s", why, countFirst(r.base))
			default:
				v.add(field, "is ignored by the store, because %s: write manage_stock true with it", why)
			}
		}
	}
}

// downloads: files count only where the product is downloadable.
func (v *violations) downloads(r record) {
	for i, e := range entriesOf(r.body, "downloads") {
		if e != nil && textIn(e, "file") == "" {
			v.add(fmt.Sprintf("downloads[%d].file", i), "is missing: the store would drop the entry")
		}
	}
	if r.isTrue("downloadable") || !r.known("downloadable") {
		return
	}
	for _, field := range []string{"downloads", "download_limit", "download_expiry"} {
		if r.given(field) && !unchanged([]object{r.base}, field, r.body[field]) {
			v.add(field, "is passed over by the store, because this product is not downloadable: write downloadable "+
				"true with it")
		}
	}
}

// measures: a product that is declared virtual loses its weight and dimensions in the same write.
func (v *violations) measures(r record) {
	if !r.given("virtual") || !r.isTrue("virtual") {
		return
	}
	if text, _ := scalar(r.body["weight"]); text != nil && *text != "" {
		v.add("weight", "is passed over by the store, because virtual is true: a virtual product has no weight")
	}
	dimensions, _ := parseObject(r.body["dimensions"])
	for _, name := range sortedKeys(dimensions) {
		if text, _ := scalar(dimensions[name]); text != nil && *text != "" {
			v.add("dimensions."+name,
				"is passed over by the store, because virtual is true: a virtual product has no dimensions")
		}
	}
}

// pictures: an id wins over an address.
func (v *violations) pictures(r record) {
	check := func(at string, image object, seen []object) {
		id, src := numberIn(image, "id"), textIn(image, "src")
		switch {
		case image == nil:
		case id == 0 && src == "" && len(image) > 0:
			v.add(at+"src", "is missing: give the address of a picture, or the id of one in the shop's media library")
		case id != 0 && src != "" && !unchanged(alikeFirst(seen, image), "src", image["src"]):
			v.add(at+"src", "stands beside an id, and the store would pass over it: give one of both")
		}
	}
	for i, image := range entriesOf(r.body, "images") {
		check(fmt.Sprintf("images[%d].", i), image, entriesOf(r.base, "images"))
	}
	if image, err := parseObject(r.body["image"]); err == nil {
		seen, _ := parseObject(r.base["image"])
		check("image.", image, []object{seen})
	}
}

// named wants an attribute to be named.
func (v *violations) named(at string, e object) {
	if e != nil && numberIn(e, "id") == 0 && textIn(e, "name") == "" {
		v.add(at+"name", "is missing: the store would drop the attribute; give name, or id of one of the shop's own")
	}
}

// terms wants each entry of categories, tags and brands to name one.
func (v *violations) terms(r record) {
	for _, field := range []string{"categories", "brands", "tags"} {
		for i, e := range entriesOf(r.body, field) {
			id, name := numberIn(e, "id"), textIn(e, "name")
			at := fmt.Sprintf("%s[%d].", field, i)
			switch {
			case e == nil || id != 0 && (name == "" || field != "tags"):
			case field != "tags" && name == "":
				v.add(at+"id", "is missing")
			case field == "tags" && id == 0 && name == "":
				v.add(at+"id", "is missing: give id or name")
			case field == "tags" && id != 0 && !unchanged(alikeFirst(entriesOf(r.base, field), e), "name", e["name"]):
				v.add(at+"id", "stands beside a name, and the store would pass over it: give one of both")
			}
		}
	}
}
