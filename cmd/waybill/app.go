package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// app is one invocation of the program: its streams, what is known about the terminal, and the flags that every command
// has.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string
	// out and err describe the two output streams.
	out, err terminal
	global   globalFlags
	// started is true once a command's own code runs. Anything that went wrong before is a mistake in the command line.
	started bool
}

// globalFlags are the flags of every command.
type globalFlags struct {
	json     bool
	data     string
	config   string
	logLevel string
}

func newApp(stdin io.Reader, stdout, stderr io.Writer, env []string) *app {
	return &app{
		stdin:  stdin,
		stdout: stdout,
		stderr: stderr,
		env:    env,
		out:    describeTerminal(stdout, env),
		err:    describeTerminal(stderr, env),
	}
}

// execute runs one command line and gives its exit status.
func (a *app) execute(ctx context.Context, args []string) int {
	root := newRootCommand(a)
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	a.markStart(root)
	// A mistake in the flags may come before --json was read, and its report must be JSON all the same.
	a.global.json = asksForJSON(args)
	cmd, err := root.ExecuteContextC(ctx)
	return a.report(cmd, err)
}

// markStart notes for every command when its own code begins.
func (a *app) markStart(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			a.started = true
			return run(cmd, args)
		}
	}
	for _, sub := range cmd.Commands() {
		a.markStart(sub)
	}
}

func asksForJSON(args []string) bool {
	for _, arg := range args {
		switch arg {
		case "--json", "--json=true":
			return true
		case "--":
			return false
		}
	}
	return false
}
