package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/backup"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/relocation"
	"github.com/waybillhq/waybill/sandbox"
)

// member is one member of an object that is printed.
type member struct {
	name  string
	typ   reflect.Type
	maybe bool // may be absent
	doc   string
}

// membersOf lists what encoding/json prints of a struct, embedded ones included.
func membersOf(t reflect.Type) []member {
	var list []member
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous && name == "" {
			inner, optional := f.Type, false
			if inner.Kind() == reflect.Pointer {
				inner, optional = inner.Elem(), true
			}
			for _, m := range membersOf(inner) {
				m.maybe = m.maybe || optional
				list = append(list, m)
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		list = append(list, member{name, f.Type, strings.Contains(options, "omit"), f.Tag.Get("doc")})
	}
	return list
}

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	timeType = reflect.TypeFor[time.Time]()
	asText   = reflect.TypeFor[encoding.TextMarshaler]()
	asJSON   = reflect.TypeFor[json.Marshaler]()
)

// kindOfJSON is what a value of the type is in JSON.
func kindOfJSON(t reflect.Type) string {
	switch {
	case t == rawType:
		return "any"
	case t == timeType:
		return "time"
	case t.Implements(asJSON):
		return "any"
	case t.Implements(asText):
		return "text"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return kindOfJSON(t.Elem())
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "text"
		}
		return "list"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Interface:
		return "any"
	}
	return "number"
}

// reference writes docs/json.md: the commands first, and the objects that they print below.
type reference struct {
	b      strings.Builder
	named  map[string]reflect.Type
	queued []string
}

func jsonReference() string {
	r := reference{named: map[string]reflect.Type{}}
	r.b.WriteString(`# What --json prints

<!-- Generated from the types that are printed; change them and run: go generate ./cmd/waybill -->

Every command takes ` + "`--json`" + `. Its result goes to standard output, and an error to standard error as
` + "`{\"error\": …}`" + ` ([errors.md](errors.md)); progress is left out. Members are added in later versions, so pass over
those that you do not know. Times are RFC 3339, in UTC. A member marked "may be absent" is left out when it is empty.

"One a line" is a stream: read it line by line, each line is a whole JSON value.

| command | when | prints |
|---|---|---|
`)
	var order []string
	alike := map[string][]string{} // what is printed, to the commands that print it
	for _, cmd := range resultCommands() {
		rows := ""
		for _, f := range formsOf(cmd) {
			rows += fmt.Sprintf("%s | %s |\n", f.when, r.prints(f))
		}
		if alike[rows] == nil {
			order = append(order, rows)
		}
		alike[rows] = append(alike[rows], "`"+strings.TrimPrefix(cmd.CommandPath(), "waybill ")+"`")
	}
	for _, rows := range order {
		for i, row := range strings.SplitAfter(strings.TrimSuffix(rows, "\n"), "\n") {
			names := ""
			if i == 0 {
				names = strings.Join(alike[rows], ", ")
			}
			fmt.Fprintf(&r.b, "| %s | %s", names, row)
		}
		r.b.WriteString("\n")
	}
	r.b.WriteString("\n## Objects\n")
	for len(r.queued) > 0 {
		name := r.queued[0]
		r.queued = r.queued[1:]
		fmt.Fprintf(&r.b, "\n### %s\n\n| member | is | |\n|---|---|---|\n", name)
		for _, m := range membersOf(r.named[name]) {
			var notes []string
			if m.maybe {
				notes = append(notes, "may be absent")
			}
			if m.typ.Kind() == reflect.Pointer && !m.maybe {
				notes = append(notes, "or null")
			}
			if m.doc != "" {
				notes = append(notes, m.doc)
			}
			fmt.Fprintf(&r.b, "| `%s` | %s | %s |\n", m.name, r.word(m.typ), strings.Join(notes, "; "))
		}
	}
	return r.b.String()
}

func (r *reference) prints(f form) string {
	var text string
	switch {
	case f.value == nil:
		return "nothing"
	case f.storesOwn != "":
		text = f.storesOwn
	default:
		text = r.word(reflect.TypeOf(f.value))
	}
	if f.lines {
		text += ", one a line"
	}
	return text
}

// word names a type for a table, and queues the objects that it leads to.
func (r *reference) word(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch kind := kindOfJSON(t); {
	case kind == "list":
		return "list of " + r.word(t.Elem())
	case kind == "any":
		return "any JSON"
	case kind != "object":
		return kind
	case t.Kind() == reflect.Map:
		return "object: " + r.word(t.Elem()) + " by name"
	case t.Name() == "":
		var parts []string
		for _, m := range membersOf(t) {
			parts = append(parts, "`"+m.name+"`: "+r.word(m.typ))
		}
		return "object with " + strings.Join(parts, ", ")
	}
	name := r.name(t)
	return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
}

// objectNames are those of types whose own name says too little outside their room.
var objectNames = map[reflect.Type]string{
	reflect.TypeFor[backup.Report](): "RestoreReport", reflect.TypeFor[doctor.Report](): "DoctorReport",
	reflect.TypeFor[relocation.Report](): "MigrationReport", reflect.TypeFor[sandbox.Report](): "ReplayReport",
	reflect.TypeFor[outbox.Shown](): "Request", reflect.TypeFor[rowView](): "WrittenRow",
	reflect.TypeFor[sandbox.ArmedFault](): "ArmedFault", reflect.TypeFor[checkView](): "Check",
}

// name is that of the type, with its room before it where another room has the word too.
func (r *reference) name(t reflect.Type) string {
	name := objectNames[t]
	if name == "" {
		name = strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	}
	if held, taken := r.named[name]; taken && held != t {
		room := path.Base(t.PkgPath())
		name = strings.ToUpper(room[:1]) + room[1:] + name
	}
	if held, taken := r.named[name]; taken && held != t {
		panic("two objects are called " + name)
	}
	if r.named[name] == nil {
		r.named[name] = t
		r.queued = append(r.queued, name)
	}
	return name
}
