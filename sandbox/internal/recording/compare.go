package recording

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Answer is what the store under test answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Difference is one point in which an answer differs from the recorded one.
type Difference struct {
	Path string `json:"path"` // "status", "header allow", "$.line_items[0].total"
	Want string `json:"want"`
	Got  string `json:"got"`
}

// Compare returns the points in which an answer differs from the recorded one.
func Compare(step *Step, got Answer, c *Context) []Difference {
	k := &comparison{step: step, context: c}
	want := step.Response
	c.bindNew(want, got)
	c.bindNested(step, got)
	if got.Status != want.Status {
		k.add("status", strconv.Itoa(want.Status), strconv.Itoa(got.Status))
	}
	k.headers(want.Headers, got.Header)
	k.body(want, got)
	return k.differences
}

// CompareOutput compares the output of a server step.
func CompareOutput(step *Step, got []byte, c *Context) []Difference {
	k := &comparison{step: step, context: c}
	k.json(step.Output, got)
	return k.differences
}

type comparison struct {
	step        *Step
	context     *Context
	differences []Difference
}

func (k *comparison) add(path, want, got string) {
	k.differences = append(k.differences, Difference{path, want, got})
}

func (k *comparison) body(want *Response, got Answer) {
	switch {
	case want.BodyEmpty:
		if len(got.Body) > 0 {
			k.add("body", "(empty)", clip(string(got.Body)))
		}
	case want.BodyFile != "":
		k.file(want.BodyFile, got.Body)
	case want.BodyRaw != nil:
		k.raw(*want.BodyRaw, got.Body)
	case want.BodyText != nil:
		if expected := k.context.Expand(*want.BodyText); !k.sameText(expected, string(got.Body)) {
			k.add("body", clip(expected), clip(string(got.Body)))
		}
	case want.HTMLTitle != nil:
		k.page(want, got.Body)
	case want.Body != nil:
		k.json(want.Body, got.Body)
	}
}

// raw compares bytes. With volatile parts it compares values, the order of keys and the notation instead.
func (k *comparison) raw(want string, got []byte) {
	expected := k.context.Expand(want)
	if len(k.step.Volatile) == 0 {
		if !k.sameText(expected, string(got)) {
			k.add("body bytes", clip(expected), clip(string(got)))
		}
		return
	}
	k.json([]byte(expected), got)
	wantKeys, gotKeys := allKeys([]byte(expected)), allKeys(got)
	if !slices.Equal(wantKeys, gotKeys) {
		k.add("order of keys", strings.Join(wantKeys, " "), strings.Join(gotKeys, " "))
	}
	for i := 0; i < len(got); i++ {
		if got[i] >= 0x80 || got[i] == '/' && (i == 0 || got[i-1] != '\\') {
			k.add("notation", `PHP's: \/ and \uXXXX`, clip(string(got[max(0, i-20):min(len(got), i+20)])))
			break
		}
	}
}

// allKeys are all keys of a JSON text in the order of the text.
func allKeys(text []byte) []string {
	d := json.NewDecoder(strings.NewReader(string(text)))
	var keys []string
	var walk func() bool
	walk = func() bool {
		t, err := d.Token()
		if err != nil {
			return false
		}
		if t != json.Delim('{') && t != json.Delim('[') {
			return true
		}
		for d.More() {
			if t == json.Delim('{') {
				key, err := d.Token()
				if err != nil {
					return false
				}
				keys = append(keys, fmt.Sprint(key))
			}
			if !walk() {
				return false
			}
		}
		_, err = d.Token()
		return err == nil
	}
	walk()
	return keys
}

// file compares with a giant answer. The recorded root index has its routes reduced to namespace, methods and links.
func (k *comparison) file(name string, got []byte) {
	if k.context.Files == nil {
		k.add("body", name, "the directory of "+name+" was not given")
		return
	}
	want, err := fs.ReadFile(k.context.Files, name)
	if err != nil {
		k.add("body", name, err.Error())
		return
	}
	if strings.HasSuffix(name, "index-root.json") {
		got = reduceRoutes(got)
	}
	k.json(want, got)
}

