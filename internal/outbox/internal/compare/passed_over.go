package compare

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// passedOverMessage says that a record does not show a sent value at all.
const passedOverMessage = "asked for %s, the store does not show it"

// PassedOver names what a create has sent and its record does not show, including meta data at every depth. A plugin
// can take a value away, and a table can refuse it without an error (docs/woocommerce/orders.md#meta-not-kept). Our own
// mark is not named: its loss is kept as a lesson about the store.
//
// Failure policy: the record is there, so nothing is sent again; what is missing is named.
func PassedOver(w intent.Write, record json.RawMessage) []intent.FieldError {
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	sent, err3 := document.Leaves(w.Body)
	have, err4 := document.RecordLeaves(record)
	if w.Action != intent.Create || err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil
	}
	var fields []intent.FieldError
	named := func(path string, value json.RawMessage) {
		fields = append(fields, intent.FieldError{Field: path,
			Message: fmt.Sprintf(passedOverMessage, Shown(value))})
	}
	for _, path := range document.SortedKeys(sent) {
		value := sent[path]
		stored, shown := have[path]
		switch root := rootOf(path); {
		case document.Absent(value), IsZeroID(path, value), slices.Contains(unshown, root),
			slices.Contains(intent.LineFields, root):
		case root == "meta_data":
			if !shown && !nameless(o["meta_data"]) {
				named(path, value)
			}
		case Holds(path, value, stored, shown):
		case !empty(value) && (document.Absent(stored) || emptyList(stored)):
			named(path, value)
		}
	}
	if w.Resource != storage.Orders {
		return fields
	}
	for _, p := range pairedLines(body, o) {
		if nameless(p.stored["meta_data"]) {
			continue
		}
		kept, err := document.RecordLeaves(onlyMeta(p.stored))
		wanted, wrong := document.Leaves(onlyMeta(p.sent))
		if err != nil || wrong != nil {
			continue
		}
		for _, path := range document.SortedKeys(wanted) {
			if _, there := kept[path]; !there && !document.Absent(wanted[path]) {
				named(fmt.Sprintf("%s[%d].%s", p.list, p.index, path), wanted[path])
			}
		}
	}
	return fields
}

// unshown are members that no record shows in the form in which they were sent, and members with checks of their own:
// status and payment, and pictures and files, which the store fetches and renames.
var unshown = append([]string{"status", "set_paid", "image", "images", "downloads", "manual_update", "added_by_user"},
	WriteOnly...)

// nameless says whether a store shows meta data without names, so that meta data proves nothing.
func nameless(meta json.RawMessage) bool {
	var entries []document.Object
	if json.Unmarshal(meta, &entries) != nil {
		return document.Kind(meta) != 0
	}
	return slices.ContainsFunc(entries, func(e document.Object) bool { return document.Text(e, "key") == "" })
}

func emptyList(raw json.RawMessage) bool { return document.Kind(raw) == '[' && empty(raw) }

// onlyMeta returns a line with nothing but its meta data.
func onlyMeta(line document.Object) json.RawMessage {
	meta := line["meta_data"]
	if meta == nil {
		meta = json.RawMessage("[]")
	}
	out, err := json.Marshal(document.Object{"meta_data": meta})
	if err != nil {
		return json.RawMessage("{}") // cannot fail: the list was parsed before
	}
	return out
}

// NoPictures names the picture fields of which a record has none although pictures were asked for. The store fetches
// pictures one by one and renames them, so nothing more can be checked.
func NoPictures(body, record document.Object) []intent.FieldError {
	for _, field := range []string{"image", "images"} {
		if asked := body[field]; !document.Absent(asked) && !emptyList(asked) &&
			(document.Absent(record[field]) || emptyList(record[field])) {
			return []intent.FieldError{{Field: field, Message: "the store has no picture"}}
		}
	}
	return nil
}
