package compare

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Customers, terms and webhooks carry no mark. They are looked for by the field that makes each unique, and a store may
// show another value there. A translator rewrites names, a masker shows an address in part, another plugin keeps an
// alias in its place. A second request then makes a second record, because nothing refuses it.
//
// Failure policy: another name alone proves nothing. A new term could be ours unless both its name and its place in the
// tree differ. A new webhook of our topic always could. A new customer could be ours unless the customer has an address
// or names and hardly one of them is ours. A customer whose e-mail address, names and user name were all replaced
// counts as foreign.

// standUnmarked judges a new record of a kind without marks. sent and have are the leaves of body and record.
func standUnmarked(w intent.Write, body, record document.Object, sent, have map[string]json.RawMessage) Standing {
	agreed, apart, short := 0, 0, 0
	for path, value := range sent {
		if slices.Contains(WriteOnly, path) || document.Absent(value) || IsZeroID(path, value) {
			continue
		}
		stored, there := have[path]
		switch telling := isTelling(w.Resource, path); {
		case Holds(path, value, stored, there), document.Alike(value, stored):
			if telling && !strings.HasSuffix(path, ".country") && !strings.HasSuffix(path, ".state") {
				agreed++
			}
		case telling && there && Likeness(value, stored) == unlike:
			apart++
		default:
			short++
		}
	}
	another := func(field string) bool { return Likeness(body[field], record[field]) == unlike }
	switch w.Resource {
	case intent.Webhooks:
		if another("topic") {
			return Foreign // a value of a closed list, which no plugin rewrites
		}
	case storage.Categories:
		moved := document.Number(body, "parent") != document.Number(record, "parent")
		if another("name") && moved {
			return Foreign
		}
		if moved {
			short++
		}
	case storage.Customers:
		if another("email") && agreed < apart && !namedAfter(body, record) && !unnamed(record, have) {
			return Foreign
		}
	}
	if agreed > 0 && apart == 0 && short == 0 {
		return Equal
	}
	return Possible
}

// namedAfter says whether a customer has the user name that the store makes for ours: from the names that were sent, or
// from the e-mail address, with a number at the end if the name is taken.
func namedAfter(body, record document.Object) bool {
	name := strings.TrimRightFunc(bare(document.Text(record, "username")), unicode.IsDigit)
	local, _, _ := strings.Cut(document.Text(body, "email"), "@")
	for _, source := range []string{local, document.Text(body, "first_name") + document.Text(body, "last_name"),
		document.Text(body, "username")} {
		if name != "" && name == strings.TrimRightFunc(bare(source), unicode.IsDigit) {
			return true
		}
	}
	return false
}

// unnamed says whether a customer has only an account: neither names nor an address, and no purchases. Ours looks so
// when PHP died before it stored the names, or when none were sent.
func unnamed(record document.Object, have map[string]json.RawMessage) bool {
	for path, value := range have {
		address := strings.HasPrefix(path, "billing.") || strings.HasPrefix(path, "shipping.")
		own := path == "first_name" || path == "last_name" || address && path != "billing.email"
		if own && !document.Absent(value) {
			return false
		}
	}
	return string(record["is_paying_customer"]) != "true"
}

// masks are the characters that plugins put in place of characters that are not to be read.
const masks = "*•●█"

// unmasked says whether a partly masked text can be the given one: the readable parts stand in the given text in the
// same order, from the beginning to the end. isMasked is false when nothing is masked, or when the given text has such
// characters itself.
func unmasked(text, shown string) (could, isMasked bool) {
	parts := strings.FieldsFunc(shown, func(r rune) bool { return strings.ContainsRune(masks, r) })
	if !strings.ContainsAny(shown, masks) || strings.ContainsAny(text, masks) {
		return false, false
	}
	rest := bare(text)
	for i, part := range parts {
		at := strings.Index(rest, bare(part))
		first, last := i == 0 && strings.HasPrefix(shown, part), i == len(parts)-1 && strings.HasSuffix(shown, part)
		switch {
		case at < 0, first && at > 0, last && !strings.HasSuffix(rest, bare(part)):
			return false, true
		}
		rest = rest[at+len(bare(part)):]
	}
	return true, true
}

// punycoded says whether two addresses differ only in how they write a domain beyond ASCII: with its own letters, or as
// xn--.
func punycoded(a, b string) bool {
	split := func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune("@./:", r) })
	}
	x, y := split(a), split(b)
	if len(x) != len(y) {
		return false
	}
	coded := false
	for i := range x {
		switch {
		case x[i] == y[i]:
		case strings.HasPrefix(x[i], "xn--") && !isASCII(y[i]), strings.HasPrefix(y[i], "xn--") && !isASCII(x[i]):
			coded = true
		default:
			return false
		}
	}
	return coded
}
