package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/cmd/waybill/internal/alerting"
	"github.com/waybillhq/waybill/cmd/waybill/internal/listening"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/backup"
	"github.com/waybillhq/waybill/internal/forward"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/relocation"
	"github.com/waybillhq/waybill/internal/storage/dictionary"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/sandbox"
)

// form is how a command prints its result under --json.
type form struct {
	when  string // empty: always
	value any    // of the type that is printed; nil: nothing
	lines bool   // one value a line, as they come
	// storesOwn: the records are the store's own JSON.
	storesOwn string
}

var (
	record     = form{value: json.RawMessage{}, storesOwn: "the record, as the store wrote it"}
	recordList = form{value: []json.RawMessage{}, storesOwn: "a list of records, as the store wrote them"}
	written    = []form{
		{when: "one row", value: rowView{}},
		{when: "several rows, or none", value: rowView{}, lines: true},
		{when: "`--dry-run`", value: outbox.Shown{}, lines: true},
	}
	decided = []form{{when: "one write", value: wire.Write{}},
		{when: "several writes", value: wire.Write{}, lines: true}}
	broken = []form{{value: map[string][]string{}}}
)

// jsonForms are the results of every command that has any. A command without an entry fails the test.
var jsonForms = map[string][]form{
	"audit": {{value: []wire.AuditEntry{}}}, "backup": {{value: backupReport{}}}, "restore": {{value: backup.Report{}}},
	"changes": {{value: []wire.Change{}}, {when: "`--follow`", value: wire.Change{}, lines: true},
		{when: "`--forward-to`, `--exec`"}},
	"subscriptions create": {{value: wire.NewSubscription{}}, {when: "`--dry-run`", value: []wire.Preview{}}},
	"subscriptions list":   {{value: []wire.Subscription{}}}, "subscriptions show": {{value: wire.Subscription{}}},
	"subscriptions update": {{value: wire.Subscription{}}},
	"subscriptions pause":  {{value: wire.Subscription{}}}, "subscriptions resume": {{value: wire.Subscription{}}},
	"subscriptions remove": {{value: wire.Subscription{}}}, "subscriptions test": {{value: wire.Tried{}}},
	"receipts list": {{value: []wire.Receipt{}}}, "receipts add": {{value: wire.ReceiptsGiven{}}},
	"receipts overdue":        {{value: []wire.OverdueReceipts{}}},
	"problems list":           {{value: wire.StandingProblems{}}},
	"problems show":           {{value: alerting.ProblemShown{}}},
	"problems ack":            {{value: wire.StandingProblem{}}},
	"problems ignore":         {{value: wire.StandingProblem{}}},
	"problems resolve":        {{value: wire.StandingProblem{}}},
	"problems reopen":         {{value: wire.StandingProblem{}}},
	"subscriptions redeliver": {{value: wire.Redone{}}}, "fetch": {{value: wire.Redone{}}},
	"reconcile":                   {{value: wire.Reconciled{}}},
	"alerts add":                  {{value: wire.NewChannel{}}},
	"alerts list":                 {{value: []wire.Channel{}}},
	"alerts test":                 {{value: wire.Channel{}}},
	"alerts remove":               {{value: wire.Channel{}}},
	"alerts messages":             {{value: []wire.AlertMessage{}}},
	"subscriptions rotate-secret": {{value: wire.NewSubscription{}}},
	"deliveries list":             {{value: []wire.Delivery{}}}, "deliveries show": {{value: wire.Delivery{}}},
	"deliveries redeliver": {{value: wire.Delivery{}}},
	"changes positions":    {{value: []forward.Position{}}},
	"changes consumers":    {{value: []wire.Consumer{}}}, "changes consumers remove": {{value: map[string]string{}}},
	"connect": {{value: connectReport{}}}, "stores rekey": {{value: connectReport{}}},
	"demo": {{when: "first, as they come", value: wire.Change{}, lines: true}, {when: "at the end", value: demoReport{}}},
	"doctor": {{value: doctor.Report{}}, {when: "`--list`", value: struct {
		Checks    []checkView        `json:"checks"`
		Invisible []doctor.Invisible `json:"invisible"`
	}{}}, {when: "`--explain`", value: map[string]string{}}},
	"export":        {{value: json.RawMessage{}, lines: true, storesOwn: "a record, as the store wrote it"}},
	"groups create": {{value: wire.Group{}}}, "groups remove": {{value: wire.Group{}}},
	"groups add-store": {{value: wire.Group{}}}, "groups take-store": {{value: wire.Group{}}},
	"groups list": {{value: []wire.Group{}}},
	"listen": {{when: "first", value: listening.Listening{}},
		{when: "then, as things happen", value: listening.Heard{}, lines: true}},
	"trigger":     {{value: listening.Triggered{}}},
	"migrate":     {{value: relocation.Report{}}, {when: "`--abandon`", value: map[string]bool{}}},
	"orders list": {recordList}, "products list": {recordList}, "customers list": {recordList},
	"orders get": {record}, "products get": {record}, "customers get": {record},
	"outbox list": {{value: []wire.Write{}}}, "outbox show": {{value: wire.Write{}}},
	"outbox retry":   append(decided[:2:2], form{when: "`--wait`", value: rowView{}, lines: true}),
	"outbox discard": decided, "outbox edit": decided, "outbox adopt": decided,
	"outbox run": {{value: map[string]int{}}},
	"role": {{value: capability.RecipeReport{}},
		{when: "`--compare`", value: capability.ExplanationReport{}}},
	"sandbox": {{value: sandboxView{}}}, "sandbox fault add": {{value: struct {
		ID string `json:"id"`
	}{}}},
	"sandbox fault break": broken, "sandbox fault mend": broken,
	"sandbox fault clear": {{value: struct {
		Removed int      `json:"removed"`
		Mended  []string `json:"mended,omitempty"`
	}{}}},
	"sandbox fault list": {{value: struct {
		Faults []sandbox.ArmedFault `json:"faults"`
		Broken []string             `json:"broken"`
	}{}}, {when: "`--ways`", value: []sandbox.Breakage{}}},
	"sandbox replay": {{value: sandbox.Report{}}},
	"serve ready":    {{value: readyView{}}},
	"serve":          {{when: "once it has begun", value: serving{}}},
	"sql":            {{value: []map[string]any{}}, {when: "`--tables`", value: []dictionary.Table{}}},
	"status":         {{value: statusReport{}}},
	"trace":          {{value: wire.Traced{}}, {when: "`--link`", value: wire.TraceLink{}}}, "stores list": {{value: []wire.Store{}}},
	"stores pause": {{value: wire.Store{}}}, "stores resume": {{value: wire.Store{}}},
	"stores move":   {{value: wire.Store{}}},
	"stores remove": {{value: wire.Store{}}}, "stores webhooks": {{value: wire.Inbox{}}},
	"stores rotate-master-key": {{value: map[string]bool{}}, {when: "`--lost`", value: keyTaken{}}},
	"sync": {{when: "`--once`", value: wire.SyncReport{}}, {when: "else, after each round", value: wire.Round{},
		lines: true}},
	"tokens create": {{value: wire.NewToken{}}}, "tokens list": {{value: []wire.Token{}}},
	"users invite": {{value: wire.NewUser{}}}, "users reset": {{value: wire.NewUser{}}},
	"users list": {{value: []wire.User{}}}, "users role": {{value: wire.User{}}},
	"users remove":  {{value: wire.User{}}},
	"tokens revoke": {{value: wire.Token{}}}, "verify": {{value: wire.VerifyReport{}}},
	"version": {{value: buildReport{}}},
}

