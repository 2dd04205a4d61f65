package jsonvalue

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestValidationAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	hard := []string{
		"", " ", "{", "[", "}", "]", "{}", "[]", "[1,]", "[,1]", `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{1:2}`, "01",
		"-", "-0", "0.", ".5", "1e", "1e+", "1E-7",
		"-0.0e+00", "+1", "1.2.3", "tru", "true", "nul", "nulll", "True", `"`, `"\"`, `"\u12"`, `"\u12G4"`, `"\u12aF"`, `"\x"`, "\"\t\"", "\"\x7f\"",
		"\"\xff\"", "\"\n\"", `"\/\b\f"`, " 1 ", "1 2", "[1 2]", `{"a":1 "b":2}`, "\uFEFF1", "[[[]]]", "[[}", "{]", "\x00", "[1]\x00", "NaN", "Infinity", "[1]\v",
		strings.Repeat("[", 9999) + strings.Repeat("]", 9999), strings.Repeat("[", 10000) + strings.Repeat("]", 10000), strings.Repeat("[", 10001) + strings.Repeat("]", 10001),
	}
	for _, s := range hard {
		if got, want := Valid([]byte(s)), json.Valid([]byte(s)); got != want {
			t.Errorf("%.60q: %v, encoding/json says %v", s, got, want)
		}
	}
	record := []byte(`{"id":46,"number":"46","total":"35.50","prices_include_tax":false,"rate":-1.5e-3,"date_paid":null,` +
		`"billing":{"city":"Köln","company":"a "b" \ c"},"line_items":[{"id":7,"quantity":2,"taxes":[]},{"id":8}]}`)
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(record[:rapid.IntRange(0, len(record)).Draw(t, "cut")])
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			if len(b) > 0 {
				b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.SampledFrom([]byte(`{}[]",:\u0e-+.tn 1`+"\n\x00\xff")).Draw(t, "byte")
			}
		}
		if got, want := Valid(b), json.Valid(b); got != want {
			t.Fatalf("%q: %v, encoding/json says %v", b, got, want)
		}
	})
}

func FuzzValidationAgreesWithEncodingJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2.5e3,"x\u00e9",true,null]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if Valid(b) != json.Valid(b) {
			t.Fatalf("%q", b)
		}
	})
}
