package compare

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Standing says how a record that is newer than a create's floor relates to that create.
//
// Failure policy: a record is foreign only with certain evidence. Without evidence either way it is possible, and
// nothing is sent again while there is a possible record.
type Standing int

// How a record can stand to a create, from "not ours" to "ours".
const (
	Foreign  Standing = iota // another cause explains it
	Possible                 // could be ours: half-made, or rewritten, or without its marker
	Equal                    // as asked for in every field, but without proof
	ours                     // carries our marker
)

// telling are the fields whose values tell one record from another. The store keeps them as they were sent, apart from
// blanks, case and punctuation. A name that ends in a dot stands for all members of an object.
var telling = map[storage.Resource][]string{
	storage.Orders:     document.Words("billing. shipping. customer_note customer_id transaction_id parent_id"),
	storage.OrderNotes: document.Words("note"),
	storage.Refunds:    document.Words("amount reason"),
	storage.Products:   document.Words("name sku type external_url global_unique_id"),
	storage.Variations: document.Words("sku global_unique_id"),
	storage.Customers:  document.Words("email username first_name last_name billing. shipping."),
	storage.Coupons:    document.Words("code description"),
	storage.Categories: document.Words("name parent description"),
	storage.Tags:       document.Words("name description"),
	intent.Webhooks:    document.Words("topic delivery_url name"),
}

// Identifying are the telling fields whose value hardly two records share.
var Identifying = map[storage.Resource][]string{
	storage.Orders: document.Words(
		"billing.email billing.phone billing.address_1 billing.last_name customer_note customer_id transaction_id"),
	storage.Products:   document.Words("name sku global_unique_id"),
	storage.Variations: document.Words("sku global_unique_id"),
	storage.Coupons:    document.Words("code"),
}

// naming are the fields that name a record.
var naming = map[storage.Resource][]string{
	storage.OrderNotes: {"note"},
	storage.Products:   {"sku", "name"},
	storage.Variations: {"sku"},
	storage.Customers:  {"email", "username"},
	storage.Coupons:    {"code"},
	storage.Categories: {"name"},
	storage.Tags:       {"name"},
	intent.Webhooks:    {"delivery_url"},
}

// Named says whether a record has the name that a create asks for.
func Named(w intent.Write, record json.RawMessage) bool {
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	return err1 == nil && err2 == nil && slices.ContainsFunc(naming[w.Resource], func(field string) bool {
		return !document.Absent(body[field]) && document.Alike(body[field], o[field])
	})
}

func isTelling(r storage.Resource, path string) bool {
	return slices.ContainsFunc(telling[r], func(name string) bool {
		return path == name || strings.HasSuffix(name, ".") && strings.HasPrefix(path, name)
	})
}

// ofAddress says whether a field of an order is one that plugins rewrite: they correct addresses, and replace a
// marketplace's e-mail address.
func ofAddress(path string) bool {
	return strings.HasPrefix(path, "billing.") || strings.HasPrefix(path, "shipping.")
}

// rewritable says whether a field that tells records apart is a text that plugins (translators, maskers) may have
// replaced as a whole, in a record that is otherwise like ours. These texts are:
//
//   - the words of a note by the shop itself and of our kind;
//   - the customer's note on an order with our lines;
//   - the reason of a refund of our amount;
//   - the name or description of a product with our SKU or price;
//   - the SKU of a variation with our price;
//   - the code or description of a coupon with our amount.
//
// The last three also count when PHP died before it stored the SKU, price or amount.
func rewritable(r storage.Resource, path string, body, record document.Object) bool {
	same := func(field string) bool {
		return !document.Absent(body[field]) && document.Same(body[field], record[field])
	}
	switch {
	case r == storage.OrderNotes && path == "note":
		return string(body["customer_note"]) == "true" == (string(record["customer_note"]) == "true") &&
			(string(body["added_by_user"]) == "true" || byTheShop(document.Text(record, "author")))
	case r == storage.Orders && path == "customer_note":
		lines, missing := matchLines(body, record)
		return lines > 0 && len(missing) == 0
	case r == storage.Refunds && path == "reason":
		_, named := refundAmount(body) // a refund of another amount is another refund
		return named
	case r == storage.Products && (path == "name" || path == "description"):
		return same("sku") || same("regular_price") || bareProduct(body, record)
	case r == storage.Variations && path == "sku":
		return same("regular_price") || document.Absent(record["regular_price"])
	case r == storage.Coupons && (path == "code" || path == "description"):
		return same("amount") || document.Amount(record, "amount").IsZero()
	}
	return false
}

// bareProduct says whether a product has only what the first save of ours gives it: a name and our status. A product
// that a person is writing in the shop is a draft.
func bareProduct(body, record document.Object) bool {
	status := document.Text(body, "status")
	return document.Text(record, "status") == cmp.Or(status, "publish") && document.Absent(record["sku"]) &&
		document.Absent(record["regular_price"])
}

// byTheShop says whether a note's author is the one under which requests and the shop itself write notes
// (docs/woocommerce/orders.md#note-author).
func byTheShop(author string) bool {
	return author == "" || author == "system" || strings.EqualFold(author, "WooCommerce")
}

