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

func keySet(keys string) map[string]bool {
	set := map[string]bool{}
	for key := range strings.FieldsSeq(keys) {
		set[key] = true
	}
	return set
}

func (s *Store) productLineJSON(l *ProductLine, v view) rest.Value {
	product, exists := s.productOf(l)
	subtotal, totalTax, subtotalTax := s.readLine(l)
	json := rest.NewObject(
		"id", l.ID,
		"name", l.Name,
		"product_id", l.ProductID,
		"variation_id", l.VariationID,
		"quantity", l.Quantity,
		"tax_class", l.TaxClass,
		"subtotal", fixedAmount(subtotal, v.decimals),
		"subtotal_tax", fixed(subtotalTax, v.decimals),
		"total", fixedAmount(l.Total, v.decimals),
		"total_tax", fixed(totalTax, v.decimals),
		"taxes", taxesJSON(l.Taxes, v, true),
		"meta_data", s.lineMetaJSON(l.Meta, internalProductMeta, product, l.Name, v),
	)
	var sku, parentName rest.Value
	image := rest.NewObject("id", int64(0), "src", "")
	if exists {
		sku = product.SKU
		image = s.imageOf(product)
		if product.IsVariation() {
			parentName = s.titleOf(product)
		}
	}
	price := 0.0
	if l.Quantity != 0 {
		price = number(l.Total) / float64(l.Quantity)
	}
	json.Set("sku", sku)
	json.Set("price", price)
	json.Set("image", image)
	json.Set("parent_name", parentName)
	return json
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
// parent's. Without any, simple products say "" and variations 0 (recordings:
// order-doc-example).
func (s *Store) imageOf(p *Product) *rest.Object {
	parent := s.parentOf(p)
	id, src := p.ImageID, ""
	if id == 0 {
		id = parent.ImageID
	}
	if id == 0 && parent == p {
		return rest.NewObject("id", "", "src", "")
	}
	if image, ok := s.Images.Get(id); ok {
		src = s.imageURL(image)
	}
	return rest.NewObject("id", id, "src", src)
}

func taxesJSON(taxes []LineTax, v view, withSubtotal bool) rest.List {
	list := make(rest.List, len(taxes))
	for i, tax := range taxes {
		subtotal := ""
		if withSubtotal {
			subtotal = fixedAmount(tax.Subtotal, v.decimals)
		}
		list[i] = rest.NewObject("id", tax.RateID, "total", fixedAmount(tax.Total, v.decimals), "subtotal", subtotal)
	}
	return list
}

func (s *Store) lineTax(taxes []LineTax) float64 {
	sum := 0.0
	for _, tax := range taxes {
		sum += s.roundLineTax(number(tax.Total))
	}
	return sum
}

func (s *Store) shippingLineJSON(l *ShippingLine, v view) rest.Value {
	return rest.NewObject(
		"id", l.ID,
		"method_title", l.Title,
		"method_id", l.MethodID,
		"instance_id", l.InstanceID,
		"total", fixedAmount(l.Total, v.decimals),
		"total_tax", fixed(s.lineTax(l.Taxes), v.decimals),
		"taxes", taxesJSON(l.Taxes, v, false),
		"tax_status", "taxable",
		"meta_data", s.lineMetaJSON(l.Meta, internalShippingMeta, nil, l.Title, v),
	)
}

func (s *Store) feeLineJSON(l *FeeLine, v view) rest.Value {
	return rest.NewObject(
		"id", l.ID,
		"name", l.Name,
		"tax_class", l.TaxClass,
		"tax_status", l.TaxStatus,
		"amount", l.Amount,
		"total", fixedAmount(l.Total, v.decimals),
		"total_tax", fixed(s.lineTax(l.Taxes), v.decimals),
		"taxes", taxesJSON(l.Taxes, v, false),
		"meta_data", s.lineMetaJSON(l.Meta, internalFeeMeta, nil, l.Name, v),
	)
}

func (s *Store) taxLineJSON(l *TaxLine, v view) rest.Value {
	return rest.NewObject(
		"id", l.ID,
		"rate_code", l.RateCode,
		"rate_id", l.RateID,
		"label", l.Label,
		"compound", l.Compound,
		"tax_total", fixedAmount(l.Total, v.decimals),
		"shipping_tax_total", fixedAmount(l.ShippingTotal, v.decimals),
		"rate_percent", l.RatePercent,
		"meta_data", s.lineMetaJSON(l.Meta, internalTaxMeta, nil, l.RateCode, v),
	)
}

// couponLineJSON shows the discount as it is kept, whatever decimals are asked
// for (recordings: coup-percent).
func (s *Store) couponLineJSON(l *CouponLine) rest.Value {
	remembered := rememberedCoupon(l)
	return rest.NewObject(
		"id", l.ID,
		"code", l.Code,
		"discount", l.Discount,
		"discount_tax", l.DiscountTax,
		"meta_data", s.lineMetaJSON(l.Meta, internalCouponMeta, nil, l.Code, view{}),
		"discount_type", remembered.DiscountType,
		"nominal_amount", number(remembered.Amount),
		"free_shipping", remembered.FreeShipping,
	)
}

// lineMetaJSON is the meta data of a line, each entry with what people read.
func (s *Store) lineMetaJSON(l metaList, internal map[string]bool, product *Product, lineName string, v view) rest.List {
	list := make(rest.List, 0, len(l))
	for _, m := range l {
		if hiddenMeta(internal, m.Key) {
			continue
		}
		key, value := m.Key, m.Value
		displayKey, displayValue := key, value
		if text, ok := value.(string); ok && text != "" {
			key, text = rawURLDecode(key), rawURLDecode(text)
			attribute := strings.ReplaceAll(key, "attribute_", "")
			value = text
			displayKey = s.attributeLabel(attribute, product)
			if !plainWord(displayKey) {
				displayKey = wptext.SanitizeTextField(displayKey)
			}
			displayValue = displayText(s.termName(attribute, text))
		}
		if v.hideVariation && product != nil && product.IsVariation() && saysAttribute(lineName, rest.Text(value)) {
			continue
		}
		list = append(list, rest.NewObject(
			"id", m.ID, "key", key, "value", value, "display_key", displayKey, "display_value", displayValue))
	}
	return list
}

// saysAttribute says whether the part of a line's name after the product's
// title names the value of an attribute.
func saysAttribute(lineName, value string) bool {
	return value != "" && strings.Contains(strings.ToLower(lineName), strings.ToLower(value)) && strings.Contains(lineName, " - ")
}
