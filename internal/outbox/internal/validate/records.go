package validate

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// record is a body with what is known about its record, for rules that concern more than one member.
type record struct {
	resource storage.Resource
	action   intent.Action
	body     document.Object
	base     document.Object // nil when the record is new, or the caller did not see it
}

// value returns a member as it will be after the write: from the body, or else from the record.
func (r record) value(name string) json.RawMessage {
	if raw, given := r.body[name]; given {
		return raw
	}
	return r.base[name]
}

// known says whether the later value of a member is known. The members of a new record have their defaults.
func (r record) known(name string) bool { return r.action == intent.Create || r.value(name) != nil }

func (r record) text(name string) string {
	return document.Text(document.Object{name: r.value(name)}, name)
}

func (r record) isTrue(name string) bool {
	text, _ := document.Scalar(r.value(name))
	return text != nil && (*text == "true" || *text == "1")
}

func (r record) given(name string) bool { _, given := r.body[name]; return given }

// record checks a body against the rules of its resource.
func (v *Violations) record(r record) {
	switch r.resource {
	case storage.Orders:
		v.order(r)
	case storage.OrderNotes:
		v.note(r.body)
	case storage.Refunds:
		v.refund(r.body)
	case storage.Products:
		v.product(r)
	case storage.Variations:
		v.variation(r)
	case storage.Customers:
		v.required(r, "email")
	case storage.Coupons:
		v.coupon(r)
	case storage.Categories, storage.Tags:
		v.required(r, "name")
		v.termImage(r)
	case intent.Webhooks:
		v.webhook(r)
	}
}

// required reports a missing member of a new record.
func (v *Violations) required(r record, field string) {
	if r.action == intent.Create && !r.given(field) {
		v.Add(field, "is missing")
	}
}

// Entries returns the objects of a list. Any other value has none; other checks report it.
func Entries(o document.Object, field string) []document.Object {
	var entries []document.Object
	if document.Kind(o[field]) != '[' || json.Unmarshal(o[field], &entries) != nil {
		return nil
	}
	return entries
}

// longestMetaKey is the width of the database column for keys (docs/woocommerce/orders.md#meta-not-kept).
const longestMetaKey = 255

// metaEntry requires an entry of meta data to be one that the store keeps.
func (v *Violations) metaEntry(at string, e document.Object) {
	key := document.Text(e, "key")
	switch {
	case key == "":
		v.Add(at+"key", "is missing: the store passes over an entry without one")
	case key == intent.MarkerKey || key == intent.StockMarkerKey:
		v.Add(at+"key", "%s is reserved: it is how a lost answer is found again", key)
	case v.ownKey(at, key):
	case v.Write.Resource == storage.Customers && strings.HasPrefix(key, "_"):
		v.Add(at+"key", "%q begins with an underscore, and the store passes over such entries of customers", key)
	case utf8.RuneCountInString(key) > longestMetaKey:
		v.Add(at+"key", "has %d characters, and the store keeps no entry whose key has more than %d",
			utf8.RuneCountInString(key), longestMetaKey)
	case e["value"] == nil:
		v.Add(at+"value", "is missing: give it, or null to remove the entry")
	}
}

// note requires a text that is not blank and that the store keeps. From 10.6 on the store reads notes as HTML
// (wp_kses_post) and drops what looks like a tag and is none, so that "a < b && c > d" becomes "a <b> d".
func (v *Violations) note(o document.Object) {
	note := document.Text(o, "note")
	if strings.TrimSpace(note) == "" {
		if o["note"] == nil || document.Kind(o["note"]) == '"' {
			v.Add("note", "must be a text that is not blank")
		}
		return
	}
	for _, chunk := range document.Tag.FindAllString(note, -1) {
		if !document.PlainTag.MatchString(chunk) {
			v.Add("note", "the store reads notes as HTML and would drop %q: write &lt; for <", chunk)
		}
	}
}

func (v *Violations) coupon(r record) {
	v.required(r, "code")
	if raw, given := r.body["amount"]; given {
		if text, isText := document.Scalar(raw); isText && *text == "" {
			v.Add("amount", `must not be blank: write "0" for none`)
		}
	}
	if status := document.Text(r.body, "status"); status != "" && !postStatuses[status] {
		v.Add("status", "%q is no status of coupons: the store would keep it, and the coupon would be found nowhere; "+
			"one of publish, draft, pending, private, future, trash", status)
	}
	for i, raw := range textsOf(r.body, "email_restrictions") {
		if !strings.Contains(raw, "@") {
			v.Add(fmt.Sprintf("email_restrictions[%d]", i),
				"%q is not an e-mail address, and the store would drop it: the coupon would be for everybody", raw)
		}
	}
}

// postStatuses are the statuses that WordPress has for records that people make.
var postStatuses = map[string]bool{"publish": true, "draft": true, "pending": true, "private": true, "future": true,
	"trash": true}

func textsOf(o document.Object, field string) []string {
	var list []string
	if json.Unmarshal(o[field], &list) != nil {
		return nil
	}
	return list
}

// termImage checks the image of a category. An image without an id or address removes the category's image.
func (v *Violations) termImage(r record) {
	image, err := document.Parse(r.body["image"])
	if err != nil || len(image) == 0 {
		return
	}
	if document.Number(image, "id") == 0 && document.Text(image, "src") == "" {
		v.Add("image.id", "is missing: the store would take the image away; give id or src, or {} to take it away")
	}
}

// webhook refuses two things in a new webhook: any status but active, because the store makes it active anyway, and a
// topic with capital letters, which the store keeps as an empty one.
func (v *Violations) webhook(r record) {
	v.required(r, "topic")
	v.required(r, "delivery_url")
	if status := document.Text(r.body, "status"); r.action == intent.Create && status != "" && status != "active" {
		v.Add("status", "a new webhook is active, whatever is asked for: create it, then update its status")
	}
	if topic := document.Text(r.body, "topic"); topic != strings.ToLower(topic) {
		v.Add("topic", "is written in small letters: %q", strings.ToLower(topic))
	}
}
