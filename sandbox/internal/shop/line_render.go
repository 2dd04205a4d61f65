package shop

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// The keys under which lines keep their own properties as meta data.
var (
	internalProductMeta = keySet(`_product_id _variation_id _qty _tax_class _line_subtotal _line_subtotal_tax
		_line_total _line_tax _line_tax_data _order_id _name _quantity _subtotal _subtotal_tax _total _total_tax _taxes`)
	internalShippingMeta = keySet(`method_id instance_id cost total_tax taxes _order_id _name _method_title _method_id
		_instance_id _total _total_tax _taxes _tax_status`)
	internalFeeMeta = keySet(`_fee_amount _tax_class _tax_status _line_subtotal _line_subtotal_tax _line_total
		_line_tax _line_tax_data _order_id _name _amount _total _total_tax _taxes`)
	internalTaxMeta = keySet(`rate_id label compound tax_amount shipping_tax_amount rate_percent _order_id _name
		_rate_code _rate_id _label _compound _tax_total _shipping_tax_total _rate_percent`)
	internalCouponMeta = keySet(`discount_amount discount_amount_tax _order_id _name _code _discount _discount_tax`)
)

func (s *Store) renderProductLine(m *members, l *ProductLine, v view) {
	product, exists := s.productOf(l)
	subtotal, totalTax, subtotalTax := s.readLine(l)
	m.number("id", l.ID)
	m.str("name", l.Name)
	m.number("product_id", l.ProductID)
	m.number("variation_id", l.VariationID)
	m.number("quantity", l.Quantity)
	m.str("tax_class", l.TaxClass)
	m.str("subtotal", s.shownAmount(subtotal, v.decimals))
	m.str("subtotal_tax", fixed(subtotalTax, v.decimals))
	m.str("total", s.shownAmount(l.Total, v.decimals))
	m.str("total_tax", fixed(totalTax, v.decimals))
	renderTaxes(m, l.Taxes, v, true)
	s.renderLineMeta(m, l.Meta, internalProductMeta, product, l.Name, v)
	var sku, globalID, parentName rest.Value
	imageID, imageURL := rest.Value(int64(0)), ""
	if exists {
		sku, globalID = product.SKU, product.GlobalUniqueID
		imageID, imageURL = s.imageOf(product)
		if product.IsVariation() {
			parentName = s.titleOf(product)
		}
	}
	price := 0.0
	if l.Quantity != 0 {
		price = number(l.Total) / float64(l.Quantity)
	}
	m.set("sku", sku)
	if s.Has(LineGlobalID) {
		m.set("global_unique_id", globalID)
	}
	m.set("price", price)
	m.object("image", func(m *members) {
		m.set("id", imageID)
		m.str("src", imageURL)
	})
	m.set("parent_name", parentName)
}

// readLine is what reading a line back from the database computes: its taxes
// by the settings of now, and a subtotal no lower than the total.
func (s *Store) readLine(l *ProductLine) (subtotal string, totalTax, subtotalTax float64) {
	subtotal = l.Subtotal
	if number(subtotal) < number(l.Total) {
		subtotal = l.Total
	}
	totals, subtotals := 0.0, 0.0
	for _, tax := range l.Taxes {
		totals += number(tax.Total)
		subtotals += number(tax.Subtotal)
	}
	for _, tax := range l.Taxes {
		totalTax += s.roundLineTax(number(tax.Total))
		if subtotals < totals {
			subtotalTax += s.roundLineTax(number(tax.Total))
		} else {
			subtotalTax += s.roundLineTax(number(tax.Subtotal))
		}
	}
	return subtotal, totalTax, subtotalTax
}

// imageOf is the picture of a product; a variation without one shows its
// parent's. Without any, simple products have the id "" and variations 0
// (recordings: order-doc-example).
func (s *Store) imageOf(p *Product) (id rest.Value, src string) {
	parent := s.parentOf(p)
	number := p.ImageID
	if number == 0 {
		number = parent.ImageID
	}
	if number == 0 && parent == p {
		return "", ""
	}
	if image, ok := s.Images.Get(number); ok {
		src = s.imageURL(image)
	}
	return number, src
}

func renderTaxes(m *members, taxes []LineTax, v view, withSubtotal bool) {
	objects(m, "taxes", taxes, func(m *members, tax LineTax) {
		m.number("id", tax.RateID)
		m.str("total", fixedAmount(tax.Total, v.decimals))
		if withSubtotal {
			m.str("subtotal", fixedAmount(tax.Subtotal, v.decimals))
		} else {
			m.str("subtotal", "")
		}
	})
}

