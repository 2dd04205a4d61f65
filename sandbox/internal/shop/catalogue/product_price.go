package catalogue

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// onSaleNow is WC_Product's is_on_sale: a sale price below the regular one, between the dates of the sale.
func (s *Store) onSaleNow(p *Product) bool {
	if p.SalePrice == "" || !phpLess(p.SalePrice, p.RegularPrice) {
		return false
	}
	now := s.Now()
	return (p.SaleFrom.IsZero() || !p.SaleFrom.After(now)) && (p.SaleTo.IsZero() || !p.SaleTo.Before(now))
}

// phpLess is PHP's < of two strings. They compare as numbers when both are numbers.
func phpLess(a, b string) bool {
	if rest.IsNumeric(a) && rest.IsNumeric(b) {
		return core.Number(a) < core.Number(b)
	}
	return a < b
}

// currentPrice is what a shopper pays now. The price of a variation follows the dates of its sale by itself. That of
// other products waits for a save or for the daily run.
func (s *Store) currentPrice(p *Product) string {
	if !p.IsVariation() {
		return p.Price
	}
	if s.onSaleNow(p) {
		return p.SalePrice
	}
	return p.RegularPrice
}

// isOnSale says whether answers call a product on sale.
func (s *Store) isOnSale(p *Product, viewer rightsHolder) bool {
	switch p.Type {
	case "variable":
		prices := s.variationPrices(p)
		return !equalPrices(prices.regular, prices.sale) && equalPrices(prices.sale, prices.price)
	case "grouped":
		for _, child := range s.visibleChildren(p, viewer) {
			if s.purchasable(child, viewer) && !s.hasChildren(child) && s.isOnSale(child, viewer) {
				return true
			}
		}
		return false
	}
	return s.onSaleNow(p)
}

// purchasable says whether a shopper could buy a product. Unpublished products can be bought by viewers who may edit
// them.
func (s *Store) purchasable(p *Product, viewer rightsHolder) bool {
	switch p.Type {
	case "external", "grouped":
		return false
	case "variation":
		parent, ok := s.Products.Get(p.ParentID)
		return p.Status == "publish" && p.Price != "" && ok && (parent.Status == "publish" ||
			s.mayEditProduct(viewer, parent))
	}
	return (p.Status == "publish" || s.mayEditProduct(viewer, p)) && p.Price != ""
}

// priced is the price of one variation, with the variation's id.
type priced struct {
	id    int64
	price string
}

// variationPrices are the prices of the variations that shoppers see. Each list is sorted.
type variationPrices struct{ price, regular, sale []priced }

// variationPrices is WC_Product_Variable's get_variation_prices.
func (s *Store) variationPrices(p *Product) variationPrices {
	return s.collectPrices(p, func(_ *Product, price string) string { return price })
}

