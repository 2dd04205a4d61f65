package main

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/hint"
	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/wire"
)

// exit is returned by a command that did its work and tells its outcome by an exit status, such as verify when the copy
// differs. Nothing is printed for it.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// report prints what went wrong in a command, if anything, and gives the exit status.
func (a *app) report(cmd *cobra.Command, err error) int {
	if err == nil {
		return problem.ExitOK
	}
	if status, ok := errors.AsType[exit](err); ok {
		return int(status)
	}
	if !a.started {
		err = hint.Together(err)
	}
	p := problem.From(err)
	if !a.started && p.Code == problem.Internal {
		p = problem.Wrap(problem.Usage, err, "%s", err.Error()).Next("Usage: %s. Examples: %s --help", cmd.UseLine(),
			cmd.CommandPath())
	}
	if p.Code == problem.Usage && p.Hint == "" {
		advised := *p
		p = advised.Next("What it takes: %s --help", cmd.CommandPath())
	}
	if a.global.json {
		a.reportJSON(p)
		return p.ExitStatus()
	}
	a.note("%s %s", a.err.Bad("Error:"), shortened(p.Message))
	if p.Hint != "" {
		a.note("%s %s", a.err.Faint("  ->"), shortened(p.Hint))
	}
	return p.ExitStatus()
}

// longWord is one that no person reads: a file's content pasted in place of its name.
var longWord = regexp.MustCompile(`\S{400,}`)

func shortened(text string) string {
	return longWord.ReplaceAllStringFunc(text, func(word string) string { return fmt.Sprintf("%.80s…", word) })
}

func (a *app) reportJSON(p *problem.Problem) {
	// A failure to print an error has nowhere left to be reported.
	_ = jsontext.Write(a.stderr, wire.ErrorReport{Error: *wire.ErrorOf(p)})
}
