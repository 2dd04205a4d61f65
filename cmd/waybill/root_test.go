package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/standing"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/sandbox"
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

// TestCtrlCEndsWhateverIsUnderWay: the store has taken a request and answers none, so that an end can come from the
// signal alone. Every command ends with 130, or with 0 where it goes on until it is stopped.
func TestCtrlCEndsWhateverIsUnderWay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a dozen processes")
	}
	r := newReader(t)
	r.run(t, "waybill connect https://shop.example --name shop --no-doctor")
	r.run(t, "waybill sync shop --once")
	r.run(t, "waybill connect https://shop.example --name new --no-doctor --data new")
	for _, c := range []struct {
		line   string
		says   string // what it says when it does its work; empty where a request to the store shows that
		status int
	}{
		{line: "waybill sync shop --once", status: problem.ExitInterrupted},
		{line: "waybill sync new --once --data new", status: problem.ExitInterrupted}, // the first copy
		{line: "waybill sync shop --once --thorough", status: problem.ExitInterrupted},
		{line: "waybill sync shop", status: problem.ExitOK},
		{line: "waybill serve", status: problem.ExitOK},
		{line: "waybill verify shop", status: problem.ExitInterrupted},
		{line: "waybill doctor shop", status: problem.ExitInterrupted},
		{line: "waybill doctor shop --watch", status: problem.ExitInterrupted},
		{line: "waybill connect https://shop.example --name other --data other", status: problem.ExitInterrupted},
		{line: "waybill orders note shop 4711 hello --id --wait", status: problem.ExitInterrupted},
		{line: "waybill outbox run shop", status: problem.ExitInterrupted},
		{line: "waybill changes --follow", says: "created", status: problem.ExitOK},
		{line: "waybill changes --from 0 --exec 'exec sleep 600'", says: "Delivering changes", status: problem.ExitOK},
		{line: "waybill demo --terminal", says: "created", status: problem.ExitOK},
		{line: "waybill sandbox --addr 127.0.0.1:0 --orders 5", says: "Stop it with Ctrl-C", status: problem.ExitOK},
	} {
		r.shop.ClearFaults()
		silence := sandbox.Fault{Match: sandbox.Match{Path: "/wp-json/wc/"}, Delay: sandbox.Duration(time.Hour)}
		if _, err := r.shop.AddFault(silence); err != nil {
			t.Fatal(err)
		}
		r.interrupt(t, c.line, c.says, c.status)
	}
}

// interrupt runs a command until it says something, or until the store has taken a request of it, and interrupts it.
func (r *readme) interrupt(t *testing.T, line, says string, want int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+r.replace.Replace(line))
	cmd.Dir, cmd.Env = r.dir, r.env
	out := &watched{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if says != "" {
		out.await(ctx, t, line, says)
	}
	for says == "" && r.shop.Faults()[0].Happened == 0 && ctx.Err() == nil {
		_ = wait.For(ctx, 5*time.Millisecond)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != want || ctx.Err() != nil {
		t.Errorf("%s\nends with %d (%v), want %d:\n%s", line, got, ctx.Err(), want, out)
	}
}

// TestStatusNeedsAPersonWhereNobodySends: a mirror that is up to date is not all that is asked about.
func TestStatusNeedsAPersonWhereNobodySends(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for followed, want := range map[bool]string{true: standing.OK, false: standing.Warning} {
		s := follow.Standing{CurrentAt: now, Followed: followed, Waiting: 1, WaitingSince: now.Add(-time.Hour)}
		one := standing.Judge(storage.Store{Name: "shop"}, s, now, time.Minute)
		if one.Status != want || strings.Contains(one.Says, "waybill outbox run shop") == followed {
			t.Errorf("followed %v: %s, %s", followed, one.Status, one.Says)
		}
	}
}
