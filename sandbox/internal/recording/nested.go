package recording

import (
	"encoding/json"
	"net/http"
	"regexp"
)

// nestedIDs maps the ids of lines and of meta data inside answers from the recording to this run. The outer key is the
// path of names to an id, because each of these tables counts its own ids.
type nestedIDs map[string]map[json.Number]json.Number

// bindNested learns nested ids from the answer to a write. It learns nothing while the records of this run have the ids
// of the recording: no step was left out then, and the nested ids must be the recorded ones too.
func (c *Context) bindNested(step *Step, got Answer) {
	want := step.Response
	if step.Request == nil || step.Request.Method == http.MethodGet || want.Body == nil || !c.moved() {
		return
	}
	w, err1 := decode(want.Body)
	g, err2 := decode(got.Body)
	if err1 == nil && err2 == nil {
		c.bindBelow("$", w, g)
	}
}

// moved tells whether a record of this run has another id than in the recording.
func (c *Context) moved() bool {
	for was, now := range c.Recorded {
		if was != now {
			return true
		}
	}
	return false
}

func (c *Context) bindBelow(path string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return
		}
		for name, value := range w {
			was, wasNumber := value.(json.Number)
			now, isNumber := g[name].(json.Number)
			if name == "id" && wasNumber && isNumber && was != now {
				c.bind(kindOf(path), was, now)
				continue
			}
			c.bindBelow(path+"."+name, value, g[name])
		}
	case []any:
		g, ok := got.([]any)
		for i := range w {
			if ok && i < len(g) {
				c.bindBelow(path+"[]", w[i], g[i])
			}
		}
	}
}

func (c *Context) bind(kind string, was, now json.Number) {
	if c.nested == nil {
		c.nested = nestedIDs{}
	}
	if c.nested[kind] == nil {
		c.nested[kind] = map[json.Number]json.Number{}
	}
	if _, known := c.nested[kind][was]; !known {
		c.nested[kind][was] = now
	}
}

var (
	positions   = regexp.MustCompile(`\[\d*\]`)
	ofBatch     = regexp.MustCompile(`^\$\.(create|update|delete)(\.|$)`)
	lastMember  = regexp.MustCompile(`\.[^.]+$`)
	wholeAnswer = "$"
)

// kindOf names the table that the ids at a path belong to. Lists, batches and single records share it.
func kindOf(path string) string {
	return ofBatch.ReplaceAllString(positions.ReplaceAllString(path, ""), "$$$2")
}

// knows tells whether got is the id that this run has in place of the recorded want.
func (c *Context) knows(path string, want, got json.Number) bool {
	if c.Recorded[want.String()] == got.String() {
		return true
	}
	kind := kindOf(lastMember.ReplaceAllString(path, ""))
	return kind != wholeAnswer && c.nested[kind][want] == got && got != ""
}

// bindLocation learns the id of a record that an answer names only in its Location.
func (c *Context) bindLocation(want, got string) {
	was, now := lastNumber.FindString(want), lastNumber.FindString(got)
	if was != "" && now != "" && was != now {
		c.Recorded[was] = now
	}
}

var lastNumber = regexp.MustCompile(`\d+$`)
