package rest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Errors of the validators have no status of their own: inside rest_invalid_param their data is null, or names the
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

// validate is rest_validate_value_from_schema.
func (s *schema) validate(v Value, param string) *Error {
	if s.anyOf != nil {
		if matching(s.anyOf, v, param) == 0 {
			return invalid("rest_no_matching_schema", "%s does not match any of the expected formats.", param)
		}
	}
	if s.oneOf != nil {
		switch matching(s.oneOf, v, param) {
		case 0:
			return invalid("rest_no_matching_schema", "%s does not match any of the expected formats.", param)
		case 1:
		default:
			return invalid("rest_one_of_multiple_matches", "%s matches more than one of the expected formats.", param)
		}
	}
	kind := ""
	if len(s.types) > 0 {
		kind = s.types[0]
	}
	if s.several {
		if kind = bestType(v, s.types); kind == "" {
			return wrongType(param, strings.Join(s.types, ","))
		}
	}
	if err := s.validateKind(kind, v, param); err != nil {
		return err
	}
	if len(s.enum) > 0 {
		if err := s.validateEnum(v, kind, param); err != nil {
			return err
		}
	}
	if s.format != "" && (kind == "string" || kind == "" || !knownType(kind)) {
		return s.validateFormat(Text(v), param)
	}
	return nil
}

func matching(schemas []*schema, v Value, param string) int {
	n := 0
	for _, s := range schemas {
		if s.validate(v, param) == nil {
			n++
		}
	}
	return n
}

func knownType(kind string) bool {
	switch kind {
	case "array", "object", "string", "number", "integer", "boolean", "null":
		return true
	}
	return false
}

func (s *schema) validateKind(kind string, v Value, param string) *Error {
	switch kind {
	case "null":
		if v != nil {
			return wrongType(param, "null")
		}
	case "boolean":
		if !isBoolean(v) {
			return wrongType(param, "boolean")
		}
	case "object":
		return s.validateObject(v, param)
	case "array":
		return s.validateArray(v, param)
	case "number":
		return s.validateNumber(v, kind, param)
	case "integer":
		if err := s.validateNumber(v, kind, param); err != nil {
			return err
		}
		if !isInteger(v) {
			return wrongType(param, "integer")
		}
	case "string":
		return s.validateString(v, param)
	}
	return nil
}

func (s *schema) validateObject(v Value, param string) *Error {
	if v != "" && !IsArray(v) {
		return wrongType(param, "object")
	}
	o := AsObject(v)
	switch {
	case s.required != nil:
		for _, name := range s.required {
			if !o.Has(name) {
				return invalid("rest_property_required", "%s is a required property of %s.", name, param)
			}
		}
	case s.properties != nil:
		for _, name := range s.properties.names {
			if s.properties.schemas[name].requiredItself && !o.Has(name) {
				return invalid("rest_property_required", "%s is a required property of %s.", name, param)
			}
		}
	}
	for name, e := range o.All() {
		property := s.properties.get(name)
		switch {
		case property != nil:
		case s.noAdditional:
			return invalid("rest_additional_properties_forbidden", "%s is not a valid property of Object.", name)
		case s.additional != nil:
			property = s.additional
		default:
			continue
		}
		if err := property.validate(e, param+"["+name+"]"); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) validateArray(v Value, param string) *Error {
	if !isListLike(v) {
		return wrongType(param, "array")
	}
	list := toList(v)
	if s.items != nil {
		for i, e := range list {
			if err := s.items.validate(e, param+"["+itoa(int64(i))+"]"); err != nil {
				return err
			}
		}
	}
	if s.minItems != nil && len(list) < *s.minItems {
		return invalid(
			"rest_too_few_items", "%s must contain at least %d %s.", param, *s.minItems, plural(*s.minItems, "item"),
		)
	}
	if s.maxItems != nil && len(list) > *s.maxItems {
		return invalid(
			"rest_too_many_items", "%s must contain at most %d %s.", param, *s.maxItems, plural(*s.maxItems, "item"),
		)
	}
	if s.unique && !allDifferent(list) {
		return invalid("rest_duplicate_items", "%s has duplicate items.", param)
	}
	return nil
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

func (s *schema) validateEnum(v Value, kind, param string) *Error {
	sanitized := s.sanitizeKind(kind, v)
	for _, choice := range s.enum {
		if equalValues(sanitized, choice) {
			return nil
		}
	}
	choices := make([]string, len(s.enum))
	for i, choice := range s.enum {
		if IsArray(choice) || choice == nil {
			choices[i] = string(AppendJSON(nil, choice))
		} else {
			choices[i] = Text(choice)
		}
	}
	if len(choices) == 1 {
		return invalid("rest_not_in_enum", "%s is not %s.", param, choices[0])
	}
	return invalid("rest_not_in_enum", "%s is not one of %s.", param, enumerate(choices))
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

var (
	dateTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}(?::\d{2})?)?\n?$`)
	hexColor = regexp.MustCompile(`^#([A-Fa-f0-9]{3}){1,2}$`)
	uuid     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	ipv4     = regexp.MustCompile(
		`^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)$`,
	)
)

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
