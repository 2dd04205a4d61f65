package writes

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
)

// Correction returns the command that corrects a write, with the field to which the store objects, if the refusal tells
// it.
func Correction(w outbox.Write) string {
	field := "FIELD"
	if w.Reason != nil {
		if at := objected(*w.Reason, w.Body); at != "" {
			field = at
		}
	}
	return "waybill outbox edit " + w.ID + " --set " + field + "=VALUE"
}

// inside matches WooCommerce's name for a field within another: billing[email].
var inside = regexp.MustCompile(`(\w+)\[(\w+)\]`)

// objected returns the field that a refusal is about: the one it names, or the one whose value it quotes.
func objected(r outbox.Reason, body []byte) string {
	if len(r.Fields) > 0 {
		f := r.Fields[0]
		if at := inside.FindStringSubmatch(f.Message); at != nil && at[1] == f.Field {
			return at[1] + "." + at[2]
		}
		return f.Field
	}
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return ""
	}
	return quoted("", fields, r.Message)
}

// shortest is the least length of a value that is looked for in a refusal; a shorter one may be part of a word by
// chance.
const shortest = 4

func quoted(path string, fields map[string]any, message string) string {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch value := fields[name].(type) {
		case string:
			if len(value) >= shortest && strings.Contains(message, value) {
				return path + name
			}
		case map[string]any:
			if found := quoted(path+name+".", value, message); found != "" {
				return found
			}
		}
	}
	return ""
}
