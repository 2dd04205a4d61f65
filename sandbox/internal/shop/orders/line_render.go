package orders

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// The keys under which lines keep their own properties as meta data.
var (
	internalProductMeta = core.KeySet(`_product_id _variation_id _qty _tax_class _line_subtotal _line_subtotal_tax
		_line_total _line_tax _line_tax_data _order_id _name _quantity _subtotal _subtotal_tax _total _total_tax _taxes`)
	internalShippingMeta = core.KeySet(`method_id instance_id cost total_tax taxes _order_id _name _method_title _method_id
		_instance_id _total _total_tax _taxes _tax_status`)
	internalFeeMeta = core.KeySet(`_fee_amount _tax_class _tax_status _line_subtotal _line_subtotal_tax _line_total
		_line_tax _line_tax_data _order_id _name _amount _total _total_tax _taxes`)
	internalTaxMeta = core.KeySet(`rate_id label compound tax_amount shipping_tax_amount rate_percent _order_id _name
		_rate_code _rate_id _label _compound _tax_total _shipping_tax_total _rate_percent`)
	internalCouponMeta = core.KeySet(
		`discount_amount discount_amount_tax _order_id _name _code _discount _discount_tax`)
)

func (s *Store) renderProductLine(m *core.Members, l *ProductLine, v core.View) {
	product, exists := s.productOf(l)
	subtotal, totalTax, subtotalTax := s.readLine(l)
	m.Number("id", l.ID)
	m.Str("name", l.Name)
	m.Number("product_id", l.ProductID)
	m.Number("variation_id", l.VariationID)
	m.Number("quantity", l.Quantity)
	m.Str("tax_class", l.TaxClass)
	m.Str("subtotal", s.ShownAmount(subtotal, v.Decimals))
	m.Str("subtotal_tax", core.Fixed(subtotalTax, v.Decimals))
	m.Str("total", s.ShownAmount(l.Total, v.Decimals))
	m.Str("total_tax", core.Fixed(totalTax, v.Decimals))
	renderTaxes(m, l.Taxes, v, true)
	s.renderLineMeta(m, l.Meta, internalProductMeta, product, l.Name, v)
	var sku, globalID, parentName rest.Value
	imageID, imageURL := rest.Value(int64(0)), ""
	if exists {
		sku, globalID = product.SKU, product.GlobalUniqueID
		imageID, imageURL = s.imageOf(product)
		if product.IsVariation() {
			parentName = s.catalogue.TitleOf(product)
		}
	}
	price := 0.0
	if l.Quantity != 0 {
		price = core.Number(l.Total) / float64(l.Quantity)
	}
	m.Set("sku", sku)
	if s.Has(core.LineGlobalID) {
		m.Set("global_unique_id", globalID)
	}
	m.Set("price", price)
	m.Object("image", func(m *core.Members) {
		m.Set("id", imageID)
		m.Str("src", imageURL)
	})
	m.Set("parent_name", parentName)
}

// readLine is what WooCommerce computes when it reads a line from the database: the taxes by the current settings, and
// a subtotal no lower than the total.
func (s *Store) readLine(l *ProductLine) (subtotal string, totalTax, subtotalTax float64) {
	subtotal = l.Subtotal
	if core.Number(subtotal) < core.Number(l.Total) {
		subtotal = l.Total
	}
	totals, subtotals := 0.0, 0.0
	for _, tax := range l.Taxes {
		totals += core.Number(tax.Total)
		subtotals += core.Number(tax.Subtotal)
	}
	for _, tax := range l.Taxes {
		totalTax += s.roundLineTax(core.Number(tax.Total))
		if subtotals < totals {
			subtotalTax += s.roundLineTax(core.Number(tax.Total))
		} else {
			subtotalTax += s.roundLineTax(core.Number(tax.Subtotal))
		}
	}
	return subtotal, totalTax, subtotalTax
}

// imageOf is the picture of a product. A variation without a picture shows its parent's. Without any picture simple
// products have the id "" and variations 0 (recordings: order-doc-example).
func (s *Store) imageOf(p *catalogue.Product) (id rest.Value, src string) {
	parent := s.catalogue.ParentOf(p)
	number := p.ImageID
	if number == 0 {
		number = parent.ImageID
	}
	if number == 0 && parent == p {
		return "", ""
	}
	if image, ok := s.catalogue.Images.Get(number); ok {
		src = s.catalogue.ImageURL(image)
	}
	return number, src
}

func renderTaxes(m *core.Members, taxes []LineTax, v core.View, withSubtotal bool) {
	core.Objects(m, "taxes", taxes, func(m *core.Members, tax LineTax) {
		m.Number("id", tax.RateID)
		m.Str("total", core.FixedAmount(tax.Total, v.Decimals))
		if withSubtotal {
			m.Str("subtotal", core.FixedAmount(tax.Subtotal, v.Decimals))
		} else {
			m.Str("subtotal", "")
		}
	})
}

