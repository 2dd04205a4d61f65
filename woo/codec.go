package woo

import (
	"bytes"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// codec reads and writes the values of one Go type. read tells whether the Go value holds the JSON value without loss.
type codec struct {
	read  func(v reflect.Value, raw []byte) bool
	write func(out []byte, v reflect.Value) ([]byte, error)
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

// pointerCodec reads what may be null. PHP writes an empty record as [].
func pointerCodec(t reflect.Type, elem codec, record bool) codec {
	return codec{
		read: func(v reflect.Value, raw []byte) bool {
			if raw[0] == '[' && record {
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
func sliceCodec(t reflect.Type, elem codec) codec {
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
func mapCodec(t reflect.Type, elem codec) codec {
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
