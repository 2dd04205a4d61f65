package orders

import (
	"errors"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// errNoItemID is PHP's error for a line to remove that has no id (recordings: line-quantity-zero).
var errNoItemID = errors.New("Uncaught TypeError: WC_REST_Orders_Controller::remove_item(): " + //nolint:staticcheck
	"Argument #3 ($item_id) must be of type int, null given")

func errInvalidItem() error {
	return rest.Errorf(400, "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated with order.")
}

// lineKind is a list of lines, by its name in requests.
type lineKind string

const (
	productLines  lineKind = "line_items"
	shippingLines lineKind = "shipping_lines"
	feeLines      lineKind = "fee_lines"
)

// setLines adds, changes and removes lines as a request says. Changes of existing lines are stored at once, even if a
// later line is refused (WC_REST_Orders_V2_Controller::set_item).
func (d *orderDraft) setLines(kind lineKind, posted rest.Value) error {
	for _, element := range rest.Elements(posted) {
		if !rest.IsArray(element) {
			continue
		}
		item := rest.AsObject(element)
		var err error
		if namesNothing(item) || item.Value("quantity") == int64(0) {
			err = d.removeLine(kind, item.Value("id"))
		} else {
			err = d.setLine(kind, item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// namesNothing says whether a line gives null for what identifies it. Such a line is removed.
func namesNothing(item *rest.Object) bool {
	for _, key := range []string{"product_id", "method_id", "method_title", "name", "code"} {
		if v, ok := item.Get(key); ok && v == nil {
			return true
		}
	}
	return false
}

// removeLine removes a line. The line must exist. A line of another order stays where it is (recordings:
// line-upd-remove-foreign).
func (d *orderDraft) removeLine(kind lineKind, id rest.Value) error {
	if id == nil || rest.IsArray(id) || !rest.IsNumeric(id) {
		return errNoItemID
	}
	number := rest.Int(id)
	if d.itemOwners.of(number) == 0 {
		return errInvalidItem()
	}
	if kind == productLines {
		if line, owner := d.storedLine(number); line != nil {
			d.adjustLineStock(owner, line, 0)
			if own := findLine(d.order.Lines, number); own != nil {
				own.Meta = line.Meta
			}
		}
	}
	d.order.removeItem(number)
	return nil
}

// storedLine returns a product line of any order as it is stored.
func (s *Store) storedLine(id int64) (*ProductLine, *Order) {
	owner, ok := s.Orders.Get(s.itemOwners.of(id))
	if !ok {
		return nil, nil
	}
	return findLine(owner.Lines, id), owner
}

// removeItem removes a line of any kind from the document. The next save deletes it.
func (d *Document) removeItem(id int64) {
	before := len(d.Lines) + len(d.Shipping) + len(d.Fees) + len(d.Taxes) + len(d.Coupons)
	d.Lines = without(d.Lines, func(l *ProductLine) bool { return l.ID == id })
	d.Shipping = without(d.Shipping, func(l *ShippingLine) bool { return l.ID == id })
	d.Fees = without(d.Fees, func(l *FeeLine) bool { return l.ID == id })
	d.Taxes = without(d.Taxes, func(l *TaxLine) bool { return l.ID == id })
	d.Coupons = without(d.Coupons, func(l *CouponLine) bool { return l.ID == id })
	if len(d.Lines)+len(d.Shipping)+len(d.Fees)+len(d.Taxes)+len(d.Coupons) < before {
		d.removed = append(d.removed, id)
	}
}

func without[T any](lines []*T, drop func(*T) bool) []*T {
	var kept []*T
	for _, line := range lines {
		if !drop(line) {
			kept = append(kept, line)
		}
	}
	return kept
}

// setLine adds a line, or changes the line whose id is given.
func (d *orderDraft) setLine(kind lineKind, item *rest.Object) error {
	id := int64(0)
	if rest.Truthy(item.Value("id")) {
		id = core.AbsInt(item.Value("id"))
		if !d.order.hasItem(id) {
			return errInvalidItem()
		}
	}
	switch kind {
	case productLines:
		return d.setProductLine(id, item)
	case shippingLines:
		return d.setShippingLine(id, item)
	default:
		return d.setFeeLine(id, item)
	}
}

func (d *Document) hasItem(id int64) bool {
	probe := *d
	probe.removed = nil
	probe.removeItem(id)
	return len(probe.removed) > 0
}

func (d *orderDraft) setProductLine(id int64, item *rest.Object) error {
	line := findLine(d.order.Lines, id)
	if id != 0 && line == nil {
		return core.ErrFatal // a line of another kind: its setters do not exist
	}
	creating := line == nil
	if creating {
		line = &ProductLine{Quantity: 1, Subtotal: "0", SubtotalTax: "0", Total: "0", TotalTax: "0"}
	}
	productID, err := d.referencedProduct(item, creating)
	if err != nil {
		return err
	}
	if p, ok := d.catalogue.Products.Get(productID); ok {
		d.setProduct(line, p)
		if creating {
			quantity := item.Value("quantity")
			if quantity == nil {
				quantity = int64(1)
			}
			total := d.FloatAmount(d.priceWithoutTax(p, rest.Float(quantity)))
			d.setLineTotal(line, total)
			line.Subtotal = total
		}
	}
	if err := d.setLineProps(line, item); err != nil {
		return err
	}
	setItemMeta(&line.Meta, item)
	if creating {
		d.order.Lines = append(d.order.Lines, line)
	} else {
		d.saveItem(line)
	}
	if status := d.order.Status; status == "processing" || status == "completed" || status == "on-hold" {
		d.noteAdjustedStock(line)
	}
	return nil
}

// referencedProduct is the id of the product that a line names. SKU wins over variation, and variation over product.
func (d *orderDraft) referencedProduct(item *rest.Object, creating bool) (int64, error) {
	sku, product, variation := item.Value("sku"), item.Value("product_id"), item.Value("variation_id")
	switch {
	case rest.Truthy(sku):
		if p, ok := d.catalogue.ProductBySKU(rest.Text(sku)); ok {
			return p.ID, nil
		}
		return 0, nil
	case rest.Truthy(product) && !rest.Truthy(variation):
		return rest.Int(product), nil
	case rest.Truthy(variation):
		return rest.Int(variation), nil
	case !creating:
		return 0, nil
	}
	return 0, rest.Errorf(400, "woocommerce_rest_required_product_reference", "Product ID or SKU is required.")
}

// setProduct gives a line its product. When the new product is no variation, the old variation stays (recordings:
// line-upd-product).
func (s *Store) setProduct(line *ProductLine, p *catalogue.Product) {
	if p.IsVariation() {
		line.ProductID, line.VariationID = p.ParentID, p.ID
		for _, option := range s.variationOptions(p) {
			line.Meta.AddUnique(option.Slug, option.Option)
		}
	} else {
		line.ProductID = p.ID
	}
	line.Name = p.Name
	line.TaxClass = s.catalogue.TaxClassOf(p)
}

// variationOptions are the options of a variation in the order of its product's attributes. An open option has an empty
// text (recordings: line-upd-variation).
func (s *Store) variationOptions(p *catalogue.Product) []catalogue.VariationOption {
	var options []catalogue.VariationOption
	for _, attribute := range s.catalogue.ParentOf(p).Attributes {
		if !attribute.Variation {
			continue
		}
		option := catalogue.VariationOption{Slug: attribute.Slug}
		for _, chosen := range p.Options {
			if chosen.Slug == attribute.Slug {
				option.Option = chosen.Option
			}
		}
		options = append(options, option)
	}
	return options
}

// priceWithoutTax is wc_get_price_excluding_tax. Where prices include tax, it subtracts the tax of the shop's own
// place.
func (s *Store) priceWithoutTax(p *catalogue.Product, quantity float64) float64 {
	if quantity <= 0 {
		return 0
	}
	price := core.Number(p.Price) * quantity
	if s.taxes.TaxesOn() && s.catalogue.TaxStatusOf(p) == "taxable" && s.Options.Yes("woocommerce_prices_include_tax") {
		price -= taxes.SumTaxes(s.taxes.CalcTax(price, s.taxes.RatesAt(s.BaseLocation(), s.catalogue.TaxClassOf(p)),
			true))
	}
	return price
}

// setLineTotal sets a total. A lower subtotal is raised to it.
func (s *Store) setLineTotal(line *ProductLine, amount string) {
	if !rest.IsNumeric(amount) {
		amount = "0"
	}
	line.Total = amount
	if line.Subtotal == "" || core.Number(line.Subtotal) < core.Number(line.Total) {
		line.Subtotal = amount
	}
}

// setLineProps sets what a request gives of a product line, in WooCommerce's order. The order matters for totals below
// the subtotal.
func (s *Store) setLineProps(line *ProductLine, item *rest.Object) error {
	if name := item.Value("name"); name != nil {
		line.Name = rest.Text(name)
	}
	if quantity := item.Value("quantity"); quantity != nil {
		line.Quantity = rest.Int(quantity)
	}
	if total := item.Value("total"); total != nil {
		s.setLineTotal(line, s.Amount(total))
	}
	if subtotal := item.Value("subtotal"); subtotal != nil {
		line.Subtotal = s.Amount(subtotal)
		if !rest.IsNumeric(line.Subtotal) {
			line.Subtotal = "0"
		}
	}
	if class := item.Value("tax_class"); class != nil {
		if !s.taxes.KnowsTaxClass(rest.Text(class)) {
			return rest.Errorf(400, "order_item_product_invalid_tax_class", "Invalid tax class")
		}
		line.TaxClass = rest.Text(class)
	}
	return nil
}

func (d *orderDraft) setShippingLine(id int64, item *rest.Object) error {
	line := findByID(d.order.Shipping, id, func(l *ShippingLine) int64 { return l.ID })
	if id != 0 && line == nil {
		return core.ErrFatal
	}
	creating := line == nil
	if creating {
		line = &ShippingLine{Total: "0", TotalTax: "0"}
		if !rest.Truthy(item.Value("method_id")) {
			return rest.Errorf(400, "woocommerce_rest_invalid_shipping_item", "Shipping method ID is required.")
		}
	}
	if method := item.Value("method_id"); method != nil {
		line.MethodID = wptext.SanitizeTextField(rest.Text(method))
	}
	if title := item.Value("method_title"); title != nil {
		line.Title = wptext.SanitizeTextField(rest.Text(title))
	}
	if total := item.Value("total"); total != nil {
		line.Total = d.Amount(total)
	}
	if instance := item.Value("instance_id"); instance != nil {
		line.InstanceID = wptext.SanitizeTextField(rest.Text(instance))
	}
	setItemMeta(&line.Meta, item)
	if creating {
		d.order.Shipping = append(d.order.Shipping, line)
	} else {
		d.saveItem(line)
	}
	return nil
}

func (d *orderDraft) setFeeLine(id int64, item *rest.Object) error {
	line := findByID(d.order.Fees, id, func(l *FeeLine) int64 { return l.ID })
	if id != 0 && line == nil {
		return core.ErrFatal
	}
	creating := line == nil
	if creating {
		line = &FeeLine{TaxStatus: "taxable"}
		if !rest.Truthy(item.Value("name")) {
			return rest.Errorf(400, "woocommerce_rest_invalid_fee_item", "Fee name is required.")
		}
	}
	if name := item.Value("name"); name != nil {
		line.Name = rest.Text(name)
	}
	if class := item.Value("tax_class"); class != nil {
		if !d.taxes.KnowsTaxClass(rest.Text(class)) {
			return rest.Errorf(400, "order_item_fee_invalid_tax_class", "Invalid tax class")
		}
		line.TaxClass = rest.Text(class)
	}
	if status := item.Value("tax_status"); status != nil {
		line.TaxStatus = "taxable"
		if status == "none" {
			line.TaxStatus = "none"
		}
	}
	if total := item.Value("total"); total != nil {
		line.Total = d.Amount(total)
	}
	setItemMeta(&line.Meta, item)
	if creating {
		d.order.Fees = append(d.order.Fees, line)
	} else {
		d.saveItem(line)
	}
	return nil
}

// setItemMeta changes the meta data of a line as a request says.
func setItemMeta(meta *core.MetaList, item *rest.Object) {
	posted := item.Value("meta_data")
	if !rest.Truthy(posted) {
		return
	}
	for _, element := range rest.Elements(posted) {
		entry := rest.AsObject(element)
		if entry == nil || entry.Value("key") == nil {
			continue
		}
		meta.Update(rest.Text(entry.Value("key")), entry.Value("value"), entry.Value("id"))
	}
}

// deleteItems forgets the lines of a document that is deleted.
func (c *Clerk) deleteItems(d *Document) {
	forget := c.itemOwners.forget
	for _, line := range d.Lines {
		forget(line.ID)
	}
	for _, line := range d.Shipping {
		forget(line.ID)
	}
	for _, line := range d.Fees {
		forget(line.ID)
	}
	for _, line := range d.Taxes {
		forget(line.ID)
	}
	for _, line := range d.Coupons {
		forget(line.ID)
	}
}
