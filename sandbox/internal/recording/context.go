package recording

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// Context is what steps share while a section is played.
type Context struct {
	// Names maps {names} to values: addresses, and what was captured.
	Names map[string]string
	// Recorded maps values captured in the recording to those of this run.
	Recorded map[string]string
	// Files holds what body_file refers to.
	Files fs.FS

	nested nestedIDs
}

// NewContext returns a context with the given addresses.
func NewContext(names map[string]string, files fs.FS) *Context {
	c := &Context{Names: map[string]string{}, Recorded: map[string]string{}, Files: files}
	maps.Copy(c.Names, names)
	return c
}

var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// Expand replaces the {names} in a text. Unknown names stay.
func (c *Context) Expand(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := c.Names[name[1:len(name)-1]]; ok {
			return value
		}
		return name
	})
}

// Capture binds the step's names to values of a body, and returns what it did not find.
func (c *Context) Capture(step *Step, body []byte) []Difference {
	var missing []Difference
	for _, name := range slices.Sorted(maps.Keys(step.Captures)) {
		v, err := Lookup(body, step.Captures[name])
		if err != nil {
			missing = append(missing, Difference{"capture " + name, step.Captures[name], err.Error()})
			continue
		}
		c.Names[name] = fmt.Sprint(v)
		if recorded, ok := step.Captured[name]; ok {
			c.Recorded[number(recorded)] = c.Names[name]
		}
	}
	return missing
}

// bindNew learns the ids of records that the step created. They may differ from the recorded ones: WordPress shares its
// counters, and steps that were left out of a recording may have moved them.
func (c *Context) bindNew(want *Response, got Answer) {
	if want.Body == nil || got.Status != want.Status {
		return
	}
	paths := []string{}
	switch want.Status {
	case http.StatusCreated:
		paths = append(paths, "$.id")
	case http.StatusBadRequest:
		// A refused order stays as a draft (recordings: coup-unknown).
		paths = append(paths, "$.data.new_draft_order_id")
	}
	for i := range 100 {
		paths = append(paths, fmt.Sprintf("$.create[%d].id", i))
		if i == 0 {
			if _, err := Lookup(want.Body, paths[len(paths)-1]); err != nil {
				paths = paths[:len(paths)-1]
				break
			}
		}
	}
	if want.Status == http.StatusCreated {
		c.bindLocation(want.Headers["location"], got.Header.Get("Location"))
	}
	for _, path := range paths {
		recorded, err1 := Lookup(want.Body, path)
		now, err2 := Lookup(got.Body, path)
		if err1 != nil || err2 != nil {
			return
		}
		if was := fmt.Sprint(recorded); was != "0" && was != fmt.Sprint(now) {
			c.Recorded[was] = fmt.Sprint(now)
		}
	}
}

func number(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// CurrentIDs replaces the captured ids in a recorded text by those of this run.
func (c *Context) CurrentIDs(text string) string {
	return digits.ReplaceAllStringFunc(text, func(n string) string {
		if now, ok := c.Recorded[n]; ok {
			return now
		}
		return n
	})
}