func (s *Store) lineTax(taxes []LineTax) float64 {
	sum := 0.0
	for _, tax := range taxes {
		sum += s.roundLineTax(number(tax.Total))
	}
	return sum
}

func (s *Store) renderShippingLine(m *members, l *ShippingLine, v view) {
	m.number("id", l.ID)
	m.str("method_title", l.Title)
	m.str("method_id", l.MethodID)
	m.str("instance_id", l.InstanceID)
	m.str("total", s.shownAmount(l.Total, v.decimals))
	m.str("total_tax", fixed(s.lineTax(l.Taxes), v.decimals))
	renderTaxes(m, l.Taxes, v, false)
	if s.Has(ShippingTaxStatus) {
		m.str("tax_status", "taxable")
	}
	s.renderLineMeta(m, l.Meta, internalShippingMeta, nil, l.Title, v)
}

func (s *Store) renderFeeLine(m *members, l *FeeLine, v view) {
	m.number("id", l.ID)
	m.str("name", l.Name)
	m.str("tax_class", l.TaxClass)
	m.str("tax_status", l.TaxStatus)
	m.str("amount", l.Amount)
	m.str("total", s.shownAmount(l.Total, v.decimals))
	m.str("total_tax", fixed(s.lineTax(l.Taxes), v.decimals))
	renderTaxes(m, l.Taxes, v, false)
	s.renderLineMeta(m, l.Meta, internalFeeMeta, nil, l.Name, v)
}

func (s *Store) renderTaxLine(m *members, l *TaxLine, v view) {
	m.number("id", l.ID)
	m.str("rate_code", l.RateCode)
	m.number("rate_id", l.RateID)
	m.str("label", l.Label)
	m.truth("compound", l.Compound)
	m.str("tax_total", fixedAmount(l.Total, v.decimals))
	m.str("shipping_tax_total", fixedAmount(l.ShippingTotal, v.decimals))
	m.set("rate_percent", l.RatePercent)
	s.renderLineMeta(m, l.Meta, internalTaxMeta, nil, l.RateCode, v)
}

// renderCouponLine shows the discount as it is kept, whatever decimals are
// asked for (recordings: coup-percent).
func (s *Store) renderCouponLine(m *members, l *CouponLine) {
	remembered := rememberedCoupon(l)
	m.number("id", l.ID)
	m.str("code", l.Code)
	m.str("discount", l.Discount)
	m.str("discount_tax", l.DiscountTax)
	s.renderLineMeta(m, l.Meta, internalCouponMeta, nil, l.Code, view{})
	if !s.Has(CouponFacts) {
		return
	}
	m.str("discount_type", remembered.DiscountType)
	m.set("nominal_amount", number(remembered.Amount))
	m.truth("free_shipping", remembered.FreeShipping)
}

// shownMeta is an entry of a line's meta data with what people read.
type shownMeta struct {
	id           int64
	key          string
	value        rest.Value
	displayKey   string
	displayValue rest.Value
}

// renderLineMeta adds the meta data of a line.
func (s *Store) renderLineMeta(m *members, l metaList, internal map[string]bool, product *Product, lineName string, v view) {
	var shown []shownMeta
	for _, entry := range l {
		if hiddenMeta(internal, entry.Key) {
			continue
		}
		show := shownMeta{entry.ID, entry.Key, entry.Value, entry.Key, entry.Value}
		if text, ok := entry.Value.(string); ok && text != "" {
			text = rawURLDecode(text)
			show.key, show.value = rawURLDecode(entry.Key), text
			attribute := strings.ReplaceAll(show.key, "attribute_", "")
			show.displayKey = s.attributeLabel(attribute, product)
			if !plainWord(show.displayKey) {
				show.displayKey = wptext.SanitizeTextField(show.displayKey)
			}
			show.displayValue = displayText(s.termName(attribute, text))
		}
		if v.hideVariation && product != nil && product.IsVariation() && saysAttribute(lineName, rest.Text(show.value)) {
			continue
		}
		shown = append(shown, show)
	}
	objects(m, "meta_data", shown, func(m *members, show shownMeta) {
		m.number("id", show.id)
		m.str("key", show.key)
		m.set("value", show.value)
		m.str("display_key", show.displayKey)
		m.set("display_value", show.displayValue)
	})
}

// saysAttribute says whether the part of a line's name after the product's
// title names the value of an attribute.
func saysAttribute(lineName, value string) bool {
	return value != "" && strings.Contains(strings.ToLower(lineName), strings.ToLower(value)) && strings.Contains(lineName, " - ")
}
