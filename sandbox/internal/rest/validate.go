package rest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Errors of the validators have no status of their own. Inside rest_invalid_param their data is null or names the
// parameter.

func invalid(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Data: noData}
}

func wrongType(param, want string) *Error {
	return &Error{
		Code: "rest_invalid_type", Message: param + " is not of type " + want + ".", Data: NewObject("param", param),
	}
}

// noData stands for a WP_Error without data, which is shown as null.
var noData = Raw("null")

func knownType(kind string) bool {
	switch kind {
	case "array", "object", "string", "number", "integer", "boolean", "null":
		return true
	}
	return false
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func allDifferent(list List) bool {
	seen := make(map[string]bool, len(list))
	for _, e := range list {
		key := fmt.Sprintf("%T", e) + string(AppendJSON(nil, e))
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

func (s *schema) validateNumber(v Value, kind, param string) *Error {
	if !IsNumeric(v) {
		return wrongType(param, kind)
	}
	f := Float(v)
	tooSmall := s.minimum != nil && (f < *s.minimum || s.exclusiveMin && f == *s.minimum)
	tooLarge := s.maximum != nil && (f > *s.maximum || s.exclusiveMax && f == *s.maximum)
	if !tooSmall && !tooLarge {
		return nil
	}
	bound := func(exclusive bool) string {
		if exclusive {
			return "exclusive"
		}
		return "inclusive"
	}
	code := "rest_out_of_bounds"
	switch {
	case s.minimum != nil && s.maximum != nil:
		return invalid(code, "%s must be between %d (%s) and %d (%s)", param,
			int64(*s.minimum), bound(s.exclusiveMin), int64(*s.maximum), bound(s.exclusiveMax))
	case s.minimum != nil && s.exclusiveMin:
		return invalid(code, "%s must be greater than %d", param, int64(*s.minimum))
	case s.minimum != nil:
		return invalid(code, "%s must be greater than or equal to %d", param, int64(*s.minimum))
	case s.exclusiveMax:
		return invalid(code, "%s must be less than %d", param, int64(*s.maximum))
	}
	return invalid(code, "%s must be less than or equal to %d", param, int64(*s.maximum))
}

func (s *schema) validateString(v Value, param string) *Error {
	text, ok := v.(string)
	if !ok {
		return wrongType(param, "string")
	}
	length := utf8.RuneCountInString(text)
	if s.minLength != nil && length < *s.minLength {
		return invalid("rest_too_short", "%s must be at least %d %s long.", param, *s.minLength,
			plural(*s.minLength, "character"))
	}
	if s.maxLength != nil && length > *s.maxLength {
		return invalid("rest_too_long", "%s must be at most %d %s long.", param, *s.maxLength,
			plural(*s.maxLength, "character"))
	}
	if s.pattern != "" {
		if re, err := regexp.Compile(s.pattern); err == nil && !re.MatchString(text) {
			return invalid("rest_invalid_pattern", "%s does not match pattern %s.", param, s.pattern)
		}
	}
	return nil
}

// enumerate joins words as wp_sprintf's %l does: "a, b, and c", "a and b".
func enumerate(words []string) string {
	if len(words) == 2 {
		return words[0] + " and " + words[1]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + ", and " + words[last]
}

// equalValues is rest_are_values_equal: strict, but 1 and 1.0 are equal.
func equalValues(a, b Value) bool {
	switch a := a.(type) {
	case int64:
		if b, ok := b.(float64); ok {
			return float64(a) == b
		}
	case float64:
		if b, ok := b.(int64); ok {
			return a == float64(b)
		}
	case List, *Object:
		left, right := AsObject(a), AsObject(b)
		if right == nil || left.Len() != right.Len() {
			return false
		}
		for key, e := range left.All() {
			other, ok := right.Get(key)
			if !ok || !equalValues(e, other) {
				return false
			}
		}
		return true
	}
	if IsArray(b) {
		return false
	}
	return a == b
}

// IsDateTime tells whether WordPress accepts a date-time parameter.
func IsDateTime(s string) bool {
	if !dateTime.MatchString(s) {
		return false
	}
	_, ok := ParseDateTime(s)
	return ok
}

func (s *schema) validateFormat(text, param string) *Error {
	switch s.format {
	case "hex-color":
		if !hexColor.MatchString(text) {
			return invalid("rest_invalid_hex_color", "Invalid hex color.")
		}
	case "date-time":
		if !IsDateTime(text) {
			return invalid("rest_invalid_date", "Invalid date.")
		}
	case "email":
		if !wptext.IsEmail(text) {
			return invalid("rest_invalid_email", "Invalid email address.")
		}
	case "ip":
		if !ipv4.MatchString(text) && strings.Count(text, ":") < 2 {
			return invalid("rest_invalid_ip", "%s is not a valid IP address.", param)
		}
	case "uuid":
		if !uuid.MatchString(text) {
			return invalid("rest_invalid_uuid", "%s is not a valid UUID.", param)
		}
	}
	return nil
}
