package outbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// validate finds what a store would take in silently and do something else with than the caller means: a member that it
// passes over, a number that it strips of characters (weight 1,5 becomes 15), an empty body that creates an order, a
// line without a product, a blank coupon code, stock of a product whose stock is not managed. What the store refuses by
// itself is left to the store, unless a better word can be given.
func validate(w Write) []FieldError {
	list, unknown := examine(w)
	return append(refusals(unknown), list...)
}

// refusals are the members that nobody takes: they come first, because what else is wrong often follows from them.
func refusals(unknown []unknownMember) []FieldError {
	var list []FieldError
	for _, u := range unknown {
		list = append(list, u.refusal())
	}
	return list
}

// examine is validate with the members apart that WooCommerce does not know: a plugin of the store may.
func examine(w Write) ([]FieldError, []unknownMember) {
	v := violations{write: w}
	v.head(w)
	if len(v.list) > 0 && v.stop || w.Action == Delete {
		return v.list, nil
	}
	if kindOf(w.Body) != '{' {
		v.add("body", "must be a JSON object with the fields to write")
		return v.list, nil
	}
	body, err := parseObject(w.Body)
	if err != nil {
		v.add("body", "%v", err)
		return v.list, nil
	}
	if len(body) == 0 {
		v.add("body", "is empty: the store would create an empty record or change nothing")
	}
	if _, given := body["id"]; given {
		v.add("id", "belongs beside the body, not in it")
		delete(body, "id")
	}
	v.characters("", w.Body)
	base, _ := parseObject(w.Base) // without a record nothing has been seen
	if known, ok := schema.Of(string(w.Resource)); ok {
		v.members("", plural(w.Resource), known, body, []object{base})
	}
	v.record(record{resource: w.Resource, action: w.Action, body: body, base: base})
	return v.list, v.unknown
}

// head looks at what stands beside the body.
func (v *violations) head(w Write) {
	t, known := targets[w.Resource]
	v.stop = true
	switch {
	case !known:
		v.add("resource", "%q cannot be written; one of %v can", w.Resource, Writable())
		return
	case w.Action != Create && w.Action != Update && w.Action != Delete:
		v.add("action", "%q is none of create, update, delete", w.Action)
		return
	case w.Action == Update && !t.update:
		v.add("action", "%s cannot be updated, only created and deleted", w.Resource)
		return
	}
	v.stop = false
	switch w.Policy {
	case "", Merge, Reject, StoreWins, CallerWins:
	default:
		v.add("policy", "%q is none of merge, reject, store, caller", w.Policy)
	}
	if t.route.Nested() && w.ParentID <= 0 {
		v.add("parent_id", "%s belong to a record: give the id of the order or product", w.Resource)
	}
	if w.Action != Create && w.RecordID <= 0 {
		v.add("id", "missing: which of the %s?", w.Resource)
	}
	if w.Action == Create && w.RecordID != 0 {
		v.add("id", "a record that is to be created has no id yet")
	}
}

// violations collects what is wrong with one write.
type violations struct {
	write   Write
	list    []FieldError
	unknown []unknownMember
	stop    bool // nothing further can be said
}

func (v *violations) add(field, format string, args ...any) {
	v.list = append(v.list, FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// insisted says whether the caller insists on a member, by its path with or without the places in lists.
func (v *violations) insisted(path string) bool {
	return slices.Contains(v.write.Allowed, path) || slices.Contains(v.write.Allowed, withoutPlaces(path))
}

// withoutPlaces is "line_items.price" of "line_items[0].price".
func withoutPlaces(path string) string {
	var b strings.Builder
	depth := 0
	for _, r := range path {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// plural is what the records of a resource are called.
func plural(r storage.Resource) string { return strings.ReplaceAll(string(r), "_", " ") }

// unknownMember is a member that WooCommerce, or the store's version of it, does not know, or whose value it does not
// take.
type unknownMember struct {
	path    string // "line_items[0].qty"
	where   string // "line_items"
	suggest string // "quantity"
	since   string // the first version that knows it; empty when none does
	version string // the store's
	// fraction is the value of a member that WooCommerce takes as a whole number, where it is none; empty elsewhere.
	fraction string
}

// refusal says what is wrong with it.
func (u unknownMember) refusal() FieldError {
	message := fmt.Sprintf("there is no such field in %s, and the store would pass over it. If a plugin of the store "+
		"takes it, allow it: --allow-unknown %s", u.where, withoutPlaces(u.path))
	switch {
	case u.fraction != "":
		message = fmt.Sprintf("%s is not whole, and WooCommerce takes whole numbers here. If a plugin lets the store "+
			"take parts, allow it: --allow-unknown %s", u.fraction, withoutPlaces(u.path))
	case u.since != "":
		message = fmt.Sprintf("is known from WooCommerce %s on; this store has %s and would pass over it", u.since,
			u.version)
	case u.suggest != "":
		message = fmt.Sprintf("there is no such field in %s, and the store would pass over it. Did you mean %q?",
			u.where, u.suggest)
	}
	return FieldError{Field: u.path, Message: message}
}
