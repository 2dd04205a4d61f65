package compare

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// A store may take a value and keep another one: it cleans a text, or a plugin rounds a price, puts something before a
// SKU, or gives an order to another customer. The write is then in effect, but "updated" alone would be wrong for that
// field.
//
// Failure policy: the write stays done, and its reason names such a field with both values. Another spelling of the
// same value (entities, decimals, either time zone, the order of a list) is no difference.

// KeptOthers names the fields of which a record has another value than was sent, or none at all.
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
		_, shown := have[path]
		kind := kindAt(w.Resource, path)
		switch {
		case path == "status" && w.Action == intent.Create && InTrash(record): // another check reports the trash
		// the store's own default takes its place
		case w.Action == intent.Create && (document.Absent(value) || IsZeroID(path, value) || emptyList(value)):
		case path == "status" && string(o["set_paid"]) == "true":
			if is := document.AllText(is); is != document.AllText(value) && !slices.Contains(unfinished, is) {
				v.Add(path, keptMessage+": set_paid moves an order on, so leave the status out, or set it afterwards",
					is, Shown(value))
			}
		case document.Kind(value) == '[' || kind == schema.IDs:
			if shown {
				keptList(&v, kind, path, value, is)
			}
		case w.Action == intent.Update && shown && cleared(kind, path, value, is):
			v.Add(path, keptMessage, `""`, Shown(value))
		case another(w.Resource, path, value, is):
			addKept(&v, path, value, is)
		}
	}
	if w.Action == intent.Create {
		keptInLines(&v, w.Resource, pairedLines(o, stored))
		v.List = append(v.List, PassedOver(w, record)...)
	} else if w.Action == intent.Update {
		keptInLines(&v, w.Resource, addedLines(w, o, stored))
	}
	if image := sent["image.id"]; w.Resource == storage.Categories && !document.Absent(image) &&
		!IsZeroID("image_id", image) &&
		!document.Same(image, have["image.id"]) {
		// The store removes the old picture when the sent number is no picture's
		// (docs/woocommerce/catalogue.md#images).
		v.Add("image.id", "the store has no picture %s, and the category has none now", Shown(image))
	}
	return v.List
}

// cleared says whether the store kept nothing of a text or an amount that an update sets.
func cleared(kind schema.Kind, path string, sent, stored json.RawMessage) bool {
	amount := kind == schema.Money || kind == schema.Price || kind == schema.Measure
	return (isText(kind) || amount) && !slices.Contains(WriteOnly, path) && !document.Absent(sent) &&
		document.Absent(stored) && !Holds(path, sent, stored, true)
}

const keptMessage = "the store kept %s in place of %s"

// keptInLines compares the lines that were sent with the lines that they became, and names the differences.
func keptInLines(v *validate.Violations, r storage.Resource, pairs []linePair) {
	if r != storage.Orders {
		return
	}
	for _, p := range pairs {
		for _, field := range document.SortedKeys(p.sent) {
			path := fmt.Sprintf("%s[%d].%s", p.list, p.index, field)
			if is := p.stored[field]; !document.Absent(p.sent[field]) && !IsZeroID(path, p.sent[field]) &&
				field != "product_id" && another(r, path, p.sent[field], is) {
				addKept(v, path, p.sent[field], is)
			}
		}
		kept, err1 := document.RecordLeaves(onlyMeta(p.stored))
		wanted, err2 := document.Leaves(onlyMeta(p.sent))
		if err1 != nil || err2 != nil {
			continue
		}
		for _, path := range document.SortedKeys(wanted) {
			if is, there := kept[path]; there && another(r, path, wanted[path], is) {
				addKept(v, fmt.Sprintf("%s[%d].%s", p.list, p.index, path), wanted[path], is)
			}
		}
	}
}

// linePair is a line that was sent and the line that it became.
type linePair struct {
	list         string
	index        int // among the lines that were sent
	sent, stored document.Object
}

// pairedLines pairs the lines of a create with those of the new order, which the store keeps in the order in which they
// were sent.
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

