package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// lineFields are the lists of an order whose new entries take effect once per request.
var lineFields = []string{"line_items", "shipping_lines", "fee_lines"}

// unmarshalExact keeps numbers as they are written.
func unmarshalExact(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode(into)
}

// marked is the body as it is sent: with the marker where a lost answer would otherwise leave doubt.
func marked(w Write, body json.RawMessage) (json.RawMessage, error) {
	t := targets[w.Resource]
	var o object
	if len(body) == 0 {
		o = object{}
	} else if err := json.Unmarshal(body, &o); err != nil {
		return nil, fmt.Errorf("outbox: body of write %s: %w", w.ID, err)
	}
	switch {
	case w.Action == Create && t.recognised == byMeta:
		meta, err := appendMeta(o["meta_data"], MarkerKey, w.ID)
		if err != nil {
			return nil, fmt.Errorf("outbox: meta_data of write %s: %w", w.ID, err)
		}
		o["meta_data"] = meta
	case w.addsStock():
		meta, err := appendMeta(o["meta_data"], StockMarkerKey, w.ID)
		if err != nil {
			return nil, fmt.Errorf("outbox: meta_data of write %s: %w", w.ID, err)
		}
		o["meta_data"] = meta
	case w.Action == Update && w.Resource == storage.Orders:
		if err := markNewLines(o, w.ID); err != nil {
			return nil, fmt.Errorf("outbox: lines of write %s: %w", w.ID, err)
		}
	}
	return json.Marshal(o)
}

func appendMeta(list json.RawMessage, key, id string) (json.RawMessage, error) {
	var entries []json.RawMessage
	if kindOf(list) == '[' {
		if err := json.Unmarshal(list, &entries); err != nil {
			return nil, err
		}
	}
	entry, err := json.Marshal(map[string]string{"key": key, "value": id})
	if err != nil {
		return nil, err
	}
	return json.Marshal(append(entries, entry))
}

// addsLines says whether an update would do more than once what it says when it is sent twice.
func addsLines(body json.RawMessage) bool {
	o, err := parseObject(body)
	return err == nil && len(newLinesOf(o)) > 0
}

// markerOf is the id of the write that created a record, empty if it carries none.
func markerOf(record json.RawMessage) string {
	var r struct {
		Meta json.RawMessage `json:"meta_data"`
	}
	if json.Unmarshal(record, &r) != nil {
		return ""
	}
	return metaMarker(r.Meta)
}

func metaMarker(list json.RawMessage) string {
	var entries []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	if json.Unmarshal(list, &entries) != nil {
		return ""
	}
	for _, e := range entries {
		var id string
		if e.Key == MarkerKey && json.Unmarshal(e.Value, &id) == nil {
			return id
		}
	}
	return ""
}

var (
	tag = regexp.MustCompile(`<[^>]*>`)
	// plainTag is a tag that notes may have.
	plainTag = regexp.MustCompile(
		`^</?(a|abbr|b|blockquote|br|code|del|div|em|h[1-6]|hr|i|img|li|ol|p|pre|q|s|small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)(\s[^<>]*|\s*/)?>$`)
)

// alike compares what a caller sent with what the store made of it: entities, tags and blanks that the store rewrites
// do not count, nor does the case of an e-mail address.
func alike(sent, stored json.RawMessage) bool {
	if same(sent, stored) {
		return true
	}
	a, _ := scalar(sent)
	b, _ := scalar(stored)
	if a == nil || b == nil {
		return false
	}
	return plainText(*a) == plainText(*b)
}

// plainText is what remains of a text when the store has cleaned it, whichever version did: tags, entities, blanks and
// case do not count. Order notes pass wp_kses_post since WooCommerce 10.6: "&" becomes "&amp;", and in "a < b && c > d"
// what looks like a tag loses its inside.
func plainText(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(s, ""))), " "))
}

// created says whether a record of the store is what the create w made.
func created(w Write, record json.RawMessage) bool {
	t := targets[w.Resource]
	if t.recognised == byMeta {
		return markerOf(record) == w.ID
	}
	sent, err1 := parseObject(w.Body)
	stored, err2 := parseObject(record)
	if err1 != nil || err2 != nil {
		return false
	}
	for _, field := range t.fields {
		value, given := sent[field]
		if !given {
			continue
		}
		if !alike(value, stored[field]) {
			return false
		}
	}
	return true
}
