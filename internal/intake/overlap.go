package intake

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// apart refuses two paths of which one value would be lost: they write the same field, or one writes a part of what the
// other writes whole.
func apart(paths []string) error {
	for i, path := range paths {
		if path == "" {
			continue
		}
		for _, other := range paths[:i] {
			if other != "" && (within(path, other) || within(other, path)) {
				if path == other {
					return givenTwice(path)
				}
				return givenWithin(other, path)
			}
		}
	}
	return nil
}

// together joins assignments that repeat a list into one: "upsell_ids=20" and "upsell_ids=21" are two entries of it.
func together(assignments []string) []string {
	entries := map[string][]string{}
	for _, assignment := range assignments {
		path, value, _ := strings.Cut(assignment, "=")
		entries[path] = append(entries[path], value)
	}
	var out []string
	for _, assignment := range assignments {
		path, _, found := strings.Cut(assignment, "=")
		values := entries[path]
		switch {
		case !found || len(values) == 1 || !repeatable()[path[strings.LastIndexByte(path, '.')+1:]]:
			out = append(out, assignment)
		case values != nil:
			if list, err := json.Marshal(values); err == nil {
				out = append(out, path+"="+string(list))
			}
			entries[path] = nil
		}
	}
	return out
}

// repeatable are the names of lists of numbers and texts, of any resource.
var repeatable = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	var add func(m *schema.Member)
	add = func(m *schema.Member) {
		for _, member := range m.Members {
			if member.Kind == schema.IDs || member.Kind == schema.Texts {
				names[member.Name] = true
			}
			add(member)
		}
	}
	for _, r := range []storage.Resource{storage.Products, storage.Variations, storage.Coupons} {
		if known, ok := schema.Of(string(r)); ok {
			add(known)
		}
	}
	return names
})

// within says whether a path is whole itself or leads into whole.
func within(path, whole string) bool {
	a, b := parts(path), parts(whole)
	return len(a) >= len(b) && slices.Equal(a[:len(b)], b)
}

// parts splits a path. After meta_data stands a key, which may contain dots.
func parts(path string) []string {
	list := strings.Split(path, ".")
	if i := slices.Index(list, "meta_data"); i >= 0 && i+2 < len(list) {
		list = append(list[:i+1:i+1], strings.Join(list[i+1:], "."))
	}
	return list
}
