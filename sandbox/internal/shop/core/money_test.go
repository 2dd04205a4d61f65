package core

import (
	"math"
	"testing"

	"github.com/waybillhq/waybill/capability"
)

func TestRoundingFollowsPHP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value  float64
		places int
		mode   rounding
		want   float64
	}{
		{7.555, 2, HalfUp, 7.56}, // the double is 7.55499999999999971578…
		{10.005, 2, HalfUp, 10.01},
		{1.005, 2, HalfUp, 1.01},
		{-1.005, 2, HalfUp, -1.01},
		{1.005, 2, HalfDown, 1},
		{-1.005, 2, HalfDown, -1},
		{5.055, 2, HalfUp, 5.06},
		{1.955, 2, HalfUp, 1.96},
		{2.5, 0, HalfUp, 3},
		{2.5, 0, HalfDown, 2},
		{-2.5, 0, HalfUp, -3},
		{0.285, 2, HalfUp, 0.29},
		{1234567.891, -3, HalfUp, 1235000},
		{12345678901234.567, 2, HalfUp, 12345678901234.567},
		{1e20, 2, HalfUp, 1e20},
		{0, 2, HalfUp, 0},
	} {
		if got := RoundPHP(c.value, c.places, c.mode); got != c.want {
			t.Errorf("round(%v, %d, %d) = %v, want %v", c.value, c.places, c.mode, got, c.want)
		}
	}
}

func TestAmountsAreShownWithTheDecimalsAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount   string
		decimals int
		want     string
	}{
		{"17.35", 3, "17.350"}, {"17.35", 1, "17.4"}, {"", 2, "0.00"}, {"-0.001", 2, "0.00"},
		{"0.335", 2, "0.34"}, {"12345678901234.567", 2, "12345678901234.57"}, {"20", 0, "20"}, {"-3", 2, "-3.00"},
	} {
		if got := FixedAmount(c.amount, c.decimals); got != c.want {
			t.Errorf("%q with %d decimals is %q, want %q", c.amount, c.decimals, got, c.want)
		}
	}
}

func TestAmountsGivenAsTextKeepTheirDigits(t *testing.T) {
	t.Parallel()
	s := New(Config{}, func(capability.Version) Options {
		return Options{"woocommerce_price_decimal_sep": ".", "woocommerce_price_thousand_sep": ","}
	})
	for text, want := range map[string]string{
		"10.005": "10.005", "1,234.50": "1234.50", "$12": "12", "abc": "", "": "", "-5.00": "-5.00",
		"1.234.567": "1234.567", "5.": "5", " 7 ": "7", "12345678901234.567": "12345678901234.567",
	} {
		if got := s.CleanAmount(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	s.SetOption("woocommerce_price_decimal_sep", ",")
	if got := s.CleanAmount("1.234,50"); got != "1234.50" {
		t.Errorf("with a decimal comma 1.234,50 is read as %q", got)
	}
}

func TestComputedAmountsHaveSixDecimals(t *testing.T) {
	t.Parallel()
	s := New(Config{}, func(capability.Version) Options {
		return Options{"woocommerce_price_decimal_sep": ".", "woocommerce_price_thousand_sep": ","}
	})
	for value, want := range map[float64]string{
		18.475751: "18.475751", 20: "20", 1.0 / 3: "0.333333", math.Copysign(0, -1): "0", 0.1 + 0.2: "0.3",
		1e15: "1000000000000000",
	} {
		if got := s.FloatAmount(value); got != want {
			t.Errorf("%v is kept as %q, want %q", value, got, want)
		}
	}
}
