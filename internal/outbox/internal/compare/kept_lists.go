package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/schema"
)

// keptList names what a store kept of a list in place of what was sent. The order of the elements does not count.
func keptList(v *validate.Violations, kind schema.Kind, path string, sent, stored json.RawMessage) {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "categories", "tags", "brands":
		keptNamed(v, path, sent, stored)
	case "attributes", "default_attributes":
		keptAttributes(v, path, sent, stored)
	case "downloads":
		keptByPlace(v, path, sent, stored, "name", "file")
	case "images":
		keptByPlace(v, path, sent, stored, "alt")
	default:
		switch kind {
		case schema.IDs:
			if a, b := idsIn(sent), idsIn(stored); !sameSet(a, b) {
				v.Add(path, keptMessage, listed(b), listed(a))
			}
		case schema.Texts:
			keptTexts(v, path, sent, stored)
		}
	}
}

// keptNamed compares lists of objects that are named by id, or by name, and names the differences.
func keptNamed(v *validate.Violations, path string, sent, stored json.RawMessage) {
	var a, b []document.Object
	if json.Unmarshal(sent, &a) != nil || json.Unmarshal(stored, &b) != nil {
		return
	}
	var lacks, has []string
	for _, want := range a {
		if !slices.ContainsFunc(b, func(o document.Object) bool { return sameTerm(want, o) }) {
			lacks = append(lacks, termName(want))
		}
	}
	for _, o := range b {
		if has = append(has, termName(o)); document.Number(o, "id") != 0 {
			has[len(has)-1] = strconv.FormatInt(document.Number(o, "id"), 10)
		}
	}
	if len(lacks) > 0 {
		v.Add(path, "the store does not show %s; it has %s", listed(lacks), listed(has))
	}
}

func sameTerm(want, have document.Object) bool {
	if id := document.Number(want, "id"); id != 0 {
		return id == document.Number(have, "id")
	}
	return strings.EqualFold(reading(document.Text(want, "name")), reading(document.Text(have, "name")))
}

func termName(term document.Object) string {
	if id := document.Number(term, "id"); id != 0 {
		return strconv.FormatInt(id, 10)
	}
	return document.Text(term, "name")
}

// keptAttributes compares the attributes of a product with those that were sent. For an attribute that the shop defines
// (it has an id) the store shows the names of terms, whose spelling may differ from the request's.
func keptAttributes(v *validate.Violations, path string, sent, stored json.RawMessage) {
	var a, b []document.Object
	if json.Unmarshal(sent, &a) != nil || json.Unmarshal(stored, &b) != nil {
		return
	}
	for i, want := range a {
		at := fmt.Sprintf("%s[%d]", path, i)
		j := slices.IndexFunc(b, func(o document.Object) bool { return sameTerm(want, o) })
		if j < 0 {
			j = slices.IndexFunc(b, func(o document.Object) bool {
				return document.Number(want, "id") == 0 && Likeness(want["name"], o["name"]) == Akin
			})
		}
		switch {
		case j < 0:
			v.Add(at, "the store does not show %s", termName(want))
			continue
		case document.Number(want, "id") != 0:
			continue
		case reading(document.Text(want, "name")) != reading(document.Text(b[j], "name")):
			v.Add(at+".name", keptMessage, Shown(b[j]["name"]), Shown(want["name"]))
		}
		if option := want["option"]; !document.Absent(option) &&
			reading(document.Text(want, "option")) != reading(document.Text(b[j], "option")) {
			v.Add(at+".option", keptMessage, Shown(b[j]["option"]), Shown(option))
		}
		if options := want["options"]; options != nil {
			keptTexts(v, at+".options", options, b[j]["options"])
		}
	}
}

// keptByPlace compares some members of the entries of two lists, place by place.
func keptByPlace(v *validate.Violations, path string, sent, stored json.RawMessage, members ...string) {
	var a, b []document.Object
	if json.Unmarshal(sent, &a) != nil || json.Unmarshal(stored, &b) != nil {
		return
	}
	if len(a) != len(b) {
		v.Add(path, "the store has %d of the %d that were sent", len(b), len(a))
		return
	}
	for i, want := range a {
		for _, member := range members {
			text := document.Text(want, member)
			if text != "" && reading(text) != reading(document.Text(b[i], member)) {
				v.Add(fmt.Sprintf("%s[%d].%s", path, i, member), keptMessage, Shown(b[i][member]), Shown(want[member]))
			}
		}
	}
}

// keptTexts compares two lists of texts.
func keptTexts(v *validate.Violations, path string, sent, stored json.RawMessage) {
	var a, b []string
	if json.Unmarshal(sent, &a) != nil || json.Unmarshal(stored, &b) != nil {
		return
	}
	for i := range a {
		a[i] = reading(a[i])
	}
	for i := range b {
		b[i] = reading(b[i])
	}
	if !sameSet(a, b) {
		v.Add(path, keptMessage, listed(b), listed(a))
	}
}

// idsIn returns the numbers in a list, or in a text such as "1,2", which the store takes too.
func idsIn(raw json.RawMessage) []string {
	var list []json.Number
	if json.Unmarshal(raw, &list) == nil {
		out := make([]string, len(list))
		for i, n := range list {
			out[i] = n.String()
		}
		return out
	}
	return strings.FieldsFunc(document.AllText(raw), func(r rune) bool { return r == ',' || r == ' ' })
}

// sameSet says whether two lists hold the same texts, however often and in whatever order.
func sameSet(a, b []string) bool {
	holds := func(list, other []string) bool {
		return !slices.ContainsFunc(list, func(item string) bool { return !slices.Contains(other, item) })
	}
	return holds(a, b) && holds(b, a)
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// samePHP says whether two values are the same to PHP.
func samePHP(a, b any) bool {
	a, b = asPHP(a), asPHP(b)
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// asPHP returns a value as PHP keeps it: an object that is a list to PHP as a list, and numbers by their value.
func asPHP(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = asPHP(v[i])
		}
	case json.Number:
		if n, err := decimal.NewFromString(v.String()); err == nil {
			return n.String()
		}
	case map[string]any:
		list := make([]any, len(v))
		numbered := true
		for name, value := range v {
			v[name] = asPHP(value)
			at, err := strconv.Atoi(name)
			if err != nil || at < 0 || at >= len(v) || strconv.Itoa(at) != name {
				numbered = false
				continue
			}
			list[at] = v[name]
		}
		if numbered {
			return list
		}
	}
	return v
}
