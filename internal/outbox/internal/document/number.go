package document

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// Decimals is how many decimals an amount of the store is written with.
func Decimals(amount string) int32 {
	_, fraction, _ := strings.Cut(amount, ".")
	return int32(len(fraction))
}

// AllText is the text of a text, number or boolean; empty for everything else.
func AllText(raw json.RawMessage) string {
	text, _ := Scalar(raw)
	if text == nil {
		return ""
	}
	return *text
}

// Quoted is an amount as text in JSON, with two decimals at least.
func Quoted(n decimal.Decimal) json.RawMessage {
	text := n.String()
	if n.Exponent() > -2 || n.Equal(n.Round(2)) {
		text = n.StringFixed(2)
	}
	return json.RawMessage(`"` + text + `"`)
}

// Amount is a member that holds money; zero where it holds none.
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

// Decimal reads a number, or one written as text without an exponent; false where it is none.
func Decimal(raw json.RawMessage) (decimal.Decimal, bool) {
	text, _ := Scalar(raw)
	if text == nil || !PlainDecimal.MatchString(*text) {
		return decimal.Decimal{}, false
	}
	n, err := decimal.NewFromString(*text)
	return n, err == nil
}

// PlainDecimal is the only way of writing a number that WooCommerce keeps: wc_format_decimal strips every other
// character, so that 1,5 becomes 15, 1e3 becomes 13 and 1.234,50 becomes 1.23450.
var PlainDecimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