// Stand judges a record by its marker, and without one by its content. author is the user who is the author of our
// refunds; 0 when unknown.
func Stand(w intent.Write, record json.RawMessage, author int64) Standing {
	t := intent.Targets[w.Resource]
	o, err := document.Parse(record)
	if err != nil {
		return Possible // a record that cannot be read is not proved to be foreign
	}
	if t.Recognised == intent.ByMeta {
		switch intent.MarkerOf(record) {
		case w.ID:
			return ours
		case "":
		default:
			return Foreign // another write made it
		}
	}
	body, err1 := document.Parse(w.Body)
	sent, err2 := document.Leaves(w.Body)
	have, err3 := document.RecordLeaves(record)
	if err1 != nil || err2 != nil || err3 != nil {
		return Possible
	}
	if cameAnotherWay(w, body, o, author) {
		return Foreign
	}
	if t.Recognised != intent.ByMeta && w.Resource != storage.OrderNotes {
		return standUnmarked(w, body, o, sent, have)
	}
	agreed, short, told, rewritten := 0, 0, 0, 0
	for path, value := range sent {
		if slices.Contains(WriteOnly, path) || path == "set_paid" || path == "status" || document.Absent(value) ||
			IsZeroID(path, value) {
			continue
		}
		if w.Resource == storage.Refunds && rootOf(path) == "line_items" {
			continue // the order's lines name these: see refundLines
		}
		stored, there := have[path]
		switch {
		case Holds(path, value, stored, there), document.Alike(value, stored):
			agreed++
			if isTelling(w.Resource, path) && !strings.HasSuffix(path, ".country") &&
				!strings.HasSuffix(path, ".state") {
				told++
			}
		case w.Resource == storage.Orders && ofAddress(path) && there && Likeness(value, stored) == unlike:
			rewritten++
			short++
		case isTelling(w.Resource, path) && there && Likeness(value, stored) == unlike &&
			!rewritable(w.Resource, path, body, o):
			return Foreign
		default:
			short++
		}
	}
	lines, missing := matchLines(body, o)
	if w.Resource == storage.Refunds && len(RefundLines(body, o)) > 0 {
		short++
	}
	switch {
	case rewritten > 0 && lines > 0 && len(missing) == 0:
		return Possible // plugins rewrite a whole address, but put no other products into an order
	case rewritten > 0 && (told == 0 || len(missing) > 0 || told+lines < rewritten):
		return Foreign // another address: a plugin that rewrites a part of ours leaves the rest
	case w.Resource == storage.Orders && lines == 0 && len(missing) > 0 && hasLines(o):
		return Foreign // it holds other products than ours
	case w.Resource == storage.Orders && agreed+lines == 0 && (hasLines(o) || !document.Absent(have["billing.email"])):
		return Foreign // it holds what we never sent, and nothing of what we did
	case agreed+lines > 0 && short == 0 && len(missing) == 0:
		return Equal
	}
	return Possible
}

// cameAnotherWay says whether a record shows that it was not made by a request like ours.
func cameAnotherWay(w intent.Write, body, o document.Object, author int64) bool {
	switch w.Resource {
	case storage.Orders:
		// created_via is set before the first save, to "rest-api" or what the request says. On posts it is stored a
		// moment after the order.
		via := document.Text(o, "created_via")
		sent := document.Text(body, "created_via")
		if via != "" && via != "rest-api" && via != sent {
			return true
		}
		// The shop's own page for a new order makes an auto-draft; a request never does.
		return document.Text(o, "status") == "auto-draft"
	case storage.Refunds:
		by := document.Number(o, "refunded_by")
		if author != 0 && by != 0 && by != author {
			return true
		}
		if want, known := refundAmount(body); known {
			// On posts a refund has no amount yet when PHP dies right after the first save. No one makes a refund of
			// zero.
			have, err := decimal.NewFromString(document.Text(o, "amount"))
			if err == nil && !have.IsZero() && !have.Abs().Equal(want.Abs()) {
				return true
			}
		}
	}
	return false
}

// refundAmount returns what a refund pays back: its amount, or the sum of its lines when it names none, as the store
// computes it.
func refundAmount(body document.Object) (decimal.Decimal, bool) {
	if text, _ := document.Scalar(body["amount"]); text != nil && *text != "" {
		amount, err := decimal.NewFromString(*text)
		return amount, err == nil
	}
	return decimal.Zero, false
}

// IsZeroID says whether a member names record 0. Such a member proves nothing, because a plugin may give a guest's
// order to the customer with the same address.
func IsZeroID(path string, value json.RawMessage) bool {
	text, _ := document.Scalar(value)
	return text != nil && *text == "0" && (strings.HasSuffix(path, "_id") || path == "parent")
}

// resemblance says how a sent value compares with the stored one.
type resemblance int

const (
	unlike resemblance = iota // certainly another value
	// Akin says that one value holds the other once punctuation, case and tags are removed: a store may have turned one
	// into the other.
	Akin
	missed // nothing is stored
)

// Likeness compares a sent value with the stored one.
func Likeness(sent, stored json.RawMessage) resemblance {
	if document.Alike(sent, stored) {
		return Akin
	}
	a, _ := document.Scalar(sent)
	b, _ := document.Scalar(stored)
	if a == nil || b == nil {
		return Akin // lists and objects cannot be told apart with certainty
	}
	x, y := bare(*a), bare(*b)
	could, masked := unmasked(*a, *b)
	switch {
	case strings.Trim(y, "0") == "":
		return missed // nothing, or an amount of zero
	case could, punycoded(*a, *b):
		return Akin
	case masked:
		return unlike
	case strings.Contains(x, y) || strings.Contains(y, x), unaccented(x, y):
		return Akin
	}
	return unlike
}

// bare returns the letters and digits of a text, in lower case and without tags.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, document.PlainText(text))
}
