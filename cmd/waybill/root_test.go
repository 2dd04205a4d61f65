package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/wire"
)

// invoke runs one command line in this process with an empty environment.
func invoke(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	a := newApp(strings.NewReader(""), &out, &err, nil)
	status = a.execute(t.Context(), args)
	return status, out.String(), err.String()
}

// everyCommand calls visit for each command a person can run.
func everyCommand(t *testing.T, visit func(t *testing.T, cmd *cobra.Command)) {
	t.Helper()
	a := newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, nil)
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		t.Run(strings.ReplaceAll(cmd.CommandPath(), " ", "_"), func(t *testing.T) { visit(t, cmd) })
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRootCommand(a))
}

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("the short help %q must be one phrase without a full stop", cmd.Short)
		}
		if !strings.Contains(cmd.Example, "waybill") {
			t.Error("an example is missing")
		}
		if cmd.Args == nil {
			t.Error("the arguments are not checked")
		}
		if cmd.Run != nil {
			t.Error("Run cannot fail; use RunE")
		}
	})
}

func TestMistakesInTheCommandLineExitWithUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"no-such-command"},
		{"--no-such-flag"},
		{"version", "surplus"},
		{"version", "--no-such-flag"},
	} {
		status, stdout, stderr := invoke(t, args...)
		if status != problem.ExitUsage {
			t.Errorf("%v: exit status %d, want %d", args, status, problem.ExitUsage)
		}
		if stdout != "" || !strings.HasPrefix(stderr, "Error: ") {
			t.Errorf("%v: stdout %q, stderr %q", args, stdout, stderr)
		}
	}
}

func TestErrorsAreJSONWhenAskedFor(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"version", "--json", "--no-such-flag"},
		{"version", "surplus", "--json"},
	} {
		status, stdout, stderr := invoke(t, args...)
		var report wire.ErrorReport
		if err := json.Unmarshal([]byte(stderr), &report); err != nil {
			t.Fatalf("%v: stderr is not JSON: %v in %q", args, err, stderr)
		}
		if report.Error.Code != problem.Usage || report.Error.ExitStatus != status || status != problem.ExitUsage {
			t.Errorf("%v: %+v, exit status %d", args, report, status)
		}
		if stdout != "" {
			t.Errorf("%v: an error went to standard output: %q", args, stdout)
		}
	}
}

func TestHelpAndVersionSucceedWithoutADataDirectory(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"--help"}, {"version"}, {"help", "version"}, {"completion", "bash"}} {
		if status, stdout, stderr := invoke(t, args...); status != problem.ExitOK || stdout == "" || stderr != "" {
			t.Errorf("%v: exit status %d, stdout %q, stderr %q", args, status, stdout, stderr)
		}
	}
}
