package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// Check finds what a store would accept without an error and treat otherwise than the caller means: a member that it
// ignores, a number from which it strips characters (weight 1,5 becomes 15), an empty body that creates an order, a
// line without a product, a blank coupon code, stock of a product whose stock is not managed. Faults that the store
// refuses by itself are left to the store, unless a better message is possible.
func Check(w intent.Write) []intent.FieldError {
	list, unknown := Examine(w)
	return append(Refusals(unknown), list...)
}

// Refusals returns the faults of the unknown members. They come first, because other faults often follow from them.
func Refusals(unknown []UnknownMember) []intent.FieldError {
	var list []intent.FieldError
	for _, u := range unknown {
		list = append(list, u.refusal())
	}
	return list
}

// Examine does the work of [Check], and returns separately the members that WooCommerce does not know: a plugin of the
// store may know them.
func Examine(w intent.Write) ([]intent.FieldError, []UnknownMember) {
	v := Violations{Write: w}
	v.head(w)
	if len(v.List) > 0 && v.stop || w.Action == intent.Delete {
		return v.List, nil
	}
	if document.Kind(w.Body) != '{' {
		v.Add("body", "must be a JSON object with the fields to write")
		return v.List, nil
	}
	body, err := document.Parse(w.Body)
	if err != nil {
		v.Add("body", "%v", err)
		return v.List, nil
	}
	if len(body) == 0 {
		v.Add("body", "is empty: the store would create an empty record or change nothing")
	}
	if _, given := body["id"]; given {
		v.Add("id", "belongs beside the body, not in it")
		delete(body, "id")
	}
	v.characters("", w.Body)
	base, _ := document.Parse(w.Base) // without a record the caller saw nothing
	if known, ok := schema.Of(string(w.Resource)); ok {
		v.members("", plural(w.Resource), known, body, []document.Object{base})
	}
	v.record(record{resource: w.Resource, action: w.Action, body: body, base: base})
	return v.List, v.unknown
}

// head checks the members of a write other than its body.
func (v *Violations) head(w intent.Write) {
	t, known := intent.Targets[w.Resource]
	v.stop = true
	switch {
	case !known:
		v.Add("resource", "%q cannot be written; one of %v can", w.Resource, intent.Writable())
		return
	case w.Action != intent.Create && w.Action != intent.Update && w.Action != intent.Delete:
		v.Add("action", "%q is none of create, update, delete", w.Action)
		return
	case w.Action == intent.Update && !t.Update:
		v.Add("action", "%s cannot be updated, only created and deleted", w.Resource)
		return
	}
	v.stop = false
	switch w.Policy {
	case "", intent.Merge, intent.Reject, intent.StoreWins, intent.CallerWins:
	default:
		v.Add("policy", "%q is none of merge, reject, store, caller", w.Policy)
	}
	if t.Route.Nested() && w.ParentID <= 0 {
		v.Add("parent_id", "%s belong to a record: give the id of the order or product", w.Resource)
	}
	if w.Action != intent.Create && w.RecordID <= 0 {
		v.Add("id", "missing: which of the %s?", w.Resource)
	}
	if w.Action == intent.Create && w.RecordID != 0 {
		v.Add("id", "a record that is to be created has no id yet")
	}
}

// Violations collects what is wrong with one write.
type Violations struct {
	Write   intent.Write
	List    []intent.FieldError
	unknown []UnknownMember
	stop    bool // nothing more can be checked
}

// Add says what is wrong with a field.
func (v *Violations) Add(field, format string, args ...any) {
	v.List = append(v.List, intent.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// Insisted says whether the caller insists on a member, by its path with or without the indexes in lists.
func (v *Violations) Insisted(path string) bool {
	return slices.Contains(v.Write.Allowed, path) || slices.Contains(v.Write.Allowed, WithoutPlaces(path))
}

// WithoutPlaces returns a path without its indexes: "line_items.price" for "line_items[0].price".
func WithoutPlaces(path string) string {
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

// plural returns the word for the records of a resource.
func plural(r storage.Resource) string { return strings.ReplaceAll(string(r), "_", " ") }

// UnknownMember is a member that WooCommerce, or the store's version of it, does not know, or whose value it does not
// take.
type UnknownMember struct {
	Path    string // such as "line_items[0].qty"
	where   string // such as "line_items"
	suggest string // such as "quantity"
	since   string // first version that knows it; empty when none does
	version string // the store's version
	// Fraction is the value of a member that WooCommerce takes only as a whole number, when the value is not whole;
	// empty otherwise.
	Fraction string
}

// refusal says what is wrong with the member.
func (u UnknownMember) refusal() intent.FieldError {
	message := fmt.Sprintf("there is no such field in %s, and the store would pass over it. If a plugin of the store "+
		"takes it, allow it: --allow-unknown %s", u.where, WithoutPlaces(u.Path))
	switch {
	case u.Fraction != "":
		message = fmt.Sprintf("%s is not whole, and WooCommerce takes whole numbers here. If a plugin lets the store "+
			"take parts, allow it: --allow-unknown %s", u.Fraction, WithoutPlaces(u.Path))
	case u.since != "":
		message = fmt.Sprintf("is known from WooCommerce %s on; this store has %s and would pass over it", u.since,
			u.version)
	case u.suggest != "":
		message = fmt.Sprintf("there is no such field in %s, and the store would pass over it. Did you mean %q?",
			u.where, u.suggest)
	}
	return intent.FieldError{Field: u.Path, Message: message}
}