func (s *Store) collectPrices(p *Product, shown func(*Product, string) string) variationPrices {
	var prices variationPrices
	for _, v := range s.visibleVariations(p) {
		if v.Price == "" {
			continue
		}
		sale := v.SalePrice
		if sale == v.RegularPrice || sale != v.Price {
			sale = v.RegularPrice
		}
		add := func(list *[]priced, price string) {
			price = shown(v, price)
			if price != "" {
				price = core.FixedAmount(price, s.Decimals())
			} else {
				price = core.Fixed(0, s.Decimals())
			}
			*list = append(*list, priced{v.ID, price})
		}
		add(&prices.price, v.Price)
		add(&prices.regular, v.RegularPrice)
		add(&prices.sale, sale)
	}
	for _, list := range [][]priced{prices.price, prices.regular, prices.sale} {
		slices.SortStableFunc(list, func(a, b priced) int {
			switch x, y := core.Number(a.price), core.Number(b.price); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
	}
	return prices
}

func equalPrices(a, b []priced) bool { return slices.Equal(a, b) }

// displayPrice is wc_get_price_to_display: with or without tax, as the shop shows its prices. There is no customer, so
// the shop's own place decides the tax.
func (s *Store) displayPrice(p *Product, price string) float64 {
	amount := max(0, core.Number(price))
	if !s.taxes.TaxesOn() || s.TaxStatusOf(p) != "taxable" {
		return amount
	}
	shownWith := s.Option("woocommerce_tax_display_shop") == "incl"
	keptWith := s.Options.Yes("woocommerce_prices_include_tax")
	rates := s.taxes.RatesAt(s.BaseLocation(), s.TaxClassOf(p))
	switch {
	case shownWith && !keptWith:
		taxes := s.taxes.CalcTax(amount, rates, false)
		total := 0.0
		for _, tax := range taxes {
			if s.RoundsTaxAtSubtotal() {
				total += tax.Amount
			} else {
				total += s.RoundTax(tax.Amount)
			}
		}
		return s.RoundPrice(amount + total)
	case !shownWith && keptWith:
		return amount - taxes.SumTaxes(s.taxes.CalcTax(amount, rates, true))
	}
	return amount
}

// priceHTML is the price as the shop's pages show it.
func (s *Store) priceHTML(p *Product, viewer rightsHolder) string {
	switch p.Type {
	case "variable":
		return s.variablePriceHTML(p)
	case "grouped":
		return s.groupedPriceHTML(p, viewer)
	}
	if p.Price == "" {
		return ""
	}
	if s.isOnSale(p, viewer) {
		return s.salePriceHTML(s.priceTag(s.displayPrice(p, p.RegularPrice)), s.priceTag(s.displayPrice(p, p.Price))) +
			s.priceSuffix(p)
	}
	return s.priceTag(s.displayPrice(p, p.Price)) + s.priceSuffix(p)
}

func (s *Store) variablePriceHTML(p *Product) string {
	prices := s.collectPrices(p, func(v *Product, price string) string {
		if price == "" {
			return ""
		}
		return rest.FormatFloat(s.displayPrice(v, price))
	})
	if len(prices.price) == 0 {
		return ""
	}
	lowest, highest := prices.price[0].price, prices.price[len(prices.price)-1].price
	lowestRegular, highestRegular := prices.regular[0].price, prices.regular[len(prices.regular)-1].price
	var html string
	switch {
	case lowest != highest:
		html = s.priceRangeHTML(core.Number(lowest), core.Number(highest))
	case s.isOnSale(p, nobody{}) && lowestRegular == highestRegular:
		html = s.salePriceHTML(s.priceTag(core.Number(highestRegular)), s.priceTag(core.Number(lowest)))
	default:
		html = s.priceTag(core.Number(lowest))
	}
	if strings.Contains(s.Option("woocommerce_price_display_suffix"), "{") {
		return html
	}
	return html + s.priceSuffix(p)
}

func (s *Store) groupedPriceHTML(p *Product, viewer rightsHolder) string {
	var prices []float64
	for _, child := range s.visibleChildren(p, viewer) {
		if child.Price != "" {
			prices = append(prices, s.displayPrice(child, child.Price))
		}
	}
	if len(prices) == 0 {
		return ""
	}
	lowest, highest := slices.Min(prices), slices.Max(prices)
	if lowest != highest {
		return s.priceRangeHTML(lowest, highest) + s.priceSuffix(p)
	}
	return s.priceTag(lowest) + s.priceSuffix(p)
}

// nobody is a viewer without rights.
type nobody struct{}

// Can is always false.
func (nobody) Can(string) bool { return false }

// priceTag is wc_price: an amount with the currency's sign, as HTML.
func (s *Store) priceTag(amount float64) string { return s.priceTagWith(amount, "") }

func (s *Store) priceTagWith(amount float64, attribute string) string {
	return s.PriceTagIn(amount, s.Option("woocommerce_currency"), attribute)
}

// PriceTagIn is an amount as HTML in a currency.
func (s *Store) PriceTagIn(amount float64, currency, attribute string) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	symbol := `<span class="woocommerce-Price-currencySymbol"`
	if s.Has(core.UntranslatedSymbols) {
		symbol += ` translate="no"`
	}
	symbol += `>` + currencyEntity(currency) + `</span>`
	digits := s.groupedDigits(amount)
	switch s.Option("woocommerce_currency_pos") {
	case "right":
		digits += symbol
	case "left_space":
		digits = symbol + "&nbsp;" + digits
	case "right_space":
		digits += "&nbsp;" + symbol
	default:
		digits = symbol + digits
	}
	return `<span class="woocommerce-Price-amount amount"` + attribute + `><bdi>` + sign + digits + `</bdi></span>`
}

// currencyEntity is the sign of a currency in HTML, as WooCommerce keeps it.
func currencyEntity(code string) string {
	for _, c := range core.Currencies {
		if c.Code == code {
			return c.Symbol
		}
	}
	return ""
}

// groupedDigits is PHP's number_format with the shop's separators.
func (s *Store) groupedDigits(amount float64) string {
	whole, fraction, _ := strings.Cut(core.Fixed(math.Abs(amount), s.Decimals()), ".")
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(s.Option("woocommerce_price_thousand_sep"))
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(s.optionOr("woocommerce_price_decimal_sep", ".") + fraction)
	}
	return b.String()
}

