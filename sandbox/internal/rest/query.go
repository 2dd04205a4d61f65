package rest

import (
	"net/url"
	"strings"
)

// ParseQuery parses a query string or form body as PHP does: the last of equal names wins, brackets make arrays, blanks
// and dots in names become underscores, a parameter without "=" is an empty string.
func ParseQuery(raw string) *Object {
	result := &Object{}
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		setVariable(result, decodePlus(name), decodePlus(value))
	}
	normalizeLists(result)
	return result
}

// decodePlus is PHP's urldecode: malformed escapes stay as they are.
func decodePlus(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// setVariable stores one value under a name with brackets. Arrays are built as Objects and turned into Lists at the
// end, because that depends on their keys.
func setVariable(into *Object, name string, value Value) {
	name = strings.TrimLeft(name, " ")
	if i := strings.IndexByte(name, 0); i >= 0 {
		name = name[:i]
	}
	base, rest := name, ""
	if i := strings.IndexByte(name, '['); i == 0 {
		return // a name cannot start with a bracket
	} else if i > 0 {
		base, rest = name[:i], name[i:]
	}
	if rest != "" && strings.IndexByte(rest, ']') < 0 {
		// An open bracket without a closing one becomes an underscore.
		base, rest = base+"_"+rest[1:], ""
		if i := strings.IndexByte(base, '['); i >= 0 {
			base = strings.ReplaceAll(base, "[", "_")
		}
	}
	base = mangle(base)
	if base == "" {
		return
	}
	if rest == "" {
		into.Set(base, value)
		return
	}
	array, ok := into.Value(base).(*Object)
	if !ok {
		array = &Object{}
		into.Set(base, array)
	}
	for {
		end := strings.IndexByte(rest, ']')
		key := rest[1:end]
		rest = rest[end+1:]
		if strings.TrimLeft(key, phpBlanks) == "" {
			key = nextKey(array)
		}
		// What follows a closing bracket without opening another one is dropped.
		if !strings.HasPrefix(rest, "[") || strings.IndexByte(rest, ']') < 0 {
			array.Set(key, value)
			return
		}
		next, ok := array.Value(key).(*Object)
		if !ok {
			next = &Object{}
			array.Set(key, next)
		}
		array = next
	}
}

var mangled = strings.NewReplacer(" ", "_", ".", "_")

// mangle replaces the characters that PHP does not allow in variable names.
func mangle(name string) string {
	if !strings.ContainsAny(name, " .") {
		return name
	}
	return mangled.Replace(name)
}

// nextKey is the key that "[]" stands for: one more than the largest integer key.
func nextKey(o *Object) string {
	next := int64(0)
	for key := range o.All() {
		if n, ok := integerKey(key); ok && n >= next {
			next = n + 1
		}
	}
	return itoa(next)
}

// integerKey tells whether PHP turns the string key into an integer.
func integerKey(key string) (int64, bool) {
	if key == "" || len(key) > 19 {
		return 0, false
	}
	n := stringToInt(key)
	return n, itoa(n) == key
}

// normalizeLists turns arrays with the keys 0, 1, 2, … into Lists.
func normalizeLists(o *Object) {
	for i, v := range o.values {
		if array, ok := v.(*Object); ok {
			normalizeLists(array)
			o.values[i] = array.listOrSelf()
		}
	}
}

// listOrSelf returns the object as PHP sees it: a List when its keys are 0, 1, 2, … in order, or when it is empty.
func (o *Object) listOrSelf() Value {
	for i, key := range o.keys {
		if key != itoa(int64(i)) {
			return o
		}
	}
	list := make(List, len(o.values))
	copy(list, o.values)
	return list
}

// addQuery is WordPress's add_query_arg. The query that the address already has is decoded and encoded again. New
// values are encoded as urlencode_deep does. An empty value adds its name alone.
func addQuery(address string, query *Object) string {
	address, existing, _ := strings.Cut(address, "?")
	all := ParseQuery(existing)
	for name, v := range query.All() {
		all.Set(name, v)
	}
	encoded := buildQuery(all, phpURLEncode)
	if encoded == "" {
		return address
	}
	return address + "?" + encoded
}

// relayedQuery is a query after WordPress put it into an address without encoding it, and read it again. A value with
// "&" in it falls apart. One "=" at the end of a value is lost. What follows a "#" becomes a fragment, which stays at
// the end of the address (recordings: flt-link-params; the links of signed requests, measured on 10.0.2).
func relayedQuery(query *Object) (relayed *Object, fragment string) {
	text := buildQuery(query, func(value string) string { return value })
	text = strings.TrimSuffix(strings.ReplaceAll(text, "=&", "&"), "=")
	text, fragment, found := strings.Cut(text, "#")
	if found {
		fragment = "#" + fragment
	}
	return ParseQuery(text), fragment
}

// buildQuery is WordPress's build_query.
func buildQuery(query *Object, encode func(string) string) string {
	var b strings.Builder
	var walk func(name string, v Value)
	write := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name)
		if value != "" {
			b.WriteByte('=')
			b.WriteString(encode(value))
		}
	}
	walk = func(name string, v Value) {
		switch v := v.(type) {
		case nil:
		case bool:
			if v {
				write(name, "1")
			} else if strings.HasSuffix(name, "%5D") {
				write(name, "0") // below the top level; there false means absent
			}
		case List:
			for i, e := range v {
				walk(name+"%5B"+itoa(int64(i))+"%5D", e)
			}
		case *Object:
			for key, e := range v.All() {
				walk(name+"%5B"+key+"%5D", e)
			}
		default:
			write(name, Text(v))
		}
	}
	for name, v := range query.All() {
		walk(name, v)
	}
	return b.String()
}

// phpURLEncode is PHP's urlencode: like QueryEscape, but "~" is escaped.
func phpURLEncode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "~", "%7E") }
