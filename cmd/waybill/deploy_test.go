package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
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

// instructions are the lines of a stage of the Dockerfile, joined where they are continued.
func instructions(stage string) (all [][2]string) {
	for line := range strings.Lines(strings.ReplaceAll(stage, "\\\n", " ")) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word != "" && word != "#" {
			all = append(all, [2]string{word, strings.TrimSpace(rest)})
		}
	}
	return all
}

// TestTheImageIsBuiltOfWhatItGets does what the stage that builds says, without a container: the files that are sent to
// it are those of the repository without what .dockerignore names, and of these the program must be buildable. Of the
// build itself it is asked here whether every package and every embedded file is there; with WAYBILL_TEST_ALL=long the
// commands themselves are run.
func TestTheImageIsBuiltOfWhatItGets(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("copies the repository")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	run := func(dir, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, said.Bytes())
		}
		return string(out)
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("this is no clone")
	}
	src, out := t.TempDir(), t.TempDir()
	ignored := ignoredBy(t, deployed(t, ".dockerignore"))
	for _, name := range strings.Split(strings.TrimRight(run(root, "git", "ls-files", "-z"), "\x00"), "\x00") {
		if ignored(name) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was removed and is still known to git
		}
		if err == nil {
			err = os.MkdirAll(filepath.Join(src, filepath.FromSlash(path.Dir(name))), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(src, filepath.FromSlash(name)), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}

	file := deployed(t, "Dockerfile")
	stage, _, _ := strings.Cut(file, "\nFROM scratch\n")
	built := false
	for _, line := range instructions(stage) {
		switch word, rest := line[0], line[1]; word {
		case "COPY":
			for _, name := range strings.Fields(rest)[:len(strings.Fields(rest))-1] {
				if _, err := os.Stat(filepath.Join(src, name)); err != nil {
					t.Errorf("COPY %s: %v", rest, err)
				}
			}
		case "RUN":
			built = built || strings.Contains(rest, "-o /out/waybill ./cmd/waybill")
			if os.Getenv("WAYBILL_TEST_ALL") == "long" {
				run(src, "sh", "-c", "export VERSION=; "+strings.ReplaceAll(rest, "/out", out))
			}
		}
	}
	if !built {
		t.Error("no command of the Dockerfile makes /out/waybill")
	}
	const faults = `{{with .Error}}{{.}}{{"\n"}}{{end}}{{range .DepsErrors}}{{.}}{{"\n"}}{{end}}`
	if wrong := run(src, "go", "list", "-e", "-deps", "-mod=readonly", "-f", faults, "./cmd/waybill"); wrong != "" {
		t.Errorf("of what is sent to the image the program cannot be built:\n%s", wrong)
	}
	// The image of Go must be able to build what go.mod asks for.
	image, _, _ := strings.Cut(after(stage, "ARG GO_VERSION=")[0], "-")
	if needs := after(deployed(t, "go.mod"), "go ")[0]; !strings.HasPrefix(needs, image+".") {
		t.Errorf("the image has Go %s, and go.mod needs %s", image, needs)
	}
}

// ignoredBy reads the patterns of a .dockerignore, as far as ours go: a path from the root, or **/ and a name or a
// pattern at any depth.
func ignoredBy(t *testing.T, text string) func(name string) bool {
	t.Helper()
	var patterns []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, line)
		}
	}
	if len(patterns) == 0 {
		t.Error(".dockerignore names nothing")
	}
	return func(name string) bool {
		for _, pattern := range patterns {
			deep, anywhere := strings.CutPrefix(pattern, "**/")
			for n, part := range strings.Split(name, "/") {
				if match, err := path.Match(deep, part); err != nil {
					t.Fatalf("%s: %v", pattern, err)
				} else if match && (anywhere || n == 0) {
					return true
				}
			}
		}
		return false
	}
}
