package compare

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
)

// A store may take a value and keep another one: a plugin rounds a price, puts something before a SKU, gives an order
// to another customer. The write is in effect then, and "updated" alone would not be true of that field.
//
// Failure policy: such a field is named with both values on the write, which stays done. What a store merely writes
// otherwise (blanks, case, entities, filtered tags, decimals) is no difference, and in doubt nothing is said.

// KeptOthers names the fields of which a record certainly has another value than was sent, or none at all of a create.
func KeptOthers(w intent.Write, body, record json.RawMessage) []intent.FieldError {
	sent, err1 := document.Leaves(body)
	have, err2 := document.RecordLeaves(record)
	o, err3 := document.Parse(body)
	stored, err4 := document.Parse(record)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil
	}
	var v validate.Violations
	for _, path := range document.SortedKeys(sent) {
		value, is := sent[path], have[path]
		switch {
		case path == "status" && string(o["set_paid"]) == "true": // the payment moves it on
		case path == "status" && w.Action == intent.Create && InTrash(record): // said by itself
		// the store's own default takes its place
		case w.Action == intent.Create && (document.Absent(value) || IsZeroID(path, value)):
		case another(w.Resource, path, value, is):
			v.Add(path, keptMessage, Shown(is), Shown(value))
		}
	}
	if w.Action == intent.Create {
		keptInLines(&v, w.Resource, o, stored)
		v.List = append(v.List, PassedOver(w, record)...)
	}
	if image := sent["image.id"]; w.Resource == storage.Categories && !document.Absent(image) &&
		!IsZeroID("image_id", image) &&
		!document.Same(image, have["image.id"]) {
		// The store takes the old picture away for a number that is no picture's
		// (docs/woocommerce/catalogue.md#images).
		v.Add("image.id", "the store has no picture %s, and the category has none now", Shown(image))
	}
	return v.List
}

const keptMessage = "the store kept %s in place of %s"

// keptInLines holds the lines of a create against those that they became.
func keptInLines(v *validate.Violations, r storage.Resource, body, record document.Object) {
	if r != storage.Orders {
		return
	}
	for _, p := range pairedLines(body, record) {
		for _, field := range document.SortedKeys(p.sent) {
			path := fmt.Sprintf("%s[%d].%s", p.list, p.index, field)
			if is := p.stored[field]; !document.Absent(p.sent[field]) && !IsZeroID(path, p.sent[field]) &&
				field != "product_id" && another(r, path, p.sent[field], is) {
				v.Add(path, keptMessage, Shown(is), Shown(p.sent[field]))
			}
		}
	}
}

// linePair is a line that was sent and the one that it became.
type linePair struct {
	list         string
	index        int // among those that were sent
	sent, stored document.Object
}

// pairedLines finds what became of the lines of a new order, each stored one for one that was sent.
func pairedLines(body, record document.Object) (pairs []linePair) {
	for _, name := range []string{"line_items", "shipping_lines", "fee_lines"} {
		var sent, stored []document.Object
		if json.Unmarshal(body[name], &sent) != nil || json.Unmarshal(record[name], &stored) != nil {
			continue
		}
		for i, line := range sent {
			at := slices.IndexFunc(stored, func(candidate document.Object) bool {
				return line != nil && sameLine(name, line, candidate)
			})
			if at >= 0 {
				pairs = append(pairs, linePair{name, i, line, stored[at]})
				stored = slices.Delete(stored, at, at+1)
			}
		}
	}
	return pairs
}

// another says whether a stored value is certainly not the one that was sent.
func another(r storage.Resource, path string, sent, stored json.RawMessage) bool {
	root := rootOf(path)
	a, _ := document.Scalar(sent)
	b, _ := document.Scalar(stored)
	switch {
	case a == nil,
		b == nil,
		document.Absent(stored),
		document.Alike(sent, stored): // nothing stored is a field that was passed over
		return false
	case slices.Contains(WriteOnly, path),
		slices.Contains([]string{"image", "images", "downloads", "set_paid", "manual_update"}, root):
		return false // no record shows it as it was sent
	case isBool(sent) != isBool(stored):
		return false
	case strings.HasPrefix(root, "date_"):
		return daysApart(*a, *b)
	}
	if x, ok := document.Decimal(sent); ok {
		if y, ok := document.Decimal(stored); ok {
			return anotherNumber(r, root, x, y, *b)
		}
	}
	if !isASCII(*a) && slices.Contains([]string{"slug", "username", "email", "shipping_class", "tax_class"},
		path[strings.LastIndexByte(path, '.')+1:]) {
		return false // written without accents
	}
	x, y := bare(*a), bare(*b)
	if strings.ContainsAny(*a, "<>&%[\\") && (strings.Contains(x, y) || strings.Contains(y, x)) {
		return false // tags, entities and shortcodes are filtered, with or without what they hold
	}
	return x != y
}

// anotherNumber: an order's amounts are shown with the shop's decimals, and a refund's with either sign. The prices of
// products are kept as they were sent.
func anotherNumber(r storage.Resource, root string, sent, stored decimal.Decimal, shown string) bool {
	switch {
	case r == storage.Refunds:
		sent, stored = sent.Abs(), stored.Abs()
	case slices.Contains([]string{"regular_price", "sale_price"}, root):
		return !sent.Equal(stored)
	}
	return !sent.Round(document.Decimals(shown)).Equal(stored)
}

// daysApart: times are shown in either zone, and the end of a sale at the end of its day.
func daysApart(sent, stored string) bool {
	a, err1 := time.Parse(time.DateOnly, sent[:min(len(sent), len(time.DateOnly))])
	b, err2 := time.Parse(time.DateOnly, stored[:min(len(stored), len(time.DateOnly))])
	return err1 == nil && err2 == nil && a.Sub(b).Abs() > 24*time.Hour
}

func isBool(raw json.RawMessage) bool { return document.Kind(raw) == 't' || document.Kind(raw) == 'f' }

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// Shown is a value as a sentence shows it.
func Shown(raw json.RawMessage) string {
	const long = 80
	text := document.AllText(raw)
	if text == "" {
		return `""`
	}
	if cut := []rune(text); len(cut) > long {
		return string(cut[:long]) + "…"
	}
	return text
}

// SaysKept adds to a write that is in effect what the store kept in place of what was sent.
func SaysKept(w intent.Write, kept []intent.FieldError) intent.Write {
	if len(kept) == 0 || w.State != intent.Done {
		return w
	}
	what := Colons(kept)
	if w.Reason == nil {
		w.Reason = &intent.Reason{Code: intent.CodeKeptOther, Status: http.StatusOK, Fields: kept,
			Message: "not everything is as it was asked for: " + what}
		return w
	}
	reason := *w.Reason
	reason.Fields = append(slices.Clone(reason.Fields), kept...)
	reason.Message += "; not everything is as it was asked for: " + what
	w.Reason = &reason
	return w
}

// Colons puts the first few fields with what is said of them into a sentence.
func Colons(fields []intent.FieldError) string {
	named := slices.Clone(fields)
	for i := range named {
		named[i].Field += ":"
	}
	return intent.ListFields(named)
}

// unaccented says whether a stored text can be the one that was sent, written without accents, as WordPress writes
// logins and slugs: its plain letters are there, in their order.
func unaccented(sent, stored string) bool {
	if isASCII(sent) || !isASCII(stored) {
		return false
	}
	plain, at := 0, 0
	for _, r := range sent {
		if r > unicode.MaxASCII {
			continue
		}
		next := strings.IndexRune(stored[at:], r)
		if next < 0 {
			return false
		}
		plain, at = plain+1, at+next+1
	}
	return plain > 0
}
