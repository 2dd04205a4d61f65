package form

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

func TestAValueIsCheckedByTheKindOfItsField(t *testing.T) {
	t.Parallel()
	options := rest.NewObject("a", "A", "1", "One")
	for name, c := range map[string]struct {
		check   Check
		value   rest.Value
		want    string // JSON
		refused bool
	}{
		"a choice":                      {Check{Kind: "select", Options: options}, "a", `"a"`, false},
		"a choice that stays a number":  {Check{Kind: "select", Options: options}, int64(1), `1`, false},
		"no choice":                     {Check{Kind: "radio", Options: options}, "b", "", true},
		"a list as a choice":            {Check{Kind: "select", Options: options}, rest.List{"a"}, "", true},
		"choices, some of them unknown": {Check{Kind: "multiselect", Options: options}, rest.List{"a", "b"}, `["a"]`, false},
		"no choices":                    {Check{Kind: "multiselect", Options: options}, "", `[]`, false},
		"one choice for many":           {Check{Kind: "multiselect", Options: options}, "a", "", true},
		"a tick":                        {Check{Kind: "checkbox"}, "yes", `"yes"`, false},
		"true":                          {Check{Kind: "checkbox"}, true, `true`, false},
		"an empty tick":                 {Check{Kind: "checkbox", Fallback: "yes"}, "", `"yes"`, false},
		"a tick that is a text":         {Check{Kind: "checkbox"}, "perhaps", "", true},
		"a text":                        {Check{Kind: "text"}, ` a\b <script>x</script> `, `"ab x"`, false},
		"a text that is a list":         {Check{Kind: "text"}, rest.List{"a"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean, err := c.check.Validate(c.value)
			if (err != nil) != c.refused {
				t.Fatalf("refused with %v", err)
			}
			if got := string(rest.AppendJSON(nil, clean)); err == nil && got != c.want {
				t.Errorf("became %s, want %s", got, c.want)
			}
		})
	}
}

func TestAFormTakesWhatItHasAndPassesOverTheRest(t *testing.T) {
	t.Parallel()
	fields := FieldsOf(rest.List{
		rest.NewObject("id", "title", "type", "text", "default", "Flat rate"),
		rest.NewObject("id", "cost", "type", "text", "default", "0"),
		rest.NewObject("id", "kind", "type", "select", "options", rest.NewObject("a", "A")),
	})
	values := DefaultsOf(fields)
	if err := Validate(fields, rest.NewObject("title", "Van", "unknown", "x"), values); err != nil {
		t.Fatal(err)
	}
	if got := string(rest.AppendJSON(nil, values)); got != `{"title":"Van","cost":"0","kind":""}` {
		t.Errorf("the settings are %s", got)
	}
	if err := Validate(fields, rest.NewObject("kind", "b"), values); err == nil {
		t.Error("a choice that is none was taken")
	}
	shown := fields[1].JSON(values.Value("cost"))
	if shown.Value("value") != "0" || shown.Value("default") != "" {
		t.Errorf("a field shows %s", rest.AppendJSON(nil, shown))
	}
}
