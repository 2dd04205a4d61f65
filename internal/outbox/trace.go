package outbox

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
)

// standing is how a record that is newer than a create's floor stands to that create.
//
// Failure policy: a record is foreign only where something certain says so. What could be ours and is not proved to be
// is possible, and as long as there is one nothing is sent again.
type standing int

const (
	foreign  standing = iota // explained by somebody else
	possible                 // could be ours: half-made, or rewritten, or without its marker
	equal                    // as asked for in every field that was named, without proof
	ours                     // carries our marker
)

// telling are the fields whose value tells one record from another: the store keeps them as they were sent, give or
// take blanks, case and punctuation. A name that ends in a dot stands for all members of an object.
var telling = map[storage.Resource][]string{
	storage.Orders:     words("billing. shipping. customer_note customer_id transaction_id parent_id"),
	storage.OrderNotes: words("note"),
	storage.Refunds:    words("amount reason"),
	storage.Products:   words("name sku type external_url global_unique_id"),
	storage.Variations: words("sku global_unique_id"),
	storage.Customers:  words("email username first_name last_name billing. shipping."),
	storage.Coupons:    words("code description"),
	storage.Categories: words("name parent description"),
	storage.Tags:       words("name description"),
	Webhooks:           words("topic delivery_url name"),
}

// identifying are those of them that hardly two records share.
var identifying = map[storage.Resource][]string{
	storage.Orders: words(
		"billing.email billing.phone billing.address_1 billing.last_name customer_note customer_id transaction_id"),
	storage.Refunds:    words("reason"),
	storage.Products:   words("name sku global_unique_id"),
	storage.Variations: words("sku global_unique_id"),
	storage.Coupons:    words("code"),
}

func isTelling(r storage.Resource, path string) bool {
	return slices.ContainsFunc(telling[r], func(name string) bool {
		return path == name || strings.HasSuffix(name, ".") && strings.HasPrefix(path, name)
	})
}

// ofAddress says whether a field of an order is one that plugins write anew: they correct addresses, and put another
// e-mail address in place of a marketplace's.
func ofAddress(path string) bool {
	return strings.HasPrefix(path, "billing.") || strings.HasPrefix(path, "shipping.")
}

func words(text string) []string { return strings.Fields(text) }

// stands judges a record by its marker, and where it has none by what is in it. author is the user whose name refunds
// of ours carry, 0 where that is not known.
func stands(w Write, record json.RawMessage, author int64) standing {
	t := targets[w.Resource]
	o, err := parseObject(record)
	if err != nil {
		return possible // whatever it is, it does not prove that it is not ours
	}
	if t.recognised == byMeta {
		switch markerOf(record) {
		case w.ID:
			return ours
		case "":
		default:
			return foreign // another write made it
		}
	}
	body, err1 := parseObject(w.Body)
	sent, err2 := leaves(w.Body)
	have, err3 := recordLeaves(record)
	if err1 != nil || err2 != nil || err3 != nil {
		return possible
	}
	if cameAnotherWay(w, body, o, author) {
		return foreign
	}
	if t.recognised != byMeta {
		for _, field := range t.fields {
			// What makes the record unique is given by its value alone: another one is another record.
			if value, given := body[field]; given && field != "customer_note" && likeness(value, o[field]) == unlike {
				return foreign
			}
		}
	}
	agreed, short, told, rewritten := 0, 0, 0, 0
	for path, value := range sent {
		if slices.Contains(writeOnly, path) || path == "set_paid" || path == "status" || absent(value) ||
			zeroID(path, value) {
			continue
		}
		if w.Resource == storage.Refunds && rootOf(path) == "line_items" {
			continue // named by the lines of the order: see refundLines
		}
		stored, there := have[path]
		switch {
		case holds(path, value, stored, there), alike(value, stored):
			agreed++
			if isTelling(w.Resource, path) && !strings.HasSuffix(path, ".country") &&
				!strings.HasSuffix(path, ".state") {
				told++
			}
		case w.Resource == storage.Orders && ofAddress(path) && there && likeness(value, stored) == unlike:
			rewritten++
			short++
		case isTelling(w.Resource, path) && there && likeness(value, stored) == unlike:
			return foreign
		default:
			short++
		}
	}
	lines, missing := matchLines(body, o)
	if w.Resource == storage.Refunds && len(refundLines(body, o)) > 0 {
		short++
	}
	switch {
	case rewritten > 0 && (told == 0 || len(missing) > 0 || told+lines < rewritten):
		return foreign // somebody else's address; a plugin that writes a part of ours anew leaves the rest
	case w.Resource == storage.Orders && lines == 0 && len(missing) > 0 && hasLines(o):
		return foreign // it holds other products than ours
	case w.Resource == storage.Orders && agreed+lines == 0 && (hasLines(o) || !absent(have["billing.email"])):
		return foreign // it holds what we never sent, and nothing of what we did
	case agreed+lines > 0 && short == 0 && len(missing) == 0:
		return equal
	}
	return possible
}

