package rest

import "github.com/waybillhq/waybill/sandbox/internal/wptext"

// sanitizeBoolean is rest_sanitize_boolean: "false" and "0" are false, other text is true unless it is empty.
func sanitizeBoolean(v Value) bool {
	if text, ok := v.(string); ok {
		switch lower(text) {
		case "false", "0":
			return false
		}
	}
	return Truthy(v)
}

// sanitizers are the named callbacks that WooCommerce gives its arguments.
var sanitizers = map[string]func(Value) Value{
	"absint":                  func(v Value) Value { return absInt(v) },
	"sanitize_key":            func(v Value) Value { return onText(v, wptext.SanitizeKey) },
	"sanitize_text_field":     func(v Value) Value { return onText(v, wptext.SanitizeTextField) },
	"sanitize_title":          func(v Value) Value { return onText(v, wptext.SanitizeTitleParam) },
	"sanitize_user":           func(v Value) Value { return onText(v, wptext.SanitizeUser) },
	"wp_filter_post_kses":     func(v Value) Value { return onText(v, wptext.FilterPostKses) },
	"rest_sanitize_boolean":   func(v Value) Value { return sanitizeBoolean(v) },
	"wc_string_to_bool":       func(v Value) Value { return StringToBool(v) },
	"wp_parse_id_list":        idList,
	"wp_parse_list":           textList,
	"wp_parse_slug_list":      slugList,
	"wc_clean":                clean,
	"esc_url_raw":             func(v Value) Value { return onText(v, wptext.SanitizeURL) },
	"sanitize_textarea_field": func(v Value) Value { return onText(v, wptext.SanitizeTextareaField) },
}

// onText applies a function of strings to a scalar. An array becomes "", as in WordPress.
func onText(v Value, f func(string) string) Value {
	if IsArray(v) {
		return ""
	}
	return f(Text(v))
}

func absInt(v Value) int64 {
	n := Int(v)
	if n < 0 {
		return -n
	}
	return n
}

// idList is wp_parse_id_list: positive integers, each once. Like PHP's array_unique it leaves holes in the positions.
func idList(v Value) Value {
	var elements List
	if IsArray(v) {
		elements = Elements(v)
	} else {
		elements = toList(v)
	}
	seen := map[int64]bool{}
	out := &Object{}
	position := int64(0)
	for _, e := range elements {
		if IsArray(e) || e == nil {
			continue
		}
		id := absInt(e)
		if !seen[id] {
			seen[id] = true
			out.Set(itoa(position), id)
		}
		position++
	}
	return out.listOrSelf()
}

func textList(v Value) Value {
	if !IsArray(v) {
		return toList(v)
	}
	var out List
	for _, e := range Elements(v) {
		if !IsArray(e) && e != nil {
			out = append(out, e)
		}
	}
	if out == nil {
		return List{}
	}
	return out
}

func slugList(v Value) Value {
	out := List{}
	for _, e := range Elements(textList(v)) {
		out = append(out, wptext.SanitizeTitle(Text(e)))
	}
	return out
}

// clean is wc_clean: sanitize_text_field on every scalar of a value.
func clean(v Value) Value {
	switch v := v.(type) {
	case List:
		out := make(List, len(v))
		for i, e := range v {
			out[i] = clean(e)
		}
		return out
	case *Object:
		out := &Object{}
		for key, e := range v.All() {
			out.Set(key, clean(e))
		}
		return out
	case string:
		return wptext.SanitizeTextField(v)
	case nil:
		return nil
	}
	return wptext.SanitizeTextField(Text(v))
}