func (s *Store) lineTax(taxes []LineTax) float64 {
	sum := 0.0
	for _, tax := range taxes {
		sum += s.roundLineTax(core.Number(tax.Total))
	}
	return sum
}

func (s *Store) renderShippingLine(m *core.Members, l *ShippingLine, v core.View) {
	m.Number("id", l.ID)
	m.Str("method_title", l.Title)
	m.Str("method_id", l.MethodID)
	m.Str("instance_id", l.InstanceID)
	m.Str("total", s.ShownAmount(l.Total, v.Decimals))
	m.Str("total_tax", core.Fixed(s.lineTax(l.Taxes), v.Decimals))
	renderTaxes(m, l.Taxes, v, false)
	if s.Has(core.ShippingTaxStatus) {
		m.Str("tax_status", "taxable")
	}
	s.renderLineMeta(m, l.Meta, internalShippingMeta, nil, l.Title, v)
}

func (s *Store) renderFeeLine(m *core.Members, l *FeeLine, v core.View) {
	m.Number("id", l.ID)
	m.Str("name", l.Name)
	m.Str("tax_class", l.TaxClass)
	m.Str("tax_status", l.TaxStatus)
	m.Str("amount", l.Amount)
	m.Str("total", s.ShownAmount(l.Total, v.Decimals))
	m.Str("total_tax", core.Fixed(s.lineTax(l.Taxes), v.Decimals))
	renderTaxes(m, l.Taxes, v, false)
	s.renderLineMeta(m, l.Meta, internalFeeMeta, nil, l.Name, v)
}

func (s *Store) renderTaxLine(m *core.Members, l *TaxLine, v core.View) {
	m.Number("id", l.ID)
	m.Str("rate_code", l.RateCode)
	m.Number("rate_id", l.RateID)
	m.Str("label", l.Label)
	m.Truth("compound", l.Compound)
	m.Str("tax_total", core.FixedAmount(l.Total, v.Decimals))
	m.Str("shipping_tax_total", core.FixedAmount(l.ShippingTotal, v.Decimals))
	m.Set("rate_percent", l.RatePercent)
	s.renderLineMeta(m, l.Meta, internalTaxMeta, nil, l.RateCode, v)
}

// renderCouponLine shows the stored discount, whatever number of decimals the request asks for (recordings:
// coup-percent).
func (s *Store) renderCouponLine(m *core.Members, l *CouponLine) {
	remembered := rememberedCoupon(l)
	m.Number("id", l.ID)
	m.Str("code", l.Code)
	m.Str("discount", l.Discount)
	m.Str("discount_tax", l.DiscountTax)
	s.renderLineMeta(m, l.Meta, internalCouponMeta, nil, l.Code, core.View{})
	if !s.Has(core.CouponFacts) {
		return
	}
	m.Str("discount_type", remembered.DiscountType)
	m.Set("nominal_amount", core.Number(remembered.Amount))
	m.Truth("free_shipping", remembered.FreeShipping)
}

// shownMeta is an entry of a line's meta data with the texts for people.
type shownMeta struct {
	id           int64
	key          string
	value        rest.Value
	displayKey   string
	displayValue rest.Value
}

// renderLineMeta adds the meta data of a line.
func (s *Store) renderLineMeta(m *core.Members, l core.MetaList, internal map[string]bool, product *catalogue.Product,
	lineName string, v core.View) {
	var shown []shownMeta
	for _, entry := range l {
		if core.HiddenMeta(internal, entry.Key) {
			continue
		}
		show := shownMeta{entry.ID, entry.Key, entry.Value, entry.Key, entry.Value}
		if text, ok := entry.Value.(string); ok && text != "" {
			text = core.RawURLDecode(text)
			show.key, show.value = core.RawURLDecode(entry.Key), text
			attribute := strings.ReplaceAll(show.key, "attribute_", "")
			show.displayKey = s.catalogue.AttributeLabel(attribute, product)
			if !core.PlainWord(show.displayKey) {
				show.displayKey = wptext.SanitizeTextField(show.displayKey)
			}
			show.displayValue = core.DisplayText(s.catalogue.TermName(attribute, text))
		}
		if v.HideVariation && product != nil && product.IsVariation() &&
			saysAttribute(lineName, rest.Text(show.value)) {
			continue
		}
		shown = append(shown, show)
	}
	core.Objects(m, "meta_data", shown, func(m *core.Members, show shownMeta) {
		m.Number("id", show.id)
		m.Str("key", show.key)
		m.Set("value", show.value)
		m.Str("display_key", show.displayKey)
		m.Set("display_value", show.displayValue)
	})
}

// saysAttribute says whether the part of a line's name after the product's title names the value of an attribute.
func saysAttribute(lineName, value string) bool {
	return value != "" && strings.Contains(strings.ToLower(lineName), strings.ToLower(value)) &&
		strings.Contains(lineName, " - ")
}
