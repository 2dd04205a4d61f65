package jsontext

import "bytes"

// Object is a JSON object whose members keep their order.
type Object struct {
	Names  []string
	Values []any
}

// MarshalJSON writes the members one after the other.
func (o Object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, name := range o.Names {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := compact(name)
		if err != nil {
			return nil, err
		}
		value, err := compact(o.Values[i])
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
