package core

import (
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Itoa writes a number in decimal.
func Itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Number is PHP's (float) of a decimal string: "" is 0.
func Number(s string) float64 { return rest.Float(s) }

// AbsInt is WordPress's absint.
func AbsInt(v rest.Value) int64 {
	n := rest.Int(v)
	if n < 0 {
		return -n
	}
	return n
}
