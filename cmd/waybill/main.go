package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	// What a machine may lack, as an image does that holds nothing but this program: time zones, and the public
	// certificate authorities. Both are used only where the machine has none of its own.
	_ "time/tzdata"

	_ "golang.org/x/crypto/x509roots/fallback"

	"github.com/waybillhq/waybill/internal/problem"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and gives its exit status. A first interrupt cancels the command's context, so that it
// ends in good order; a second one ends the process at once.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	a := newApp(stdin, stdout, stderr, os.Environ())
	return a.execute(ctx, args)
}

// execute runs one command line and gives its exit status.
func (a *app) execute(ctx context.Context, args []string) int {
	root := newRootCommand(a)
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.InitDefaultCompletionCmd(args...)
	a.completeWithoutPackage(root)
	a.refuseOtherShells(root)
	a.markStart(root)
	// A mistake in the flags may come before --json was read, and its report must be JSON all the same.
	a.global.json = asksForJSON(args)
	cmd, err := root.ExecuteContextC(ctx)
	if ctx.Err() != nil {
		err = cutOff(err)
	}
	return a.report(cmd, err)
}

// cutOff says of an error that came when the command was interrupted that this is why: a database that is cut off in
// opening, or a request, speaks of something else.
func cutOff(err error) error {
	if p := problem.From(err); p != nil {
		switch p.Code {
		case problem.Internal, problem.DataUnusable, problem.DatabaseUnreachable, problem.StoreUnreachable:
			if _, told := errors.AsType[exit](err); !told {
				return problem.From(context.Canceled)
			}
		}
	}
	return err
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

// bashWords stands in for the function of the package bash-completion that the script for bash needs: a shell that
// sources the script alone would print an error at every Tab. With the package its own function is used.
const bashWords = `# Without the package bash-completion, words end at blanks.
if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        local name
        for name; do
            case $name in
                cur) cur=${COMP_WORDS[COMP_CWORD]} ;;
                prev) prev=${COMP_WORDS[COMP_CWORD-1]} ;;
                words) words=("${COMP_WORDS[@]}") ;;
                cword) cword=$COMP_CWORD ;;
            esac
        done
    }
fi

`

// refuseOtherShells refuses to make a script for a shell that there is none for: help in the file would be no script.
func (a *app) refuseOtherShells(root *cobra.Command) {
	completion, _, err := root.Find([]string{"completion"})
	if err != nil || completion.Name() != "completion" {
		return
	}
	completion.Args = cobra.ArbitraryArgs
	completion.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return problem.New(problem.Usage, "there is no completion for %s", args[0]).
			Next("There is one for bash, zsh, fish and powershell: waybill completion bash --help")
	}
}

// completeWithoutPackage lets the script for bash work where nothing else is installed.
func (a *app) completeWithoutPackage(root *cobra.Command) {
	bash, _, err := root.Find([]string{"completion", "bash"})
	if err != nil || bash.RunE == nil {
		return
	}
	write := bash.RunE
	bash.RunE = func(cmd *cobra.Command, args []string) error {
		if _, err := io.WriteString(a.stdout, bashWords); err != nil {
			return err
		}
		return write(cmd, args)
	}
}
