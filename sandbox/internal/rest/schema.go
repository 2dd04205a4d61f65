package rest

import (
	"regexp"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// schema is a compiled JSON schema of WordPress's dialect.
type schema struct {
	types      []string // one, or the choices in order
	several    bool     // types was written as an array
	enum       List
	format     string
	pattern    string
	items      *schema
	properties *properties
	// additional is nil when additionalProperties is not restricted.
	additional     *schema
	noAdditional   bool
	required       []string // schema version 4: names of required properties
	requiredItself bool     // schema version 3: this property is required
	minimum        *float64
	maximum        *float64
	exclusiveMin   bool
	exclusiveMax   bool
	minLength      *int
	maxLength      *int
	minItems       *int
	maxItems       *int
	unique         bool
	anyOf, oneOf   []*schema
}

type properties struct {
	names   []string
	schemas map[string]*schema
}

func (p *properties) get(name string) *schema {
	if p == nil {
		return nil
	}
	return p.schemas[name]
}

func compileSchema(o *Object) *schema {
	if o == nil {
		return &schema{}
	}
	s := &schema{}
	switch t := o.Value("type").(type) {
	case string:
		s.types = []string{t}
	case List:
		s.several = true
		for _, e := range t {
			s.types = append(s.types, Text(e))
		}
	}
	s.enum = Elements(o.Value("enum"))
	s.format = Text(o.Value("format"))
	s.pattern = Text(o.Value("pattern"))
	if items, ok := o.Value("items").(*Object); ok {
		s.items = compileSchema(items)
	}
	if p, ok := o.Value("properties").(*Object); ok {
		s.properties = &properties{schemas: make(map[string]*schema, p.Len())}
		for name, v := range p.All() {
			property, _ := v.(*Object)
			s.properties.names = append(s.properties.names, name)
			s.properties.schemas[name] = compileSchema(property)
		}
	}
	switch a := o.Value("additionalProperties").(type) {
	case bool:
		s.noAdditional = !a
	case *Object:
		s.additional = compileSchema(a)
	}
	switch r := o.Value("required").(type) {
	case bool:
		s.requiredItself = r
	case List:
		for _, e := range r {
			s.required = append(s.required, Text(e))
		}
	}
	s.minimum, s.maximum = optionalFloat(o, "minimum"), optionalFloat(o, "maximum")
	s.exclusiveMin, s.exclusiveMax = Truthy(o.Value("exclusiveMinimum")), Truthy(o.Value("exclusiveMaximum"))
	s.minLength, s.maxLength = optionalInt(o, "minLength"), optionalInt(o, "maxLength")
	s.minItems, s.maxItems = optionalInt(o, "minItems"), optionalInt(o, "maxItems")
	s.unique = Truthy(o.Value("uniqueItems"))
	s.anyOf, s.oneOf = compileSchemas(o.Value("anyOf")), compileSchemas(o.Value("oneOf"))
	return s
}

func compileSchemas(v Value) []*schema {
	var all []*schema
	for _, e := range Elements(v) {
		o, _ := e.(*Object)
		all = append(all, compileSchema(o))
	}
	return all
}

func optionalFloat(o *Object, name string) *float64 {
	if v, ok := o.Get(name); ok && v != nil {
		f := Float(v)
		return &f
	}
	return nil
}

func optionalInt(o *Object, name string) *int {
	if v, ok := o.Get(name); ok && v != nil {
		n := int(Int(v))
		return &n
	}
	return nil
}

// bestType is rest_get_best_type_for_value: the first of several types that the value could be.
func bestType(v Value, types []string) string {
	if v == "" {
		for _, t := range types {
			if t == "string" {
				return t
			}
		}
	}
	for _, t := range types {
		fits := false
		switch t {
		case "array":
			fits = isListLike(v)
		case "object":
			fits = v == "" || IsArray(v)
		case "integer":
			fits = isInteger(v)
		case "number":
			fits = IsNumeric(v)
		case "boolean":
			fits = isBoolean(v)
		case "string":
			_, fits = v.(string)
		case "null":
			fits = v == nil
		}
		if fits {
			return t
		}
	}
	return ""
}

// isListLike is rest_is_array: a list, or a scalar that can be split into one.
func isListLike(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case *Object:
		for key := range v.All() {
			if _, ok := integerKey(key); !ok {
				return false
			}
		}
	}
	return true
}

// isInteger is rest_is_integer: 3, "3", "3.0" and 3.0 are.
func isInteger(v Value) bool {
	if !IsNumeric(v) {
		return false
	}
	f := Float(v)
	return f == float64(int64(f)) || f > 1<<63 || f < -1<<63
}

// isBoolean is rest_is_boolean.
func isBoolean(v Value) bool {
	switch v := v.(type) {
	case bool:
		return true
	case string:
		switch lower(v) {
		case "false", "true", "0", "1":
			return true
		}
	case int64:
		return v == 0 || v == 1
	}
	return false
}

func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// toList is rest_sanitize_array: a scalar is split, an array loses its keys.
func toList(v Value) List {
	switch v := v.(type) {
	case nil:
		return List{}
	case List:
		return v
	case *Object:
		return v.values
	}
	parts := wptext.ParseList(Text(v))
	list := make(List, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return list
}

var (
	dateTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}(?::\d{2})?)?\n?$`)
	hexColor = regexp.MustCompile(`^#([A-Fa-f0-9]{3}){1,2}$`)
	uuid     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	ipv4     = regexp.MustCompile(
		`^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)$`,
	)
)