// formsOf are those of a command; the commands that write all print alike.
func formsOf(cmd *cobra.Command) []form {
	path := strings.TrimPrefix(cmd.CommandPath(), "waybill ")
	if forms, ok := jsonForms[path]; ok {
		return forms
	}
	if cmd.Flags().Lookup("dry-run") != nil && cmd.Flags().Lookup("wait") != nil {
		return written
	}
	return nil
}

// resultCommands are all commands that do something themselves, except the completion scripts.
func resultCommands() []*cobra.Command {
	root := newRootCommand(newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, nil))
	var all []*cobra.Command
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			if sub.Hidden || sub.Name() == "help" || sub.Name() == "completion" {
				continue
			}
			path := strings.TrimPrefix(sub.CommandPath(), "waybill ")
			if sub.Runnable() && !sub.HasSubCommands() || jsonForms[path] != nil {
				all = append(all, sub)
			}
			walk(sub)
		}
	}
	walk(root)
	return all
}

func TestEveryCommandSaysWhatItsJSONLooksLike(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, cmd := range resultCommands() {
		known[strings.TrimPrefix(cmd.CommandPath(), "waybill ")] = true
		if formsOf(cmd) == nil {
			t.Errorf("%s has no entry in jsonForms", cmd.CommandPath())
		}
	}
	for path := range jsonForms {
		if !known[path] {
			t.Errorf("jsonForms has %q, which is no command", path)
		}
	}
	path := filepath.Join("..", "..", "docs", "json.md")
	want := jsonReference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("docs/json.md is stale (%v); run: go generate ./cmd/waybill", err)
	}
}

