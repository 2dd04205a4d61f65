package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// EnvPrefix begins the name of every setting's environment variable.
const EnvPrefix = "WAYBILL_"

// Setting documents one setting.
type Setting struct {
	// Key is the setting's name in the configuration file, such as "pace.mode".
	Key string
	// Env is the setting's environment variable, such as "WAYBILL_PACE_MODE".
	Env string
	// Type is what a value looks like: text, number, whole number, duration, true or false, networks, or the list of
	// choices.
	Type    string
	Default string
	Doc     string

	// Secret says that the value is never shown.
	Secret bool

	kind    reflect.Type
	choices []string
	begins  []string
	min     string
}

// Settings lists every setting in the order of the struct.
func Settings() []Setting { return settingsOf(reflect.TypeFor[Config](), "") }

func settingsOf(t reflect.Type, prefix string) []Setting {
	var all []Setting
	for i := range t.NumField() {
		field := t.Field(i)
		key := prefix + field.Tag.Get("koanf")
		if field.Type.Kind() == reflect.Struct {
			all = append(all, settingsOf(field.Type, key+".")...)
			continue
		}
		s := Setting{
			Key:     key,
			Env:     EnvPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_")),
			Default: field.Tag.Get("default"),
			Doc:     field.Tag.Get("doc"),
			kind:    field.Type,
			Secret:  field.Tag.Get("secret") == "true",
			choices: strings.Fields(field.Tag.Get("oneof")),
			begins:  strings.Fields(field.Tag.Get("begins")),
			min:     field.Tag.Get("min"),
		}
		s.Type = s.describeType()
		all = append(all, s)
	}
	return all
}

func (s Setting) describeType() string {
	switch {
	case len(s.choices) > 0:
		return strings.Join(s.choices, ", ")
	case s.kind == reflect.TypeFor[time.Duration]():
		return "duration"
	case s.kind == reflect.TypeFor[Networks]():
		return "networks"
	}
	switch s.kind.Kind() {
	case reflect.Int:
		return "whole number"
	case reflect.Float64:
		return "number"
	case reflect.Bool:
		return "true or false"
	}
	return "text"
}

// check says what is wrong with a value as a person wrote it; empty when nothing is.
func (s Setting) check(value string) string {
	if len(s.choices) > 0 && !slices.Contains(s.choices, value) {
		return "it can be " + strings.Join(s.choices, " or ")
	}
	if len(s.begins) > 0 && !slices.ContainsFunc(s.begins, func(b string) bool { return strings.HasPrefix(value, b) }) {
		return "it must begin with " + strings.Join(s.begins, " or ")
	}
	number, problem := s.number(value)
	if problem != "" {
		return problem
	}
	if s.kind == reflect.TypeFor[Networks]() {
		if _, err := Networks(value).Networks(); err != nil {
			return "it must list networks, such as 10.20.0.0/16 192.0.2.7"
		}
	}
	if s.min != "" {
		least, _ := s.number(s.min)
		if number < least {
			return "it must be at least " + s.min
		}
	}
	return ""
}

// number reads the value of a setting that counts or measures; 0 for other settings. The second result says what is
// wrong.
func (s Setting) number(value string) (float64, string) {
	switch {
	case s.kind == reflect.TypeFor[time.Duration]():
		d, err := time.ParseDuration(value)
		if err != nil {
			return 0, `it must be a duration such as 30s, 5m or 2h`
		}
		return float64(d), ""
	case s.kind.Kind() == reflect.Int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return 0, "it must be a whole number"
		}
		return float64(n), ""
	case s.kind.Kind() == reflect.Float64:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, "it must be a number"
		}
		return f, ""
	case s.kind.Kind() == reflect.Bool:
		if _, err := strconv.ParseBool(value); err != nil {
			return 0, "it must be true or false"
		}
	}
	return 0, ""
}

// Reference returns the documentation of all settings in Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, s := range Settings() {
		def := "`" + s.Default + "`"
		if s.Default == "" {
			def = ""
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", s.Key, s.Env, s.Type, def, s.Doc)
	}
	b.WriteString(referenceTail)
	return b.String()
}

const referenceHead = `# Configuration

<!-- Generated from internal/config; change it there and run: go generate ./internal/config -->

Nothing needs to be configured. A value comes from the command line, else from the environment, else from the
configuration file, else from its default. The file is YAML, ` + "`$XDG_CONFIG_HOME/waybill/config.yaml`" + ` (else
` + "`~/.config/waybill/config.yaml`" + `) or what ` + "`--config`" + ` or ` + "`WAYBILL_CONFIG`" + ` names:

` + "```yaml" + `
pace:
  mode: full
http:
  timeout: 90s
` + "```" + `

A setting that does not exist, or a value that cannot be used, is an error (` + "`config_invalid`" + `, exit status 2) that names it.
Durations are written as ` + "`30s`, `5m` or `2h`" + `.

| setting | environment | value | default | meaning |
|---|---|---|---|---|
`

const referenceTail = `
## Secrets

Secrets come from the environment and are never shown.

| variable | meaning |
|---|---|
| ` + "`WAYBILL_DATABASE_URL`" + ` | the address of the database, with its password: shown without it everywhere. Give it in the environment; a command line can be read by others on the machine |
| ` + "`WAYBILL_KEY`, `WAYBILL_SECRET`" + ` | consumer key and secret for ` + "`waybill connect`" + ` and ` + "`waybill stores rekey`" + ` |
| ` + "`WAYBILL_HEARTBEAT_URL`" + ` | address that ` + "`waybill sync`" + ` and ` + "`waybill serve`" + ` call after each round in which no store failed; of it only the host is ever shown |
| ` + "`WAYBILL_OPENID_SECRET`" + ` | secret of the client that ` + "`sign_in.client_id`" + ` names, for the provider that signs people in |
| ` + "`WAYBILL_MASTER_KEY`" + ` | the master key that stored credentials are encrypted with: 32 bytes in base64 or hex. Without it a key file with mode 0600 is made in the data directory |
| ` + "`WAYBILL_MASTER_KEY_PREVIOUS`" + ` | earlier master keys, separated by commas; what they encrypted is encrypted anew at the next start |

## Also honoured

| variable | meaning |
|---|---|
| ` + "`SSL_CERT_FILE`, `SSL_CERT_DIR`" + ` | certificate authorities to trust, for stores with a private one |
| ` + "`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`" + ` | proxy for requests to stores |
| ` + "`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_…`" + ` | collector of OpenTelemetry that ` + "`waybill serve`" + ` sends traces to over HTTP, such as ` + "`http://127.0.0.1:4318`" + `, and how; nothing is sent without it |
| ` + "`NO_COLOR`" + ` | no colours in the terminal |
| ` + "`XDG_DATA_HOME`, `XDG_CONFIG_HOME`" + ` | where data and configuration live |
`