// salePriceHTML shows the regular price struck through and the price paid.
func (s *Store) salePriceHTML(regular, sale string) string {
	spoken := func(text, tag string) string {
		return `<span class="screen-reader-text">` + wptext.EscapeDisplay(text+wptext.StripAllTags(tag)+".") + `</span>`
	}
	return `<del aria-hidden="true">` + regular + `</del> ` + spoken("Original price was: ", regular) +
		`<ins aria-hidden="true">` + sale + `</ins>` + spoken("Current price is: ", sale)
}

// priceRangeHTML shows the span between two prices.
func (s *Store) priceRangeHTML(from, to float64) string {
	const hidden = ` aria-hidden="true"`
	return s.priceTagWith(from, hidden) + ` <span aria-hidden="true">&ndash;</span> ` + s.priceTagWith(to, hidden) +
		`<span class="screen-reader-text">Price range: ` + wptext.StripAllTags(s.priceTag(from)) +
		` through ` + wptext.StripAllTags(s.priceTag(to)) + `</span>`
}

// priceSuffix is the text that a shop puts after its prices.
func (s *Store) priceSuffix(p *Product) string {
	suffix := s.Option("woocommerce_price_display_suffix")
	if suffix == "" || !s.taxes.TaxesOn() || s.TaxStatusOf(p) != "taxable" {
		return ""
	}
	return ` <small class="woocommerce-price-suffix">` + wptext.KsesPost(suffix) + `</small>`
}

// syncVariablePrice is sync_price. A variable product has a row of _price for every price of its visible variations.
func (c *Clerk) syncVariablePrice(p *Product) {
	var prices []string
	for _, v := range c.visibleVariations(p) {
		for _, price := range v.prices {
			if price != "" && !slices.Contains(prices, price) {
				prices = append(prices, price)
			}
		}
	}
	slices.SortStableFunc(prices, func(a, b string) int {
		switch x, y := core.Number(a), core.Number(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	c.replacePrices(p, prices)
}

// syncGroupedPrice gives a grouped product the lowest and the highest price of its products. They stay until the
// grouped product is saved again.
func (c *Clerk) syncGroupedPrice(p *Product) {
	var prices []string
	for _, id := range p.GroupedIDs {
		if child, ok := c.Products.Get(id); ok && rest.Truthy(child.Price) {
			prices = append(prices, child.Price)
		}
	}
	if len(prices) == 0 {
		c.replacePrices(p, nil)
		return
	}
	lowest, highest := prices[0], prices[0]
	for _, price := range prices[1:] {
		if phpLess(price, lowest) {
			lowest = price
		}
		if phpLess(highest, price) {
			highest = price
		}
	}
	c.replacePrices(p, []string{lowest, highest})
}

// replacePrices deletes the rows of all prices and writes the rows of _price anew.
func (c *Clerk) replacePrices(p *Product, prices []string) {
	p.prices = nil
	c.keepRow(p, rowSalePrice, false)
	c.keepRow(p, rowRegularPrice, false)
	p.RegularPrice, p.SalePrice = "", ""
	c.setPrices(p, prices...)
	c.updateLookup(p)
}

// priceNumber is a price as MySQL casts it for filters; 0 for a text that is no number.
func priceNumber(price string, decimals int) float64 {
	n, err := strconv.ParseFloat(core.FixedAmount(price, decimals), 64)
	if err != nil {
		return 0
	}
	return n
}
