package intake

import "testing"

func TestAQuantityIsWrittenWithTheDigitsThatWereTyped(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12":                   `{"manage_stock":true,"stock_quantity":12}`,
		"007":                  `{"manage_stock":true,"stock_quantity":7}`,
		"0":                    `{"manage_stock":true,"stock_quantity":0}`,
		"0.5":                  `{"manage_stock":true,"stock_quantity":0.5}`,
		"+5":                   `{"inventory_delta":5}`,
		"-03":                  `{"inventory_delta":-3}`,
		"99999999999999999999": `{"manage_stock":true,"stock_quantity":99999999999999999999}`,
		"0x10":                 "",
		"1e3":                  "",
		"NaN":                  "",
		"1,5":                  "",
		"":                     "",
	} {
		got, err := quantity(text)
		if string(got) != want || (err != nil) != (want == "") {
			t.Errorf("%q: %s %v, want %s", text, got, err, want)
		}
	}
}
