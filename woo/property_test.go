package woo

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// anyJSON draws JSON of every shape, as extensions store it.
func anyJSON(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		shapes := []string{"string", "int", "float", "bool", "null", "money"}
		if depth > 0 {
			shapes = append(shapes, "list", "object")
		}
		switch rapid.SampledFrom(shapes).Draw(t, "shape") {
		case "string":
			return quoteAny(t, rapid.String().Draw(t, "text"))
		case "int":
			return json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})`).Draw(t, "int")).String()
		case "float":
			return rapid.StringMatching(`-?(0|[1-9][0-9]{0,9})\.[0-9]{1,9}([eE][+-]?[0-9]{1,2})?`).Draw(t, "float")
		case "money":
			return `"` + rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{0,6})?`).Draw(t, "money") + `"`
		case "bool":
			return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool")
		case "list":
			return "[" + strings.Join(rapid.SliceOfN(anyJSON(depth-1), 0, 4).Draw(t, "items"), ", ") + "]"
		case "object":
			return objectOf(t, rapid.SliceOfNDistinct(rapid.String(), 0, 4, rapid.ID[string]).Draw(t, "names"), depth-1)
		}
		return "null"
	})
}

// quoteAny writes a string in one of the ways JSON allows.
func quoteAny(t *rapid.T, s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "?")
	}
	if rapid.Bool().Draw(t, "escaped") {
		out, _ := json.Marshal(s) // with \u003c and the like
		return string(out)
	}
	return jsonvalue.Quote(s)
}

func objectOf(t *rapid.T, names []string, depth int) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = quoteAny(t, name) + ":" + anyJSON(depth).Draw(t, "value")
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// TestAnyObjectSurvivesEveryType: whatever stands in the fields of a record, known and unknown, reading and writing
// gives the same JSON value.
func TestAnyObjectSurvivesEveryType(t *testing.T) {
	t.Parallel()
	kinds := make([]string, 0, len(recordTypes))
	for kind := range recordTypes {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		p := planOf(reflect.TypeOf(recordTypes[kind]()).Elem())
		var names []string
		for _, f := range p.fields {
			if rapid.IntRange(0, 2).Draw(t, "known") == 0 {
				names = append(names, f.name)
			}
		}
		for _, name := range rapid.SliceOfNDistinct(rapid.String(), 0, 4, rapid.ID[string]).Draw(t, "unknown") {
			if name = strings.ToValidUTF8(name, "?"); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		raw := []byte(objectOf(t, names, 3))
		into := recordTypes[kind]()
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		out, err := json.Marshal(into)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if !sameJSON(raw, out) {
			t.Fatalf("%s\nbecame\n%s", raw, out)
		}
	})
}

func sameJSON(a, b []byte) bool {
	var x, y any
	decA, decB := json.NewDecoder(strings.NewReader(string(a))), json.NewDecoder(strings.NewReader(string(b)))
	decA.UseNumber()
	decB.UseNumber()
	return decA.Decode(&x) == nil && decB.Decode(&y) == nil && reflect.DeepEqual(x, y)
}

// TestAChangeTouchesNothingElse: after changing one typed field of a record with odd content, only that field differs.
func TestAChangeTouchesNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(objectOf(
			t, []string{"id", "total", "line_items", "meta_data", "billing", "extension", "customer_note"}, 3,
		))
		var before Order
		if err := json.Unmarshal(raw, &before); err != nil {
			t.Fatal(err)
		}
		after := before
		after.Status = "completed"
		change, err := Changes(&before, &after)
		if err != nil || string(change) != `{"status":"completed"}` {
			t.Fatalf("%s: changes = %s, %v", raw, change, err)
		}
	})
}
