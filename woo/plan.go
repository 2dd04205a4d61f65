package woo

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// plan is how a record type is read and written: made once per type, so that no type needs code of its own.
type plan struct {
	record int // index of the embedded Record
	fields []field
	byName map[string]int
}

// field is one typed field and its codec. read tells whether the Go value holds the JSON value without loss; when not,
// the record keeps the JSON too.
type field struct {
	name      string
	quoted    string
	index     int
	keepsNull bool // the Go type itself tells null from zero
	codec
}

type codec struct {
	read  func(v reflect.Value, raw []byte) bool
	write func(out []byte, v reflect.Value) ([]byte, error)
}

var errNotObject = errors.New("woo: want a JSON object")

var plans sync.Map // reflect.Type to *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{record: -1, byName: map[string]int{}}
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Type == recordType && sf.Anonymous {
			p.record = i
			continue
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if !sf.IsExported() || name == "" || name == "-" {
			continue
		}
		p.byName[name] = len(p.fields)
		p.fields = append(p.fields, field{
			name: name, quoted: jsonvalue.Quote(name), index: i, keepsNull: keepsNull(sf.Type), codec: codecOf(sf.Type),
		})
	}
	if p.record < 0 || len(p.fields) > len(bitset{})*64 {
		panic("woo: " + t.String() + " does not embed Record or has too many fields")
	}
	actual, _ := plans.LoadOrStore(t, p)
	return actual.(*plan)
}

// unchanged tells whether a field still has the value that was read from raw.
func (f *field) unchanged(v reflect.Value, raw []byte) bool {
	again := reflect.New(v.Type()).Elem()
	if string(raw) != "null" || f.keepsNull {
		f.read(again, raw)
	}
	return reflect.DeepEqual(again.Interface(), v.Interface())
}

var (
	rawType    = reflect.TypeFor[json.RawMessage]()
	scalarType = reflect.TypeFor[scalar]()
)

// holdsScalar tells Money, Number, LocalTime and GMTTime: structs around one scalar.
func holdsScalar(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Type == scalarType
}

func keepsNull(t reflect.Type) bool { return t == rawType || holdsScalar(t) }

func isRecord(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	f, ok := t.FieldByName("Record")
	return ok && f.Type == recordType && f.Anonymous
}

// codecOf chooses by the Go type.
func codecOf(t reflect.Type) codec {
	switch {
	case t == rawType:
		return rawCodec
	case holdsScalar(t):
		return scalarCodec
	case t == stockType:
		return stockCodec
	case isRecord(t):
		return recordCodec(t)
	}
	switch t.Kind() {
	case reflect.String:
		return stringCodec
	case reflect.Bool:
		return boolCodec
	case reflect.Int, reflect.Int64:
		return intCodec
	case reflect.Slice:
		return sliceCodec(t)
	case reflect.Map:
		return mapCodec(t)
	case reflect.Pointer:
		return pointerCodec(t)
	}
	panic("woo: no codec for " + t.String())
}

var stockType = reflect.TypeFor[StockManagement]()

var stockCodec = codec{
	read: func(v reflect.Value, raw []byte) bool {
		text := strings.Trim(string(raw), `"`)
		v.SetString(text)
		return text == "parent" && raw[0] == '"' || (text == "true" || text == "false") && raw[0] != '"'
	},
	write: func(out []byte, v reflect.Value) ([]byte, error) {
		if s := v.String(); s == "true" || s == "false" {
			return append(out, s...), nil
		}
		return jsonvalue.AppendQuoted(out, v.String()), nil
	},
}

var rawCodec = codec{
	read: func(v reflect.Value, raw []byte) bool { v.SetBytes(bytes.Clone(raw)); return true },
	write: func(out []byte, v reflect.Value) ([]byte, error) {
		if v.Len() == 0 {
			return append(out, "null"...), nil
		}
		return append(out, v.Bytes()...), nil
	},
}

var scalarCodec = codec{
	read: func(v reflect.Value, raw []byte) bool {
		return v.Addr().Interface().(interface{ accept([]byte) bool }).accept(raw)
	},
	write: func(out []byte, v reflect.Value) ([]byte, error) {
		if token := v.Field(0).Field(0).String(); token != "" {
			return append(out, token...), nil
		}
		return append(out, "null"...), nil
	},
}

var stringCodec = codec{
	read: func(v reflect.Value, raw []byte) bool {
		if raw[0] == '"' {
			s, exact := jsonvalue.Unquote(raw)
			v.SetString(s)
			return exact
		}
		if raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
			v.SetString(string(raw)) // readable, and kept as the number it was
		}
		return false
	},
	write: func(out []byte, v reflect.Value) ([]byte, error) { return jsonvalue.AppendQuoted(out, v.String()), nil },
}