// checkJSON is the command "json" of scripts: it runs waybill with --json and holds what is printed against jsonForms.
// Status 10 and 11 are results too.
func checkJSON(ts *testscript.TestScript, _ bool, args []string) {
	_ = ts.Exec("waybill", append(slices.Clone(args), "--json")...) // judged by what it printed
	out := ts.ReadFile("stdout")
	root := newRootCommand(newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, nil))
	cmd, _, err := root.Find(args)
	ts.Check(err)
	forms := formsOf(cmd)
	if strings.TrimSpace(out) == "" {
		ts.Fatalf("nothing was printed: %s", ts.ReadFile("stderr"))
	}
	var wrong []string
	for _, f := range forms {
		says := f.misses(out)
		if len(says) == 0 {
			return
		}
		wrong = append(wrong, says...)
	}
	ts.Fatalf("waybill %s --json printed\n%s\n%s", strings.Join(args, " "), out, strings.Join(wrong, "\n"))
}

// misses says what a text is not that the form says.
func (f form) misses(text string) []string {
	if f.value == nil {
		return []string{"nothing is to be printed"}
	}
	parts := []string{text}
	if f.lines {
		parts = strings.Split(strings.TrimSpace(text), "\n")
	}
	var wrong []string
	for _, part := range parts {
		var got any
		if err := json.Unmarshal([]byte(part), &got); err != nil {
			return []string{err.Error()}
		}
		wrong = append(wrong, differs(got, reflect.TypeOf(f.value), "")...)
	}
	return wrong
}

// differs holds a value against the type that it was printed from.
func differs(got any, t reflect.Type, at string) []string {
	want := kindOfJSON(t)
	if got == nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || want == "any") {
		return nil
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	is := map[bool]string{true: at + " is not " + want}
	switch v := got.(type) {
	case map[string]any:
		if want == "any" {
			return nil
		}
		if t.Kind() == reflect.Map {
			var wrong []string
			for name, value := range v {
				wrong = append(wrong, differs(value, t.Elem(), at+"."+name)...)
			}
			return wrong
		}
		if want != "object" {
			return []string{is[true]}
		}
		var wrong []string
		members := membersOf(t)
		for _, m := range members {
			value, there := v[m.name]
			if !there && !m.maybe {
				wrong = append(wrong, at+"."+m.name+" is missing")
			}
			if there {
				wrong = append(wrong, differs(value, m.typ, at+"."+m.name)...)
			}
		}
		for name := range v {
			if !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
				wrong = append(wrong, at+"."+name+" is not in the type")
			}
		}
		return wrong
	case []any:
		if want == "any" {
			return nil
		}
		if want != "list" {
			return []string{is[true]}
		}
		var wrong []string
		for i, value := range v {
			wrong = append(wrong, differs(value, t.Elem(), fmt.Sprintf("%s[%d]", at, i))...)
		}
		return wrong
	case string:
		if want != "text" && want != "time" && want != "any" {
			return []string{is[true]}
		}
		if _, err := time.Parse(time.RFC3339, v); want == "time" && err != nil {
			return []string{is[true]}
		}
	case float64:
		if want != "number" && want != "any" {
			return []string{is[true]}
		}
	case bool:
		if want != "true or false" && want != "any" {
			return []string{is[true]}
		}
	}
	return nil
}
