package doctor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
)

const schemaFile = "../docs/doctor-report.schema.json"

// words are the closed sets of words in a report.
var words = map[reflect.Type][]string{
	reflect.TypeFor[doctor.Severity]():   {string(doctor.Problem), string(doctor.Warning), string(doctor.Note)},
	reflect.TypeFor[doctor.Confidence](): {string(doctor.Sure), string(doctor.Likely), string(doctor.Possible)},
	reflect.TypeFor[doctor.Status](): {string(doctor.Healthy), string(doctor.Incomplete), string(doctor.Warnings),
		string(doctor.Problems)},
	reflect.TypeFor[doctor.Way](): {string(doctor.WayNone), string(doctor.WayHeader), string(doctor.WayQuery),
		string(doctor.WayOAuth)},
	reflect.TypeFor[doctor.FixKind](): {"menu", "wp-cli", "php", "apache", "nginx", "host", "client", "waybill",
		"check", "look"},
	reflect.TypeFor[doctor.Area](): {"network", "tls", "blocking", "routing", "transport", "key", "permissions",
		"server", "caching", "data", "webhooks", "site"},
}

// said explains members by their name in the JSON.
var said = map[string]string{
	"version":    "of this form; it grows when a member changes its meaning or goes",
	"elapsed_ns": "how long asking took, nanoseconds",
	"findings":   "in the order of importance: the first is what to mend first",
	"root":       "not explained by another finding",
	"because":    "id of the finding that explains this one", "why": "what was seen that makes us sure",
	"cause": "what is behind it in general",
	"tell":  "how it differs from what looks alike", "docs": "the page of the catalogue",
	"evidence": "what was seen, request by request",
	"adopt":    "a stop-gap that Waybill can use until the fix is done", "works": "what was seen to work",
	"checklist":   "the usual questions, each answered by its id",
	"permissions": "what the key may do, endpoint by method", "skipped": "checks that could not be asked",
	"passed":  "checks that found nothing",
	"crashes": "checks that failed themselves", "requests_spent": "requests that the store was asked",
	"answer": "yes, no, unknown, or a value",
	"only":   "the one check that was asked; left out where all were",
	"how":    "who does what with it", "target": "what was asked about, without the secret",
	"delivery_url": "the receiver that should exist, its query removed",
}

func schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[time.Duration]():
		return map[string]any{"type": "integer"}
	}
	if list, ok := words[t]; ok {
		return map[string]any{"type": "string", "enum": list}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Struct:
		members, required := map[string]any{}, []string{}
		for i := range t.NumField() {
			field := t.Field(i)
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !field.IsExported() || name == "-" {
				continue
			}
			member := schemaOf(field.Type)
			if text := said[name]; text != "" {
				member["description"] = text
			}
			members[name] = member
			if !strings.Contains(options, "omit") {
				required = append(required, name)
			}
		}
		return map[string]any{"type": "object", "properties": members, "required": required,
			"additionalProperties": false}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	}
	panic("no schema for " + t.String())
}

func TestTheGuideIsCurrent(t *testing.T) {
	t.Parallel()
	schema := schemaOf(reflect.TypeFor[doctor.Report]())
	schema["$schema"], schema["title"] = "https://json-schema.org/draft/2020-12/schema", "Report of waybill doctor "+
		"--json"
	raw, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	current(t, schemaFile, string(raw)+"\n")
	between(t, "../docs/doctor.md", "questions", questionTable())
}

// TestReportsAreAsTheSchemaSays: of a healthy store, of broken ones, of one that cannot be reached.
func TestReportsAreAsTheSchemaSays(t *testing.T) {
	t.Parallel()
	schema := schemaOf(reflect.TypeFor[doctor.Report]())
	for name, p := range map[string]*patient{
		"healthy": newPatient(t), "header lost": newPatient(t).breakIn(t, "auth-header-stripped"),
		"no rights":       newPatient(t).breakIn(t, "key-owner-demoted"),
		"bad certificate": newPatient(t).breakIn(t, "tls-expired"),
		"PUT blocked":     newPatient(t).breakIn(t, "method-blocked"),
	} {
		report := p.examine(t)
		var text bytes.Buffer
		if err := report.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(text.Bytes(), &value); err != nil {
			t.Fatal(err)
		}
		for _, fault := range against(schema, value, "report") {
			t.Errorf("%s: %s", name, fault)
		}
		answers := value.(map[string]any)["checklist"].([]any)
		if len(answers) != len(doctor.Questions()) {
			t.Fatalf("%s: %d of %d questions are answered", name, len(answers), len(doctor.Questions()))
		}
		for i, q := range doctor.Questions() {
			if a := answers[i].(map[string]any); a["id"] != q.ID || a["answer"] == "" || a["detail"] == "" {
				t.Errorf("%s: question %s is answered by %v", name, q.ID, a)
			}
		}
	}
}

// against says where a value is not as a schema says.
func against(schema map[string]any, value any, at string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, at+": "+fmt.Sprintf(format, args...)) }
	switch schema["type"] {
	case "object":
		object, ok := value.(map[string]any)
		if !ok {
			fault("%T is no object", value)
			return faults
		}
		members := schema["properties"].(map[string]any)
		for _, name := range schema["required"].([]string) {
			if _, ok := object[name]; !ok {
				fault("%s is missing", name)
			}
		}
		for name, member := range object {
			if members[name] == nil {
				fault("%s is not documented", name)
				continue
			}
			faults = append(faults, against(members[name].(map[string]any), member, at+"."+name)...)
		}
	case "array":
		list, ok := value.([]any)
		if !ok {
			fault("%T is no list", value)
		}
		for i, member := range list {
			faults = append(faults, against(schema["items"].(map[string]any), member, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case "string":
		text, ok := value.(string)
		if list, closed := schema["enum"].([]string); !ok || closed && !slices.Contains(list, text) {
			fault("%v is none of its words", value)
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			fault("%T is no boolean", value)
		}
	case "integer":
		if n, ok := value.(float64); !ok || n != float64(int64(n)) {
			fault("%v is no whole number", value)
		}
	}
	return faults
}

func questionTable() string {
	var b strings.Builder
	b.WriteString("| id | question | how it is answered |\n|---|---|---|\n")
	for _, q := range doctor.Questions() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", q.ID, q.Text, q.How)
	}
	return b.String()
}