// cameAnotherWay says whether a record shows that it was made otherwise than by a request like ours.
func cameAnotherWay(w Write, body, o object, author int64) bool {
	switch w.Resource {
	case storage.Orders:
		// Set before the first save, to "rest-api" or what the request says; on posts it is stored a moment after the
		// order.
		via := textIn(o, "created_via")
		sent := textIn(body, "created_via")
		if via != "" && via != "rest-api" && via != sent {
			return true
		}
		return textIn(o, "status") == "auto-draft" // the shop's own page for a new order; a request never makes one
	case storage.Refunds:
		by := numberIn(o, "refunded_by")
		if author != 0 && by != 0 && by != author {
			return true
		}
		if want, known := refundAmount(body); known {
			if have, err := decimal.NewFromString(textIn(o, "amount")); err == nil && !have.Abs().Equal(want.Abs()) {
				return true
			}
		}
	}
	return false
}

// refundAmount is what a refund pays back: its amount, or the sum of its lines where it names none, as the store
// reckons.
func refundAmount(body object) (decimal.Decimal, bool) {
	if text, _ := scalar(body["amount"]); text != nil && *text != "" {
		amount, err := decimal.NewFromString(*text)
		return amount, err == nil
	}
	return decimal.Zero, false
}

// zeroID: a guest's order may be given to a customer of the same address by a plugin, so that 0 tells nothing.
func zeroID(path string, value json.RawMessage) bool {
	text, _ := scalar(value)
	return text != nil && *text == "0" && (strings.HasSuffix(path, "_id") || path == "parent")
}

// resemblance is how a value that was sent compares with the one that is stored.
type resemblance int

const (
	unlike resemblance = iota // certainly another value
	// one holds the other once punctuation, case and tags are gone: a store may have made it so
	akin
	missed // nothing is stored
)

func likeness(sent, stored json.RawMessage) resemblance {
	if alike(sent, stored) {
		return akin
	}
	a, _ := scalar(sent)
	b, _ := scalar(stored)
	if a == nil || b == nil {
		return akin // lists and objects are not told apart with certainty
	}
	x, y := bare(*a), bare(*b)
	switch {
	case y == "" || y == "0":
		return missed
	case strings.Contains(x, y) || strings.Contains(y, x), unaccented(x, y):
		return akin
	}
	return unlike
}

// bare is a text's letters and digits, without tags and case.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, plainText(text))
}

// certain says whether a record without our marker, equal in all that was named, may be taken for ours: its values must
// tell it from any other, and nothing but a store that loses markers, or saves them too late, may have kept the marker
// away.
func certain(w Write, record json.RawMessage, l Lessons) bool {
	t := targets[w.Resource]
	if t.recognised != byMeta {
		return true // it is recognised by nothing else
	}
	o, err := parseObject(record)
	if err != nil {
		return false
	}
	if w.Resource == storage.Refunds {
		if l.RefundAuthor == 0 || numberIn(o, "refunded_by") != l.RefundAuthor {
			return false
		}
	} else if !l.Markers[w.Resource].Taken {
		return false
	}
	sent, err1 := leaves(w.Body)
	have, err2 := recordLeaves(record)
	if err1 != nil || err2 != nil {
		return false
	}
	for path, value := range sent {
		named := slices.Contains(identifying[w.Resource], path) || strings.HasPrefix(path, "meta_data[") &&
			!strings.HasPrefix(path, "meta_data[_")
		if stored, there := have[path]; named && !absent(value) && !zeroID(path, value) && there &&
			(holds(path, value, stored, true) || alike(value, stored)) {
			return true
		}
	}
	return false
}
