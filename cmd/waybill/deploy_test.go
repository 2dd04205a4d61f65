package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/waybillhq/waybill/internal/config"
)

// accepts checks that the program has such a command line.
func accepts(t *testing.T, args []string) {
	t.Helper()
	a := newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, nil)
	cmd, rest, err := newRootCommand(a).Find(args)
	if err != nil {
		t.Errorf("waybill %s: %v", strings.Join(args, " "), err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("waybill %s: %v", strings.Join(args, " "), err)
		return
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil || !cmd.Runnable() {
		t.Errorf("waybill %s: cannot be run (%v)", strings.Join(args, " "), err)
	}
}

// areRead checks that something reads each variable.
func areRead(t *testing.T, assignments []string) {
	t.Helper()
	if unknown := config.Unknown(assignments); len(unknown) > 0 {
		t.Errorf("nothing reads %q", unknown)
	}
}

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// after gives what follows a word at the beginning of lines.
func after(text, word string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, word); ok {
			all = append(all, strings.TrimSpace(rest))
		}
	}
	return all
}

func TestTheUnitRunsWhatThereIs(t *testing.T) {
	t.Parallel()
	unit := deployed(t, "deploy/waybill.service")
	started := after(unit, "ExecStart=")
	if len(started) != 1 {
		t.Fatalf("started is %q", started)
	}
	accepts(t, strings.Fields(started[0])[1:])
	set := strings.Fields(strings.Join(after(unit, "Environment="), " "))
	if len(set) == 0 {
		t.Error("it sets nothing")
	}
	areRead(t, set)
	// What is under way is waited for: systemd must not kill before that.
	if got := after(unit, "TimeoutStopSec="); len(got) != 1 || got[0] != "330" || stopWithin.Seconds() >= 330 {
		t.Errorf("the unit stops within %q s, waybill serve within %s", got, stopWithin)
	}
}

func TestTheImageRunsWhatThereIs(t *testing.T) {
	t.Parallel()
	file := deployed(t, "Dockerfile")
	_, last, found := strings.Cut(file, "\nFROM scratch\n")
	if !found {
		t.Fatal("the image does not begin from scratch")
	}
	words := func(list string) []string {
		var all []string
		if err := yaml.Unmarshal([]byte(list), &all); err != nil {
			t.Errorf("%s: %v", list, err)
		}
		return all
	}
	if entry := words(strings.Join(after(last, "ENTRYPOINT "), "")); !slices.Equal(entry, []string{"/waybill"}) {
		t.Errorf("the entry is %q", entry)
	}
	accepts(t, words(strings.Join(after(last, "CMD "), "")))
	_, check, _ := strings.Cut(strings.Join(after(last, "HEALTHCHECK "), ""), "CMD ")
	if asked := words(check); len(asked) == 0 || asked[0] != "/waybill" {
		t.Errorf("health is asked by %q", asked)
	} else {
		accepts(t, asked[1:])
	}
	areRead(t, strings.Fields(strings.Join(after(last, "ENV "), " ")))
	if user := strings.Join(after(last, "USER "), ""); user == "" || strings.HasPrefix(user, "0") || user == "root" {
		t.Errorf("it runs as %q", user)
	}
}

func TestTheContainersRunWhatThereIs(t *testing.T) {
	t.Parallel()
	var file struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]string
			ReadOnly    bool   `yaml:"read_only"`
			Grace       string `yaml:"stop_grace_period"`
			Deploy      struct{ Replicas int }
		}
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "deploy/compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"database", "api", "worker", "shop"} {
		if _, ok := file.Services[name]; !ok {
			t.Errorf("there is no %s", name)
		}
	}
	if n := file.Services["worker"].Deploy.Replicas; n != 2 {
		t.Errorf("there are %d workers", n)
	}
	for name, s := range file.Services {
		if s.Image != "waybill" {
			continue
		}
		accepts(t, s.Command)
		var set []string
		for variable, value := range s.Environment {
			set = append(set, variable+"="+value)
		}
		areRead(t, set)
		if !s.ReadOnly || s.Grace != "330s" {
			t.Errorf("%s: may write into its image: %v; is waited for %q", name, !s.ReadOnly, s.Grace)
		}
	}
}
