package rest

import (
	"bytes"
	"embed"
	"slices"
	"sync"
)

// The catalogue is what a real store (WordPress 7.1, WooCommerce 11.0.1) says about its routes: patterns in the order
// of its index, methods, argument schemas with the names of their callbacks where these are not WordPress's default
// pair, item schemas. Each line is a route; descriptions are left out. Routes that only older versions have are
// included. older.jsonl says what older versions have in place of the newest version's.
//
//go:embed schema/*.jsonl
var catalogFiles embed.FS

// recordedLines are the lines of the catalogue by pattern.
var recordedLines = sync.OnceValue(func() map[string]*Object {
	all := map[string]*Object{}
	entries, err := catalogFiles.ReadDir("schema")
	if err != nil {
		panic(err) // the files are part of the binary
	}
	for _, entry := range entries {
		if entry.Name() == olderFile {
			continue
		}
		for _, line := range linesOf(entry.Name()) {
			all[Text(line.Value("pattern"))] = line
		}
	}
	return all
})

func linesOf(name string) []*Object {
	file, err := catalogFiles.ReadFile("schema/" + name)
	if err != nil {
		panic(err)
	}
	var lines []*Object
	for line := range bytes.Lines(file) {
		v, err := DecodeJSON(line)
		if err != nil {
			panic("rest: " + name + ": " + err.Error())
		}
		lines = append(lines, v.(*Object))
	}
	return lines
}

// newestRoutes are the compiled lines of the catalogue.
var newestRoutes = sync.OnceValue(func() map[string]*recordedRoute {
	all := map[string]*recordedRoute{}
	for pattern, line := range recordedLines() {
		all[pattern] = newRecordedRoute(line)
	}
	return all
})

func newRecordedRoute(o *Object) *recordedRoute {
	r := &recordedRoute{
		pattern:   Text(o.Value("pattern")),
		namespace: Text(o.Value("namespace")),
		position:  int(Int(o.Value("position"))),
	}
	r.schema, _ = o.Value("schema").(*Object)
	for _, e := range Elements(o.Value("endpoints")) {
		line := AsObject(e)
		endpoint := recordedEndpoint{args: &Object{}}
		for _, m := range Elements(line.Value("methods")) {
			endpoint.methods = append(endpoint.methods, Text(m))
		}
		if args, ok := line.Value("args").(*Object); ok {
			endpoint.args = args
		}
		callbacks, _ := line.Value("callbacks").(*Object)
		arguments := compileArguments(endpoint.args, callbacks)
		endpoint.arguments = arguments
		endpoint.withoutRules = sync.OnceValue(func() checked { return checkedBy(slices.Clone(arguments), nil) })
		r.endpoints = append(r.endpoints, endpoint)
	}
	return r
}

// compileArguments turns argument definitions into what requests are checked with. callbacks maps names to pairs
// [validate, sanitize] of callback names. An argument that callbacks does not name has WordPress's default pair.
func compileArguments(args, callbacks *Object) []argument {
	compiled := make([]argument, 0, args.Len())
	for name, v := range args.All() {
		definition, _ := v.(*Object)
		a := argument{
			name:       name,
			schema:     compileSchema(definition),
			definition: definition,
			required:   definition.Value("required") == true,
			fallback:   definition.Value("default"),
			validator:  validateBySchema,
			sanitizer:  bySchema,
		}
		if pair := Elements(callbacks.Value(name)); len(pair) == 2 {
			a.validator, a.sanitizer = Text(pair[0]), Text(pair[1])
		}
		compiled = append(compiled, a)
	}
	return compiled
}

// olderFile holds what older versions of WooCommerce had in place of what the catalogue says. A line names the first
// version without it (until), the routes, and one of these:
//
//   - methods with args, callbacks: a merge patch (RFC 7386) of the arguments of the endpoint with these methods, and
//     of the names of their callbacks;
//   - properties: a merge patch of the properties of the item schema;
//   - times: how often the route was registered;
//   - endpoints: all endpoints of the route.
//
// A line counts for every version before until. Of several lines for one place that of the oldest version wins, so the
// newest come first.
const olderFile = "older.jsonl"
