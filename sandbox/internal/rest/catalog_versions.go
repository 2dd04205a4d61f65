package rest

import (
	"slices"
	"sync"

	"github.com/waybillhq/waybill/capability"
)

var olderLines = sync.OnceValue(func() []*Object { return linesOf(olderFile) })

// catalogues are the catalogues made so far, by the text of the version.
var catalogues sync.Map

// catalogOf is the catalogue of a version of WooCommerce. A text that is no version gets that of the newest one. Lines
// may name the version from which on, or up to which, their route exists (since and until); other versions leave the
// route out. For routes of WooCommerce's own API the server's Lacks decides.
func catalogOf(version string) map[string]*recordedRoute {
	if known, ok := catalogues.Load(version); ok {
		return known.(map[string]*recordedRoute)
	}
	at, err := capability.ParseVersion(version)
	newest := err != nil
	before := func(limit Value) bool {
		if limit == nil || newest {
			return false
		}
		until, err := capability.ParseVersion(Text(limit))
		return err == nil && !at.AtLeast(until)
	}
	routes := map[string]*recordedRoute{}
	for pattern, line := range recordedLines() {
		until := line.Value("until")
		if !before(line.Value("since")) && (until == nil || before(until)) {
			routes[pattern] = newestRoutes()[pattern]
		}
	}
	changed := map[string]*Object{}
	for _, older := range olderLines() {
		if !before(older.Value("until")) {
			continue
		}
		for _, v := range Elements(older.Value("routes")) {
			pattern := Text(v)
			if changed[pattern] == nil {
				changed[pattern] = recordedLines()[pattern]
			}
			changed[pattern] = asOlder(changed[pattern], older)
		}
	}
	for pattern, line := range changed {
		if routes[pattern] != nil {
			routes[pattern] = newRecordedRoute(line)
		}
	}
	kept, _ := catalogues.LoadOrStore(version, routes)
	return kept.(map[string]*recordedRoute)
}

// asOlder is a line of the catalogue with the changes of a line of older.jsonl.
func asOlder(line, older *Object) *Object {
	line = line.Clone()
	if properties, ok := older.Value("properties").(*Object); ok {
		line.Set("schema", merged(line.Value("schema"), NewObject("properties", properties)))
	}
	if own, ok := older.Get("endpoints"); ok {
		line.Set("endpoints", own)
		return line
	}
	var endpoints List
	for _, v := range Elements(line.Value("endpoints")) {
		endpoint := AsObject(v)
		if methods, ok := older.Get("methods"); ok && slices.Equal(Elements(endpoint.Value("methods")), Elements(methods)) {
			endpoint = endpoint.Clone()
			for _, part := range []string{"args", "callbacks"} {
				if patch, ok := older.Value(part).(*Object); ok {
					endpoint.Set(part, merged(endpoint.Value(part), patch))
				}
			}
		}
		endpoints = append(endpoints, endpoint)
	}
	all := endpoints
	for range Int(older.Value("times")) - 1 {
		all = append(all, endpoints...)
	}
	line.Set("endpoints", all)
	return line
}

// merged is v with a merge patch (RFC 7386) applied. v itself does not change.
func merged(v Value, patch *Object) Value {
	object, ok := v.(*Object)
	if !ok {
		object = &Object{}
	}
	object = object.Clone()
	for name, change := range patch.All() {
		switch change := change.(type) {
		case nil:
			object.Delete(name)
		case *Object:
			object.Set(name, merged(object.Value(name), change))
		default:
			object.Set(name, change)
		}
	}
	return object
}
