package main

import (
	"io"
	"strings"

	"github.com/waybillhq/waybill/cmd/waybill/internal/prompt"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
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
	// toldVariables is true once variables that nothing reads were told of.
	toldVariables bool
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

// must reports a mistake in the program itself: a flag named that was not declared. It cannot depend on what the user
// types.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// usage turns a refused value of a flag into a problem.
func usage(err error) error {
	return problem.Wrap(problem.Usage, err, "%s", reason(err))
}

// reason is the message of an error of the capability package without the package's name.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), "capability: ")
}