var boolCodec = codec{
	read: func(v reflect.Value, raw []byte) bool {
		switch string(raw) {
		case "true", "false":
			v.SetBool(raw[0] == 't')
			return true
		case "1", `"1"`, `"yes"`, `"true"`, `"on"`:
			v.SetBool(true)
		}
		return false
	},
	write: func(out []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(out, v.Bool()), nil },
}

// intCodec reads ids and counts: numbers, and numbers in strings (docs/woocommerce/lists.md#numbers-in-strings).
var intCodec = codec{
	read: func(v reflect.Value, raw []byte) bool {
		n, exact := readInt(raw)
		v.SetInt(n)
		return exact
	},
	write: func(out []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(out, v.Int(), 10), nil },
}

func readInt(raw []byte) (n int64, exact bool) {
	text := raw
	if raw[0] == '"' {
		text = bytes.TrimSpace(raw[1 : len(raw)-1])
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err == nil {
		return n, raw[0] != '"' && string(raw) != "-0"
	}
	if d, err := (scalar{string(raw)}).decimal(); err == nil && d.IsInteger() && d.BigInt().IsInt64() {
		return d.IntPart(), false // 12.0 or 1e3
	}
	return 0, false
}

// recordCodec reads a nested object. PHP writes an empty one as [].
func recordCodec(t reflect.Type) codec {
	return codec{
		read: func(v reflect.Value, raw []byte) bool {
			// A value that is no object is kept by the outer record.
			return raw[0] == '{' && planOf(t).read(v, raw) == nil
		},
		write: func(out []byte, v reflect.Value) ([]byte, error) { return planOf(t).write(out, addressable(v)) },
	}
}

func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	copied := reflect.New(v.Type()).Elem()
	copied.Set(v)
	return copied
}

func pointerCodec(t reflect.Type) codec {
	elem := codecOf(t.Elem())
	return codec{
		read: func(v reflect.Value, raw []byte) bool {
			if raw[0] == '[' && isRecord(t.Elem()) {
				return false
			}
			v.Set(reflect.New(t.Elem()))
			return elem.read(v.Elem(), raw)
		},
		write: func(out []byte, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return append(out, "null"...), nil
			}
			return elem.write(out, v.Elem())
		},
	}
}

// sliceCodec reads an array. PHP writes an array with gaps as an object; its values are read in order.
func sliceCodec(t reflect.Type) codec {
	elem := codecOf(t.Elem())
	return codec{
		read: func(v reflect.Value, raw []byte) bool {
			if raw[0] != '[' && raw[0] != '{' {
				return false
			}
			exact := raw[0] == '['
			v.Set(reflect.MakeSlice(t, 0, min(bytes.Count(raw, []byte{','})+1, 8)))
			w := jsonvalue.Walk(raw)
			for w.Next() {
				n := v.Len()
				if n == v.Cap() {
					v.Grow(n + 1)
				}
				v.SetLen(n + 1)
				v.Index(n).SetZero()
				if !elem.read(v.Index(n), w.Value) {
					exact = false
				}
			}
			return exact && w.Err() == nil
		},
		write: func(out []byte, v reflect.Value) ([]byte, error) {
			var err error
			out = append(out, '[')
			for i := range v.Len() {
				if i > 0 {
					out = append(out, ',')
				}
				if out, err = elem.write(out, v.Index(i)); err != nil {
					return nil, err
				}
			}
			return append(out, ']'), nil
		},
	}
}

// mapCodec reads an object with free names. PHP writes an empty one as [].
func mapCodec(t reflect.Type) codec {
	elem := codecOf(t.Elem())
	return codec{
		read: func(v reflect.Value, raw []byte) bool {
			if raw[0] != '{' {
				return false
			}
			v.Set(reflect.MakeMap(t))
			exact := true
			w := jsonvalue.Walk(raw)
			for w.Next() {
				value := reflect.New(t.Elem()).Elem()
				if !elem.read(value, w.Value) {
					exact = false
				}
				v.SetMapIndex(reflect.ValueOf(string(w.Name)).Convert(t.Key()), value)
			}
			return exact && w.Err() == nil
		},
		write: func(out []byte, v reflect.Value) ([]byte, error) {
			out = append(out, '{')
			var err error
			for i, key := range sortedKeys(v) {
				if i > 0 {
					out = append(out, ',')
				}
				out = append(jsonvalue.AppendQuoted(out, key.String()), ':')
				if out, err = elem.write(out, v.MapIndex(key)); err != nil {
					return nil, err
				}
			}
			return append(out, '}'), nil
		},
	}
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}
