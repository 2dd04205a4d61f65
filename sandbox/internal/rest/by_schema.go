package rest

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

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

// sanitize is rest_sanitize_value_from_schema.
func (s *schema) sanitize(v Value) Value {
	for _, choices := range [][]*schema{s.anyOf, s.oneOf} {
		for _, choice := range choices {
			if choice.validate(v, "") == nil {
				return choice.sanitize(v)
			}
		}
	}
	kind := ""
	if len(s.types) > 0 {
		kind = s.types[0]
	}
	if s.several {
		if kind = bestType(v, s.types); kind == "" {
			return nil
		}
	}
	return s.sanitizeKind(kind, v)
}

func (s *schema) sanitizeKind(kind string, v Value) Value {
	switch kind {
	case "array":
		list := toList(v)
		if s.items == nil {
			return list
		}
		out := make(List, len(list))
		for i, e := range list {
			out[i] = s.items.sanitize(e)
		}
		return out
	case "object":
		return s.sanitizeObject(v)
	case "null":
		return nil
	case "integer":
		return Int(v)
	case "number":
		return Float(v)
	case "boolean":
		return sanitizeBoolean(v)
	}
	if s.format != "" && (kind == "string" || !knownType(kind)) {
		switch s.format {
		case "hex-color":
			if hexColor.MatchString(Text(v)) {
				return Text(v)
			}
			return ""
		case "date-time", "email", "ip", "uuid", "text-field":
			return wptext.SanitizeTextField(Text(v))
		case "uri":
			return wptext.SanitizeURL(Text(v))
		case "textarea-field":
			return wptext.SanitizeTextareaField(Text(v))
		}
	}
	if kind == "string" {
		return Text(v)
	}
	return v
}

func (s *schema) sanitizeObject(v Value) Value {
	if !IsArray(v) {
		return List{}
	}
	o := AsObject(v)
	out := &Object{}
	for name, e := range o.All() {
		property := s.properties.get(name)
		switch {
		case property != nil:
			e = property.sanitize(e)
		case s.noAdditional:
			continue
		case s.additional != nil:
			e = s.additional.sanitize(e)
		}
		out.Set(name, e)
	}
	return out.listOrSelf()
}
