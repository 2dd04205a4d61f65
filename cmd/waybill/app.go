package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/prompt"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/config"
)

// app is one invocation of the program: its streams, what is known about the terminal, and the flags that every command
// has.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string
	// out and err describe the two output streams.
	out, err terminal.Terminal
	global   globalFlags
	// started is true once a command's own code runs. Anything that went wrong before is a mistake in the command line.
	started bool
}

// globalFlags are the flags of every command.
type globalFlags struct {
	json     bool
	data     string
	database string
	config   string
	logLevel string
}

func newApp(stdin io.Reader, stdout, stderr io.Writer, env []string) *app {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	a.out, a.err = terminal.Describe(stdout, env, a.getenv), terminal.Describe(stderr, env, a.getenv)
	return a
}

// getenv reads a variable of the environment that the program was given.
func (a *app) getenv(name string) string { return config.Lookup(a.env, name) }

// prompt asks the person at the keyboard.
func (a *app) prompt() prompt.Prompt { return prompt.Prompt{In: a.stdin, Out: a.stderr} }

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