func reduceRoutes(body []byte) []byte {
	var index map[string]any
	if json.Unmarshal(body, &index) != nil {
		return body
	}
	routes, _ := index["routes"].(map[string]any)
	for pattern, v := range routes {
		route, _ := v.(map[string]any)
		routes[pattern] = map[string]any{
			"namespace": route["namespace"], "methods": route["methods"], "_links": route["_links"],
		}
	}
	reduced, err := json.Marshal(index)
	if err != nil {
		return body
	}
	return reduced
}

func (k *comparison) json(want, got []byte) {
	expected, err := decode(want)
	if err != nil {
		k.add("recording", "JSON", err.Error())
		return
	}
	actual, err := decode(got)
	if err != nil {
		k.add("body", "JSON", clip(string(got)))
		return
	}
	k.value("$", expected, actual, newVolatileSet(k.step.Volatile))
}

// relatedShown is how many related products WooCommerce shows.
const relatedShown = 5

// related compares related products. WooCommerce shuffles the products it found for each answer
// (wc_get_related_products) and shows the first five. So their order is not compared. Where there are five, not even
// which ones they are is compared.
func (k *comparison) related(path string, want, got []any) {
	switch {
	case len(want) != len(got):
		k.add(path, fmt.Sprintf("%d products", len(want)), fmt.Sprintf("%d products", len(got)))
	case len(want) < relatedShown:
		sorted := func(ids []any) []string {
			texts := make([]string, len(ids))
			for i, id := range ids {
				texts[i] = fmt.Sprint(id)
			}
			slices.Sort(texts)
			return texts
		}
		if w, g := sorted(want), sorted(got); !slices.Equal(w, g) {
			k.add(path, strings.Join(w, " "), strings.Join(g, " "))
		}
	}
}

func (k *comparison) value(path string, want, got any, volatile *volatileSet) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			k.kind(path, want, got)
			return
		}
		k.object(path, w, g, volatile)
	case []any:
		g, ok := got.([]any)
		if !ok {
			k.kind(path, want, got)
			return
		}
		if strings.HasSuffix(path, ".related_ids") {
			k.related(path, w, g)
			return
		}
		k.list(path, w, g, volatile)
	case string:
		k.text(path, w, got, volatile.isAll())
	case json.Number:
		g, ok := got.(json.Number)
		if !ok {
			k.kind(path, want, got)
		} else if !volatile.isAll() && !k.sameNumber(path, w, g) {
			k.add(path, w.String(), g.String())
		}
	default:
		if want != got && !(volatile.isAll() && sameKind(want, got)) {
			k.kind(path, want, got)
		}
	}
}

func sameKind(a, b any) bool { return fmt.Sprintf("%T", a) == fmt.Sprintf("%T", b) }

func (k *comparison) kind(path string, want, got any) { k.add(path, show(want), show(got)) }

func (k *comparison) text(path, want string, got any, volatile bool) {
	g, ok := got.(string)
	expected := k.context.Expand(want)
	switch {
	case !ok:
		// A placeholder that stands alone may be a number in the answer.
		if n, isNumber := got.(json.Number); isNumber && expected != want && expected == n.String() {
			return
		}
		k.kind(path, expected, got)
	case volatile && (shape(expected) == shape(g) || strings.Contains(expected, " ") && strings.Contains(g, " ") ||
		len(expected) == len(g)):
		// Prose that changes from run to run has no shape worth comparing. Of random characters only the number counts.
	case expected == g, namesRecord.MatchString(path) && k.sameText(expected, g):
	default:
		k.kind(path, expected, g)
	}
}

