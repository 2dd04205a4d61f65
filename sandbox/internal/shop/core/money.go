package core

import (
	"math"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Money in WooCommerce is a decimal string at rest and a binary double while it is computed, so exact decimal
// arithmetic would give other cents than the real store. The rules:
//
//   - PHP before 8.4 rounds a double to its 15 significant digits first, and then half away from zero (RoundPHP); 7.555
//     becomes 7.56 although the double lies below it (recordings: ship-two).
//   - A computed amount becomes a string with six decimals, trailing zeros cut (FloatAmount); an amount that came as
//     text keeps its digits, foreign characters removed (CleanAmount).
//   - Sums of lines are made in cents: multiplied by ten to the number of decimals, rounded, added and divided again
//     (ToCents, FromCents).
//   - Taxes round half up, or half down where prices include tax; discounts round half down (wc_round_tax_total,
//     WC_DISCOUNT_ROUNDING_MODE).
//   - Answers show amounts with the number of decimals the request asks for in dp (fixed).
//
// Source: wc-formatting-functions.php, wc-core-functions.php, NumberUtil.

// rounding says what happens to exact halves.
type rounding int

// The directions of PHP that WooCommerce uses.
const (
	HalfUp   rounding = iota // away from zero, PHP_ROUND_HALF_UP
	HalfDown                 // towards zero, PHP_ROUND_HALF_DOWN
)

// internalPrecision is WC_ROUNDING_PRECISION: the decimals of stored results.
const internalPrecision = 6

// RoundPHP is PHP 8.2's round().
func RoundPHP(value float64, places int, mode rounding) float64 {
	if value == 0 || math.IsInf(value, 0) || math.IsNaN(value) {
		return value
	}
	// A double holds 15 significant digits for sure. PHP rounds the noise beyond them away first, unless the call asks
	// for more digits.
	sure := 14 - int(math.Floor(math.Log10(math.Abs(value))))
	var scaled float64
	if sure > places && sure-15 < places {
		scaled = roundHalf(scale(value, max(sure, -60)), mode)
		scaled = scale(scaled, max(places-max(sure, -60), -60))
	} else {
		scaled = scale(value, places)
		if math.Abs(scaled) >= 1e15 {
			return value
		}
	}
	return scale(roundHalf(scaled, mode), -places)
}

// scale multiplies by a power of ten. A negative power divides, which is exact more often than multiplying by the
// inverse.
func scale(value float64, places int) float64 {
	if places >= 0 {
		return value * math.Pow10(places)
	}
	return value / math.Pow10(-places)
}

func roundHalf(value float64, mode rounding) float64 {
	if mode == HalfDown {
		if value >= 0 {
			return math.Ceil(value - 0.5)
		}
		return math.Floor(value + 0.5)
	}
	if value >= 0 {
		return math.Floor(value + 0.5)
	}
	return math.Ceil(value - 0.5)
}

// Fixed is PHP's number_format with a point and no thousands separator.
func Fixed(value float64, decimals int) string {
	rounded := RoundPHP(value, decimals, HalfUp)
	if rounded == 0 {
		rounded = 0 // PHP drops the sign of a negative zero
	}
	return strconv.FormatFloat(rounded, 'f', decimals, 64)
}

// FixedAmount shows a stored amount with the number of decimals; a text that is no number shows as 0.
func FixedAmount(amount string, decimals int) string { return Fixed(Number(amount), decimals) }

// ShownAmount shows an amount that a client sent. Since 10.4 an empty amount stays empty (recordings of 11.0.1:
// fee-no-total, refund-no-amount).
func (s *Store) ShownAmount(amount string, decimals int) string {
	if amount == "" && s.Has(EmptyAmounts) {
		return ""
	}
	return FixedAmount(amount, decimals)
}

// Decimals is the number of decimals of the store's prices.
func (s *Store) Decimals() int {
	if _, set := s.Options["woocommerce_price_num_decimals"]; !set {
		return 2
	}
	return max(s.Options.Int("woocommerce_price_num_decimals"), -s.Options.Int("woocommerce_price_num_decimals"))
}

// Precision is wc_get_rounding_precision.
func (s *Store) Precision() int { return max(s.Decimals()+2, internalPrecision) }

// FloatAmount is wc_format_decimal of a computed amount.
func (s *Store) FloatAmount(value float64) string {
	if value == 0 {
		return "0" // also of a negative zero
	}
	return trimZeros(strconv.FormatFloat(value, 'f', s.Precision(), 64))
}

func trimZeros(amount string) string {
	if strings.IndexByte(amount, '.') < 0 {
		return amount
	}
	return strings.TrimRight(strings.TrimRight(amount, "0"), ".")
}

// CleanAmount is wc_format_decimal of text. The store's decimal separator becomes a point. Of several points the last
// one counts. Everything else than digits, a point and a minus is dropped (recordings: line-total-comma,
// line-total-currency, line-total-text).
func (s *Store) CleanAmount(text string) string {
	if separator := s.Options.Get("woocommerce_price_decimal_sep"); separator != "" && separator != "." {
		text = strings.ReplaceAll(text, separator, ".")
	}
	if plainAmount(text) {
		return text
	}
	text = wptext.SanitizeTextField(text)
	last := strings.LastIndexByte(text, '.')
	if last == len(text)-1 {
		// WooCommerce's pattern wants digits after the point. A point at the very end is dropped like the points before
		// it.
		last = -1
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if '0' <= c && c <= '9' || c == '-' || c == '.' && i == last {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// plainAmount says that text is digits, with a leading minus or not, and at most one point with digits after it.
func plainAmount(text string) bool {
	point := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
		case c == '-' && i == 0:
		case c == '.' && !point && i < len(text)-1:
			point = true
		default:
			return false
		}
	}
	return true
}

// Amount is wc_format_decimal of a parameter.
func (s *Store) Amount(v rest.Value) string {
	if f, ok := v.(float64); ok {
		return s.FloatAmount(f)
	}
	return s.CleanAmount(rest.Text(v))
}

// ToCents is wc_add_number_precision without its rounding to cents.
func (s *Store) ToCents(amount float64) float64 {
	if amount == 0 {
		return 0
	}
	return RoundPHP(scale(amount, s.Decimals()), s.Precision(), HalfUp)
}

// ToWholeCents is wc_add_number_precision as discounts use it.
func (s *Store) ToWholeCents(amount float64) float64 {
	if amount == 0 {
		return 0
	}
	return RoundPHP(scale(amount, s.Decimals()), s.Precision()-s.Decimals(), HalfUp)
}

// FromCents is wc_remove_number_precision.
func (s *Store) FromCents(cents float64) float64 {
	if cents == 0 {
		return 0
	}
	return cents / math.Pow10(s.Decimals())
}

// RoundPrice rounds to the decimals of the store's prices.
func (s *Store) RoundPrice(value float64) float64 { return RoundPHP(value, s.Decimals(), HalfUp) }

// RoundTax is wc_round_tax_total.
func (s *Store) RoundTax(value float64) float64 {
	mode := HalfUp
	if s.Options.Yes("woocommerce_prices_include_tax") {
		mode = HalfDown
	}
	return RoundPHP(value, s.Decimals(), mode)
}

// RoundsTaxAtSubtotal says that lines keep unrounded taxes and only totals are rounded.
func (s *Store) RoundsTaxAtSubtotal() bool {
	return s.Options.Yes("woocommerce_tax_round_at_subtotal")
}
