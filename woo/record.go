package woo

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Record is embedded in every type that mirrors an object of the store. It remembers what the typed fields cannot hold:
// fields that this package does not know, values of another type than documented (extensions change them), null, and
// which fields were sent at all. So an object that is read and written again is the same JSON value.
//
// A typed field is written when the store sent it or when it is not its zero value. To send a zero value or null that
// the store did not send, use SetRaw.
type Record struct {
	present bitset // typed fields that were in the answer
	nulls   bitset // typed fields that were null there
	extra   map[string]json.RawMessage
}

// Raw gives the JSON value of a field that this package does not know, or whose value did not fit its type.
func (r *Record) Raw(name string) (json.RawMessage, bool) {
	raw, ok := r.extra[name]
	return raw, ok
}

// SetRaw makes value what is sent for the field: a field of an extension, or null or a zero value of a known field. A
// known field that is changed later through its Go field wins over SetRaw.
func (r *Record) SetRaw(name string, value json.RawMessage) {
	// A copied struct shares the map with its original until one of them changes.
	r.extra = maps.Clone(r.extra)
	if r.extra == nil {
		r.extra = map[string]json.RawMessage{}
	}
	r.extra[name] = slices.Clone(value)
}

// RawFields gives all fields that Raw knows, in no order.
func (r *Record) RawFields() iter.Seq2[string, json.RawMessage] { return maps.All(r.extra) }

func (r *Record) keep(name string, raw []byte) {
	if r.extra == nil {
		r.extra = make(map[string]json.RawMessage, 4)
	}
	r.extra[name] = slices.Clone(raw)
}

// bitset holds one bit per typed field; the largest type has fewer than 128.
type bitset [2]uint64

func (b *bitset) set(i int)     { b[i>>6] |= 1 << (i & 63) }
func (b bitset) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

var recordType = reflect.TypeFor[Record]()

// plan is how a record type is read and written: made once per type, so that no type needs code of its own.
type plan struct {
	record int // index of the embedded Record
	fields []field
	byName map[string]int
}

// field is one typed field and its codec. Where the Go value does not hold the JSON value without loss, the record
// keeps the JSON too.
type field struct {
	name      string
	quoted    string
	index     int
	keepsNull bool // the Go type itself tells null from zero
	codec
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
		return sliceCodec(t, codecOf(t.Elem()))
	case reflect.Map:
		return mapCodec(t, codecOf(t.Elem()))
	case reflect.Pointer:
		return pointerCodec(t, codecOf(t.Elem()), isRecord(t.Elem()))
	}
	panic("woo: no codec for " + t.String())
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

// readRecord is the UnmarshalJSON of every record type.
func readRecord[T any](data []byte, into *T) error {
	v := reflect.ValueOf(into).Elem()
	data = trimSpace(data)
	if string(data) == "null" {
		return nil // as encoding/json asks for
	}
	return planOf(v.Type()).read(v, data)
}

// writeRecord is the MarshalJSON of every record type.
func writeRecord[T any](from *T) ([]byte, error) {
	v := reflect.ValueOf(from).Elem()
	return planOf(v.Type()).write(make([]byte, 0, 512), v)
}

func trimSpace(b []byte) []byte { return bytes.Trim(b, " \n\t\r") }

// read fills v from one JSON object.
func (p *plan) read(v reflect.Value, data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return errNotObject
	}
	record := v.Field(p.record).Addr().Interface().(*Record)
	w := jsonvalue.Walk(data)
	for w.Next() {
		raw := w.Value
		n, known := p.byName[string(w.Name)]
		if !known {
			record.keep(string(w.Name), raw)
			continue
		}
		f := &p.fields[n]
		record.present.set(n)
		value := v.Field(f.index)
		value.SetZero()
		if string(raw) == "null" && !f.keepsNull {
			record.nulls.set(n)
		} else if !f.read(value, raw) {
			record.keep(f.name, raw)
		}
	}
	return w.Err()
}

// write appends v as one JSON object.
func (p *plan) write(out []byte, v reflect.Value) ([]byte, error) {
	record := v.Field(p.record).Addr().Interface().(*Record)
	out = append(out, '{')
	first := true
	begin := func(quoted string) {
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(append(out, quoted...), ':')
	}
	var err error
	for n := range p.fields {
		f := &p.fields[n]
		value := v.Field(f.index)
		if raw, kept := record.extra[f.name]; kept && f.unchanged(value, raw) {
			begin(f.quoted)
			out = append(out, raw...)
			continue
		}
		zero := value.IsZero()
		if zero && !record.present.has(n) {
			continue
		}
		begin(f.quoted)
		if zero && record.nulls.has(n) {
			out = append(out, "null"...)
		} else if out, err = f.write(out, value); err != nil {
			return nil, err
		}
	}
	for _, name := range p.unknown(record) {
		begin(jsonvalue.Quote(name))
		out = append(out, record.extra[name]...)
	}
	return append(out, '}'), nil
}

// unknown lists the extra fields that are no typed ones, sorted so that the output is always the same.
func (p *plan) unknown(r *Record) []string {
	if len(r.extra) == 0 {
		return nil
	}
	var names []string
	for name := range r.extra {
		if _, known := p.byName[name]; !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
