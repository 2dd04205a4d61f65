package validate

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

// characters refuses control characters in any text of a body, at every depth. A database or PHP cuts a text at a zero
// byte or drops the text, and no person sees the other characters. Tabs and line ends are allowed.
func (v *Violations) characters(path string, raw json.RawMessage) {
	switch document.Kind(raw) {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return
		}
		if at := strings.IndexFunc(text, invisible); at >= 0 {
			v.Add(path, "holds the control character %U, which a store may drop, or end the text at: take it out",
				[]rune(text[at:])[0])
		}
	case '{':
		o, _ := document.Parse(raw) // cannot fail: it was parsed before
		for _, name := range document.SortedKeys(o) {
			at := name
			if path != "" {
				at = path + "." + name
			}
			if strings.ContainsFunc(name, invisible) {
				v.Add(fmt.Sprintf("%q", at), "is a name with a control character: take it out")
			}
			v.characters(at, o[name])
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return
		}
		for i, entry := range list {
			v.characters(fmt.Sprintf("%s[%d]", path, i), entry)
		}
	}
}

func invisible(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'
}
