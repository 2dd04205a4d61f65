package rest

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// fieldTree is what _fields asks for: each name with the names wanted below it. A nil subtree means everything below.
type fieldTree map[string]fieldTree

// parseFields reads a _fields parameter; nil means everything is wanted.
func parseFields(v Value) fieldTree {
	names := parseList(v)
	if len(names) == 0 {
		return nil
	}
	tree := fieldTree{}
	for _, name := range names {
		parts := strings.Split(strings.TrimSpace(name), ".")
		at := tree
		for len(parts) > 1 {
			below, ok := at[parts[0]]
			if ok && below == nil {
				// WordPress leaves both of its loops here: after a part of a member that is wanted whole it looks at
				// nothing more.
				return tree
			}
			if !ok {
				below = fieldTree{}
				at[parts[0]] = below
			}
			at, parts = below, parts[1:]
		}
		at[parts[0]] = nil
	}
	return tree
}

// parseList is wp_parse_list: a string split at commas and blanks, or the scalar elements of an array.
func parseList(v Value) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case List, *Object, []string:
		var out []string
		for _, e := range Elements(v) {
			if e != nil && !IsArray(e) {
				out = append(out, Text(e))
			}
		}
		return out
	}
	return wptext.ParseList(Text(v))
}

// includes tells whether a top-level member passes the filter.
func (t fieldTree) includes(name string) bool {
	if t == nil {
		return true
	}
	_, ok := t[name]
	return ok
}

// appendFiltered appends those members of the JSON value that tree asks for, as _rest_array_intersect_key_recursive
// does: an empty result is [], a list keeps the positions that are named, scalars stay.
func appendFiltered(dst, in []byte, tree fieldTree) []byte {
	if tree == nil || len(in) == 0 {
		return append(dst, in...)
	}
	switch in[0] {
	case '{':
		return appendFilteredObject(dst, in, tree)
	case '[':
		return appendFilteredList(dst, in, tree)
	}
	return append(dst, in...)
}

func appendFilteredObject(dst, in []byte, tree fieldTree) []byte {
	if len(in) == 2 {
		return append(dst, in...) // an empty object is no PHP array
	}
	open := len(dst)
	dst = append(dst, '{')
	written := 0
	for i := 1; i < len(in) && in[i] != '}'; {
		if in[i] == ',' {
			i++
		}
		keyEnd := i + stringLength(in[i:])
		valueEnd := keyEnd + 1 + valueLength(in[keyEnd+1:])
		key := string(in[i+1 : keyEnd-1])
		if strings.Contains(key, `\/`) {
			key = strings.ReplaceAll(key, `\/`, "/") // PHP escapes slashes; the routes of an index have them
		}
		if below, ok := tree[key]; ok {
			if written > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, in[i:keyEnd+1]...)
			dst = appendFiltered(dst, in[keyEnd+1:valueEnd], below)
			written++
			if written == len(tree) {
				break
			}
		}
		i = valueEnd
	}
	if written == 0 {
		return append(dst[:open], "[]"...)
	}
	return append(dst, '}')
}

func appendFilteredList(dst, in []byte, tree fieldTree) []byte {
	type kept struct {
		position int
		from, to int
		tree     fieldTree
	}
	var keep []kept
	for i, position := 1, 0; i < len(in) && in[i] != ']'; position++ {
		if in[i] == ',' {
			i++
		}
		end := i + valueLength(in[i:])
		if below, ok := tree[itoa(int64(position))]; ok {
			keep = append(keep, kept{position, i, end, below})
		}
		i = end
	}
	isList := true
	for i, k := range keep {
		isList = isList && k.position == i
	}
	open, end := byte('['), byte(']')
	if !isList {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	for i, k := range keep {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !isList {
			dst = append(AppendString(dst, itoa(int64(k.position))), ':')
		}
		dst = appendFiltered(dst, in[k.from:k.to], k.tree)
	}
	return append(dst, end)
}

// valueLength is the length of the JSON value that in starts with.
func valueLength(in []byte) int {
	switch in[0] {
	case '"':
		return stringLength(in)
	case '{', '[':
		depth := 0
		for i := 0; i < len(in); i++ {
			switch in[i] {
			case '"':
				i += stringLength(in[i:]) - 1
			case '{', '[':
				depth++
			case '}', ']':
				depth--
				if depth == 0 {
					return i + 1
				}
			}
		}
		return len(in)
	}
	for i := 0; i < len(in); i++ {
		switch in[i] {
		case ',', '}', ']':
			return i
		}
	}
	return len(in)
}
