package validate

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// Cleared replaces an empty text that a person typed by the value that clears the member: null where the store refuses
// an empty text, an empty list, or an empty object.
func Cleared(resource storage.Resource, body json.RawMessage) json.RawMessage {
	known, ok := schema.Of(string(resource))
	o, err := document.Parse(body)
	if !ok || err != nil || !clearIn(known, o) {
		return body
	}
	out, err := json.Marshal(o)
	if err != nil {
		return body // cannot fail: the body was parsed before
	}
	return out
}

// clearIn clears the members of one object and those below, and returns whether there were any.
func clearIn(known *schema.Member, o document.Object) bool {
	changed := false
	for name, raw := range o {
		member := known.Find(name)
		switch {
		case member == nil:
		case string(raw) == `""` && member.EmptyIsNull:
			o[name], changed = json.RawMessage("null"), true
		case string(raw) == `""` && (member.Kind == schema.IDs || member.Kind == schema.Texts ||
			member.Kind == schema.List):
			o[name], changed = json.RawMessage("[]"), true
		case string(raw) == `""` && name == "image":
			o[name], changed = json.RawMessage("{}"), true
		case member.Kind == schema.Object:
			inner, err := document.Parse(raw)
			if err != nil || inner == nil || !clearIn(member, inner) {
				continue
			}
			if text, err := json.Marshal(inner); err == nil {
				o[name], changed = text, true
			}
		}
	}
	return changed
}
