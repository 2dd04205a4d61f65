package rest

import (
	"errors"
	"strings"
	"testing"
)

func TestJSONDecodesAsInPHP(t *testing.T) {
	t.Parallel()
	// Each pair was checked against PHP 8.2: json_encode(json_decode(in, true)).
	for in, want := range map[string]string{
		`{"a":1,"b":{"c":[1,2]}}`:       `{"a":1,"b":{"c":[1,2]}}`,
		`{}`:                            `[]`,
		`{"0":"a","1":"b"}`:             `["a","b"]`,
		`{"1":"a"}`:                     `{"1":"a"}`,
		`{"a":1,"b":2,"a":3}`:           `{"a":3,"b":2}`,
		`99999999999999999999`:          `1.0e+20`,
		`9223372036854775807`:           `9223372036854775807`,
		`10.0`:                          `10`,
		`0.00001`:                       `1.0e-5`,
		`0.0001`:                        `0.0001`,
		`123456789.123456789`:           `123456789.12345679`,
		`"a\/b \u00e9 \ud83d\ude00 \""`: `"a\/b \u00e9 \ud83d\ude00 \""`,
		"\"é\u2028\"":                   `"\u00e9\u2028"`,
		`[null,true,false]`:             `[null,true,false]`,
	} {
		v, err := DecodeJSON([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := string(AppendJSON(nil, v)); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestJSONFaultsHavePHPsCodes(t *testing.T) {
	t.Parallel()
	for in, code := range map[string]int{
		`{"status": "pending"`:           4,
		`{"status": "pending",}`:         4,
		`{'a': 1}`:                       4,
		"\ufeff{}":                       4,
		`TRUE`:                           4,
		`01`:                             4,
		`[1}`:                            2,
		"\"a\nb\"":                       3,
		"{\"a\":\"\xff\"}":               5,
		`"\ud83d"`:                       10,
		strings.Repeat("[", 513) + "1":   1,
		`{"a":1} {"b":2}`:                4,
		`"never closed`:                  3,
		`{"a":1]`:                        2,
		`"\ud83dx"`:                      10,
		strings.Repeat(`{"a":`, 513):     1,
		``:                               4,
		`[1,2`:                           4,
		`{"a"}`:                          4,
		`-`:                              4,
		`1.`:                             4,
		"\x01":                           3,
		"[1,\x00]":                       3,
		`{"a":1,"b":"x"` + "\t" + `"c"}`: 4,
	} {
		_, err := DecodeJSON([]byte(in))
		var fault *JSONError
		if !errors.As(err, &fault) || fault.Code != code {
			t.Errorf("%.40q: got %v, want code %d", in, err, code)
		}
	}
}

func FuzzDecodedJSONRendersAsJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}]}`, `"\ud83d\ude00"`, `[1e400]`, `{"0":1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		v, err := DecodeJSON(in)
		if err != nil {
			return
		}
		out := AppendJSON(nil, v)
		if _, err := DecodeJSON(out); err != nil {
			t.Fatalf("%q renders as %q, which is no JSON: %v", in, out, err)
		}
	})
}
