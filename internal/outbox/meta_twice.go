package outbox

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// metaTwice names the entries of meta data of an update that are given by a key alone which stands more than once on
// the record, or on the line of it: WooCommerce would keep one of them and delete the others without a word
// (docs/woocommerce/orders.md#meta-key-twice). By its id one of them can be changed alone.
func metaTwice(body, current json.RawMessage) []intent.FieldError {
	sent, err1 := document.Parse(body)
	record, err2 := document.Parse(current)
	if err1 != nil || err2 != nil {
		return nil // said elsewhere
	}
	wrong := metaTwiceOf("meta_data", sent, record)
	for _, list := range document.SortedKeys(sent) {
		if list == "meta_data" || !document.MergedLists[list] {
			continue
		}
		lines := map[int64]document.Object{}
		for _, line := range validate.Entries(record, list) {
			lines[document.Number(line, "id")] = line
		}
		for i, line := range validate.Entries(sent, list) {
			if id := document.Number(line, "id"); id != 0 && lines[id] != nil && !document.RemovesLine(line) {
				wrong = append(wrong, metaTwiceOf(fmt.Sprintf("%s[%d].meta_data", list, i), line, lines[id])...)
			}
		}
	}
	return wrong
}

func metaTwiceOf(path string, sent, record document.Object) []intent.FieldError {
	ids := map[string][]string{}
	for _, entry := range validate.Entries(record, "meta_data") {
		key := document.Text(entry, "key")
		ids[key] = append(ids[key], fmt.Sprint(document.Number(entry, "id")))
	}
	var wrong []intent.FieldError
	for _, entry := range validate.Entries(sent, "meta_data") {
		key := document.Text(entry, "key")
		if document.Number(entry, "id") == 0 && len(ids[key]) > 1 {
			wrong = append(wrong, intent.FieldError{Field: fmt.Sprintf("%s[%s]", path, key), Message: fmt.Sprintf(
				`stands %d times there (ids %s), and the store would delete all but one: say which one in a file, `+
					`{"id": %s, "key": %q, "value": …}`, len(ids[key]), strings.Join(ids[key], ", "), ids[key][0], key)})
		}
	}
	return wrong
}
