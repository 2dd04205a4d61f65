package intent

import (
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

// LineFields are the lists of an order whose new entries take effect once for each request.
var LineFields = []string{"line_items", "shipping_lines", "fee_lines"}

// NewLine is a line without an id in the body of an update.
type NewLine struct {
	List  string
	Index int
	Line  document.Object
}

// Mark returns the text by which the line is recognised: the write's id and the line's place in the write.
func (n NewLine) Mark(writeID string) string {
	return fmt.Sprintf("%s/%s/%d", writeID, n.List, n.Index)
}

// MarksLine says whether a line of an order carries the mark of a write's new line. In a body that is ready to be sent
// the line already has the mark, and its place may have changed since.
func MarksLine(w Write, n NewLine, line document.Object) bool {
	mark := MetaMarker(line["meta_data"])
	sent := MetaMarker(n.Line["meta_data"])
	if sent == "" {
		sent = n.Mark(w.ID)
	}
	return mark != "" && mark == sent
}

// NewLinesOf returns the lines of a body that have no id yet.
func NewLinesOf(body document.Object) []NewLine {
	var found []NewLine
	for _, list := range LineFields {
		var lines []document.Object
		if document.Kind(body[list]) != '[' || json.Unmarshal(body[list], &lines) != nil {
			continue
		}
		for i, line := range lines {
			if line != nil && document.Number(line, "id") == 0 {
				found = append(found, NewLine{list, i, line})
			}
		}
	}
	return found
}

// MarkNewLines puts a mark into each new line of a body.
func MarkNewLines(o document.Object, writeID string) error {
	for _, list := range LineFields {
		if document.Kind(o[list]) != '[' {
			continue
		}
		var lines []document.Object
		if err := json.Unmarshal(o[list], &lines); err != nil {
			return err
		}
		for i, line := range lines {
			if line == nil || document.Number(line, "id") != 0 {
				continue
			}
			meta, err := appendMeta(line["meta_data"], MarkerKey, NewLine{list, i, line}.Mark(writeID))
			if err != nil {
				return err
			}
			line["meta_data"] = meta
		}
		raw, err := json.Marshal(lines)
		if err != nil {
			return err
		}
		o[list] = raw
	}
	return nil
}