// another says whether a stored value differs from the one that was sent.
func another(r storage.Resource, path string, sent, stored json.RawMessage) bool {
	root, kind := rootOf(path), kindAt(r, path)
	if strings.HasSuffix(path, "]") && strings.Contains(path, "meta_data[") {
		return stored != nil && !document.Absent(stored) && !keptValue(sent, stored)
	}
	a, _ := document.Scalar(sent)
	b, _ := document.Scalar(stored)
	switch {
	case a == nil,
		b == nil,
		document.Absent(stored),
		*a == *b: // a field without a stored value was ignored: PassedOver names it
		return false
	case slices.Contains(WriteOnly, path),
		slices.Contains([]string{"image", "images", "downloads", "set_paid", "manual_update"}, root):
		return false // no record shows it in the form in which it was sent
	case isBool(sent) != isBool(stored), Holds(path, sent, stored, true) && !isText(kind):
		return false
	case strings.HasPrefix(root, "date_"):
		return daysApart(*a, *b)
	}
	if !isText(kind) {
		if x, ok := document.Decimal(sent); ok {
			if y, ok := document.Decimal(stored); ok {
				return anotherNumber(r, root, x, y, *b)
			}
		}
	}
	return !keepsText(r, path, *a, *b)
}

// anotherNumber says whether a stored number differs from the one that was sent. The amounts of an order are shown with
// the shop's decimals, and those of a refund with either sign. The prices of products are kept as they were sent.
func anotherNumber(r storage.Resource, root string, sent, stored decimal.Decimal, shown string) bool {
	switch {
	case r == storage.Refunds:
		sent, stored = sent.Abs(), stored.Abs()
	case slices.Contains([]string{"regular_price", "sale_price"}, root):
		return !sent.Equal(stored)
	}
	return !sent.Round(document.Decimals(shown)).Equal(stored)
}

// daysApart says whether two times are more than a day apart. Times are shown in the site's zone or in UTC, and the end
// of a sale as the end of its day.
func daysApart(sent, stored string) bool {
	a, err1 := time.Parse(time.DateOnly, sent[:min(len(sent), len(time.DateOnly))])
	b, err2 := time.Parse(time.DateOnly, stored[:min(len(stored), len(time.DateOnly))])
	return err1 == nil && err2 == nil && a.Sub(b).Abs() > 24*time.Hour
}

func isBool(raw json.RawMessage) bool { return document.Kind(raw) == 't' || document.Kind(raw) == 'f' }

// addKept names a field with both its values, so that the difference can be seen: in quotes where only blanks differ,
// and from shortly before the difference where it is far inside a long text.
func addKept(v *validate.Violations, path string, sent, stored json.RawMessage) {
	a, b := document.AllText(sent), document.AllText(stored)
	if strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ") {
		a, b = strconv.Quote(a), strconv.Quote(b)
	}
	x, y := []rune(a), []rune(b)
	const before, seen = 10, 60
	at := 0
	for at < min(len(x), len(y)) && x[at] == y[at] {
		at++
	}
	if at > seen {
		a, b = "…"+string(x[at-before:]), "…"+string(y[at-before:])
	}
	v.Add(path, keptMessage, cut(b), cut(a))
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// Shown returns a value in the form in which messages quote it.
func Shown(raw json.RawMessage) string {
	if document.Kind(raw) == '{' || document.Kind(raw) == '[' {
		return cut(string(raw))
	}
	return cut(document.AllText(raw))
}

// cut returns a text in the form in which messages quote it, shortened when it is long.
func cut(text string) string {
	const long = 80
	if text == "" {
		return `""`
	}
	if r := []rune(text); len(r) > long {
		return string(r[:long]) + "…"
	}
	return text
}

// SaysKept adds to the reason of a write in effect the fields of which the store kept other values.
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

// mostKept is the largest number of fields that a message names.
const mostKept = 12

// Colons joins fields, each with its message, into one sentence.
func Colons(fields []intent.FieldError) string {
	parts := make([]string, 0, mostKept)
	for _, f := range fields[:min(len(fields), mostKept)] {
		parts = append(parts, f.Field+": "+f.Message)
	}
	text := strings.Join(parts, "; ")
	if more := len(fields) - mostKept; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// unaccented says whether a stored text can be the sent one without its accents, as WordPress writes logins and slugs.
// The plain letters of the sent text must be in the stored one, in their order.
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