func (k *comparison) list(path string, want, got []any, volatile *volatileSet) {
	anyLength := volatile.isAll() || volatile != nil && volatile.here["*"].isAll()
	if len(want) != len(got) && !anyLength {
		k.add(path, fmt.Sprintf("%d elements %s", len(want), clip(show(want))),
			fmt.Sprintf("%d elements %s", len(got), clip(show(got))))
	}
	for i := range min(len(want), len(got)) {
		k.value(fmt.Sprintf("%s[%d]", path, i), want[i], got[i], volatile.below(strconv.Itoa(i)))
	}
}

func (k *comparison) object(path string, want, got map[string]any, volatile *volatileSet) {
	_, hasCode := want["code"].(string)
	names := slices.Sorted(maps.Keys(want))
	for name := range got {
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		at := path + "." + name
		w, wanted := want[name]
		g, there := got[name]
		switch {
		case !wanted:
			if !volatile.isAll() && !k.leftOut(name) {
				k.add(at, "(absent)", show(g))
			}
		case !there:
			if !volatile.isAll() {
				k.add(at, show(w), "(absent)")
			}
		case hasCode && name == "message" && sameKind(w, g):
			// Messages are not compared, because stores translate them. The code is compared.
		case hasCode && name == "data":
			k.errorData(at, w, g, volatile.below(name))
		default:
			k.value(at, w, g, volatile.below(name))
		}
	}
}

// leftOut tells whether the recordings leave a member out. They leave out descriptions in what the API says about
// itself.
func (k *comparison) leftOut(name string) bool {
	return name == "description" &&
		(k.step.Section == "discovery" || k.step.Request != nil && k.step.Request.Method == "OPTIONS")
}

// errorData compares the data of an error; params maps names to messages.
func (k *comparison) errorData(path string, want, got any, volatile *volatileSet) {
	w, wantObject := want.(map[string]any)
	g, gotObject := got.(map[string]any)
	wantParams, wp := w["params"].(map[string]any)
	gotParams, gp := g["params"].(map[string]any)
	if !wantObject || !gotObject || !wp || !gp {
		k.value(path, want, got, volatile)
		return
	}
	wantNames, gotNames := slices.Sorted(maps.Keys(wantParams)), slices.Sorted(maps.Keys(gotParams))
	if !slices.Equal(wantNames, gotNames) {
		k.add(path+".params", strings.Join(wantNames, ", "), strings.Join(gotNames, ", "))
	}
	w, g = maps.Clone(w), maps.Clone(g)
	delete(w, "params")
	delete(g, "params")
	k.value(path, w, g, volatile)
}

// namesRecord matches the members that hold ids, alone or inside an address or a number. Only there may this run have
// another id than the recording.
var namesRecord = regexp.MustCompile(`(^|[._])(ids?|number|href|parent|permalink|link|url|src|location|` +
	`variations|grouped_products|parent_exclude|include|exclude|slug|code|template)(\[\d+\])?$`)

// sameNumber compares by value: 1 and 1.0 are equal. An id is equal to the id that this run has in its place.
func (k *comparison) sameNumber(path string, want, got json.Number) bool {
	if want == got || namesRecord.MatchString(path) && k.context.knows(path, want, got) {
		return true
	}
	w, err1 := want.Float64()
	g, err2 := got.Float64()
	return err1 == nil && err2 == nil && w == g
}

var digits = regexp.MustCompile(`\d+`)

// sameText compares texts. Captured ids inside them may be those of this run.
func (k *comparison) sameText(want, got string) bool {
	want = k.context.Expand(want)
	if want == got {
		return true
	}
	return k.context.CurrentIDs(want) == got
}

var word = regexp.MustCompile(`[A-Za-z0-9]+`)

// shape is a text with every word replaced by "x". It stays the same when values change from run to run.
func shape(s string) string { return word.ReplaceAllString(s, "x") }

func show(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return clip(strings.TrimSuffix(b.String(), "\n"))
}

const clipLength = 200

func clip(s string) string {
	if len(s) <= clipLength {
		return s
	}
	return strings.ToValidUTF8(s[:clipLength], "") + "…"
}
