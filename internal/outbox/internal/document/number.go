package document

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// Decimals returns the number of decimals with which an amount of the store is written.
func Decimals(amount string) int32 {
	_, fraction, _ := strings.Cut(amount, ".")
	return int32(len(fraction))
}

// AllText returns a string, number or boolean as a text; empty for any other value.
func AllText(raw json.RawMessage) string {
	text, _ := Scalar(raw)
	if text == nil {
		return ""
	}
	return *text
}

// Quoted returns an amount as a JSON text with at least two decimals.
func Quoted(n decimal.Decimal) json.RawMessage {
	text := n.String()
	if n.Exponent() > -2 || n.Equal(n.Round(2)) {
		text = n.StringFixed(2)
	}
	return json.RawMessage(`"` + text + `"`)
}

// Amount returns the amount of money in a member; zero when there is none.
func Amount(o Object, field string) decimal.Decimal {
	text, _ := Scalar(o[field])
	if text == nil {
		return decimal.Zero
	}
	amount, err := decimal.NewFromString(*text)
	if err != nil {
		return decimal.Zero
	}
	return amount
}

// Decimal reads a number, written as a number or as a text without an exponent; false for any other value.
func Decimal(raw json.RawMessage) (decimal.Decimal, bool) {
	text, _ := Scalar(raw)
	if text == nil || !PlainDecimal.MatchString(*text) {
		return decimal.Decimal{}, false
	}
	n, err := decimal.NewFromString(*text)
	return n, err == nil
}

// PlainDecimal matches the only form of a number that WooCommerce keeps. Its wc_format_decimal strips every other
// character, so that 1,5 becomes 15, 1e3 becomes 13 and 1.234,50 becomes 1.23450.
var PlainDecimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
