package shop

import (
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// itoa writes a number in decimal.
func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// number is PHP's (float) of a decimal string: "" is 0.
func number(s string) float64 { return rest.Float(s) }

// absint is WordPress's absint.
func absint(v rest.Value) int64 {
	n := rest.Int(v)
	if n < 0 {
		return -n
	}
	return n
}
