package oauth1

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// phpArray is an ordered PHP array of query arguments.
type phpArray struct {
	items []phpItem
	next  int // the key "[]" takes
}

type phpItem struct {
	key    string
	value  string
	nested *phpArray
}

// parsePHPQuery reads a query as PHP does: "+" is a blank, a repeated name keeps its last value, "a[]" counts up from
// a[0], and dots and blanks in a name become "_" (recordings oauth-duplicate-param, oauth-array-empty-brackets).
func parsePHPQuery(raw string) *phpArray {
	root := &phpArray{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, value = phpUnescape(name), phpUnescape(value)
		if name = strings.TrimLeft(name, " "); name != "" {
			outer, path := splitPHPName(name)
			root.set(outer, path, value)
		}
	}
	return root
}

func phpUnescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s // PHP leaves a broken escape as it stands
}

// splitPHPName splits "a[b][]" into "a" and ["b", ""].
func splitPHPName(name string) (outer string, path []string) {
	outer, rest := name, ""
	if i := strings.IndexByte(name, '['); i > 0 && strings.IndexByte(name[i:], ']') > 0 {
		outer, rest = name[:i], name[i:]
	}
	outer = strings.NewReplacer(".", "_", " ", "_").Replace(outer)
	for strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			break
		}
		path = append(path, rest[1:end])
		rest = rest[end+1:]
	}
	return outer, path
}

func (a *phpArray) set(key string, path []string, value string) {
	if key == "" {
		key = strconv.Itoa(a.next)
	}
	if n, err := strconv.Atoi(key); err == nil && n >= a.next {
		a.next = n + 1
	}
	at := slices.IndexFunc(a.items, func(i phpItem) bool { return i.key == key })
	if at < 0 {
		a.items = append(a.items, phpItem{key: key})
		at = len(a.items) - 1
	}
	item := &a.items[at]
	if len(path) == 0 {
		item.value, item.nested = value, nil
		return
	}
	if item.nested == nil {
		item.nested = &phpArray{}
	}
	item.nested.set(path[0], path[1:], value)
}
