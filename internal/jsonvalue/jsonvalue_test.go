package jsonvalue_test

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

func TestEqualComparesValuesNotTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, a, b string
		want       bool
	}{
		{"same bytes", `{"a":1}`, `{"a":1}`, true},
		{"member order", `{"a":1,"b":[1,2]}`, `{"b":[1,2],"a":1}`, true},
		{"escapes", `"\u00fcber \/ x"`, `"über / x"`, true},
		{"space", `{ "a" : [ 1 , 2 ] }`, `{"a":[1,2]}`, true},
		{"element order", `[1,2]`, `[2,1]`, false},
		{"10 is not 10.0", `{"price":10}`, `{"price":10.0}`, false},
		{"tenths keep their digits", `0.1`, `0.1000000000000000055`, false},
		{"big numbers keep their digits", `9007199254740993`, `9007199254740992`, false},
		{"number is not string", `"1"`, `1`, false},
		{"null is not missing", `{"a":null}`, `{}`, false},
		{"empty array is not empty object", `[]`, `{}`, false},
		{"null is not false", `null`, `false`, false},
		{"object is not null", `{"a":{}}`, `{"a":null}`, false},
		{"null is not object", `{"a":null}`, `{"a":{}}`, false},
		{"not JSON", `{"a":`, `{"a": `, false},
		{"more after the value", `{} {}`, `{}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := jsonvalue.Equal([]byte(tt.a), []byte(tt.b)); got != tt.want {
				t.Errorf("Equal(%s, %s) = %v, want %v", tt.a, tt.b, got, tt.want)
			}
			if got := len(jsonvalue.Differences([]byte(tt.a), []byte(tt.b), 10)) == 0; got != tt.want {
				t.Errorf("Differences(%s, %s) is empty: %v, want %v", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

func TestEqualLeavesNamedMembersOfTheRecordAside(t *testing.T) {
	t.Parallel()
	a, b := []byte(`{"id":1,"related_ids":[1],"x":{"related_ids":[1]}}`), []byte(
		`{"related_ids":[2,3],"id":1,"x":{"related_ids":[1]}}`,
	)
	if !jsonvalue.Equal(a, b, "related_ids") {
		t.Error("a named member was compared")
	}
	if jsonvalue.Equal(a, []byte(`{"id":1,"related_ids":[1],"x":{"related_ids":[2]}}`), "related_ids") {
		t.Error("a member of the same name further inside was left aside")
	}
}

func TestDifferencesNameTheirPlace(t *testing.T) {
	t.Parallel()
	got := jsonvalue.Differences(
		[]byte(`{"id":1,"line_items":[{"total":"1.00"}],"meta_data":[{"id":1}],"a/b":1}`),
		[]byte(`{"id":1,"line_items":[{"total":"1.10"}],"meta_data":[],"a/b":2,"new":true}`), 10)
	want := []jsonvalue.Difference{
		{Path: "/a~1b", A: "1", B: "2"},
		{Path: "/line_items/0/total", A: `"1.00"`, B: `"1.10"`},
		{Path: "/meta_data/0", A: `{"id":1}`},
		{Path: "/new", B: "true"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestElementsAndMembersHandOutTheBytesOfTheirInput(t *testing.T) {
	t.Parallel()
	page := []byte(" [ {\"id\": 1, \"n\" : \"a\\\"]}\" } ,\n{\"id\":2},[],\"x\\\\\",-1.5e3 , null]")
	var got []string
	for element, err := range jsonvalue.Elements(page) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(element))
	}
	want := []string{`{"id": 1, "n" : "a\"]}" }`, `{"id":2}`, `[]`, `"x\\"`, `-1.5e3`, `null`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for m, err := range jsonvalue.Members([]byte(`{"a\u0062":{"c":[1,2]} , "d":"e"}`)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(m.Name)+"="+string(m.Value))
	}
	if tail := got[len(got)-2:]; !slices.Equal(tail, []string{`ab={"c":[1,2]}`, `d="e"`}) {
		t.Errorf("members: got %q", tail)
	}
}

func TestDamagedTextEndsWithAnErrorAndNeverPanics(t *testing.T) {
	t.Parallel()
	whole := `[{"id":1,"name":"a\\\"b","list":[1,{"x":null}]},{"id":2}]`
	for cut := range len(whole) {
		last := error(nil)
		for _, err := range jsonvalue.Elements([]byte(whole[:cut])) {
			last = err
		}
		if last == nil {
			t.Errorf("cut after %d bytes: no error", cut)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.StringOf(rapid.SampledFrom([]rune(`{}[]",:\ 1ax`))).Draw(t, "text"))
		for element, err := range jsonvalue.Elements(text) {
			if err == nil && json.Valid(text) && !json.Valid(element) {
				t.Fatalf("element %q of %q", element, text)
			}
		}
		for m, err := range jsonvalue.Members(text) {
			if err == nil && json.Valid(text) && !json.Valid(m.Value) {
				t.Fatalf("member %q of %q", m.Value, text)
			}
		}
	})
}

func TestIntReadsNumbersAndNumericStringsOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{`12`: 12, `"12"`: 12, `-3`: -3, `0`: 0} {
		if got, ok := jsonvalue.Int(json.RawMessage(text)); !ok || got != want {
			t.Errorf("Int(%s) = %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{`1.5`, `"a"`, `""`, `null`, `1e3`, `12345678901234567890`, `[]`, `-`} {
		if got, ok := jsonvalue.Int(json.RawMessage(text)); ok {
			t.Errorf("Int(%s) = %d, want none", text, got)
		}
	}
}

func TestUnorderedListsAreComparedById(t *testing.T) {
	t.Parallel()
	rules := jsonvalue.Rules{Unordered: []string{"meta_data"}}
	a := []byte(`{"id":1,"meta_data":[{"id":9,"value":[1,2]},{"id":10,"value":"x"}],"items":[{"meta_data":[{"id":2},{"id":1}]}]}`)
	for text, want := range map[string]bool{
		`{"id":1,"meta_data":[{"id":10,"value":"x"},{"id":9,"value":[1,2]}],"items":[{"meta_data":[{"id":1},{"id":2}]}]}`: true,
		`{"id":1,"meta_data":[{"id":10,"value":"x"},{"id":9,"value":[2,1]}],"items":[{"meta_data":[{"id":1},{"id":2}]}]}`: false,
		`{"id":1,"meta_data":[{"id":10,"value":"x"}],"items":[{"meta_data":[{"id":1},{"id":2}]}]}`:                        false,
		`{"id":1,"meta_data":[{"id":9,"value":"x"},{"id":10,"value":[1,2]}],"items":[{"meta_data":[{"id":1},{"id":2}]}]}`: false,
	} {
		if got := rules.Equal(a, []byte(text)); got != want {
			t.Errorf("%s: equal %v, want %v", text, got, want)
		}
		if none := len(rules.Differences(a, []byte(text), 5)) == 0; none != want {
			t.Errorf("%s: no differences %v, want %v", text, none, want)
		}
	}
	if jsonvalue.Equal([]byte(`{"l":[{"id":1},{"id":2}]}`), []byte(`{"l":[{"id":2},{"id":1}]}`)) {
		t.Error("without a rule the order of a list counts")
	}
}
