package compare

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// A store cleans texts without an error: it removes tags, handlers and backslashes, rewrites slugs and codes, and cuts
// blanks (docs/woocommerce/answers.md#texts-cleaned). A stored text counts as the sent one when it reads the same:
// entities stand for their characters, and line ends and outer blanks do not count.
//
// Failure policy: every other difference is named. A SKU that lost a character is another SKU.

// keys are fields by which other systems find a record. Neither blanks nor entities may differ in them.
var keys = []string{"sku", "global_unique_id", "code", "slug", "username", "email", "transaction_id"}

// rendered are fields that a store shows as a page would, in paragraphs and with shortcodes expanded. A read of a
// product or variation shows this form, the answer to a write shows the other one
// (docs/woocommerce/answers.md#texts-cleaned).
var rendered = []string{"description", "short_description", "purchase_note"}

// keepsText says whether a stored text reads like the one that was sent.
func keepsText(r storage.Resource, path, sent, stored string) bool {
	if sent == stored {
		return true
	}
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case name == "slug":
		plain, err := url.PathUnescape(stored) // letters beyond ASCII are stored as %xx
		return err == nil && plain == sent
	case slices.Contains(keys, name):
		return false
	}
	sent, stored = reading(sent), reading(stored)
	if sent == stored {
		return true
	}
	if (r == storage.Products || r == storage.Variations) && slices.Contains(rendered, name) {
		return strings.ContainsRune(sent, '[') || unwrapped(sent) == unwrapped(stored)
	}
	return false
}

// reading returns a text as a person reads it: entities as characters, without outer blanks.
func reading(text string) string {
	return strings.TrimSpace(html.UnescapeString(strings.ReplaceAll(text, "\r\n", "\n")))
}

// paragraphs are the tags that WordPress puts around the lines of a text.
var paragraphs = regexp.MustCompile(`<p>|</p>|<br ?/?>|\s+`)

func unwrapped(text string) string { return paragraphs.ReplaceAllString(text, "") }

// kindAt returns the kind of value that WooCommerce keeps at a path; empty for meta data and for members of plugins.
func kindAt(r storage.Resource, path string) schema.Kind {
	at, known := schema.Of(string(r))
	if !known {
		return ""
	}
	for _, name := range strings.Split(validate.WithoutPlaces(path), ".") {
		if at = at.Find(name); at == nil || name == "meta_data" {
			return ""
		}
	}
	return at.Kind
}

// isText says whether values of a kind are compared character by character, so that 007 is not 7.
func isText(kind schema.Kind) bool {
	switch kind {
	case schema.Text, schema.Digits, schema.Email, schema.Country, schema.URL:
		return true
	}
	return false
}

// keptValue says whether a value of meta data is the one that was sent. PHP has one kind of list: an empty object comes
// back as an empty list, and an object with numbered members as a list.
func keptValue(sent, stored json.RawMessage) bool {
	switch {
	case document.Same(sent, stored):
		return true
	case document.Kind(sent) == '{' || document.Kind(sent) == '[':
		var a, b any
		return document.Unmarshal(sent, &a) == nil && document.Unmarshal(stored, &b) == nil && samePHP(a, b)
	case isBool(sent):
		text, _ := document.Scalar(stored)
		return text != nil && slices.Contains([]string{"", "0", "1", "no", "yes", "true", "false"}, *text)
	}
	return false
}
