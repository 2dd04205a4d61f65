package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/internal/problem"
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
	p := problem.From(err)
	if !a.started && p.Code == problem.Internal {
		p = problem.Wrap(problem.Usage, err, "%s", err.Error()).Next("Usage: %s. Examples: %s --help", cmd.UseLine(),
			cmd.CommandPath())
	}
	if a.global.json {
		a.reportJSON(p)
		return p.ExitStatus()
	}
	a.note("%s %s", a.err.Bad("Error:"), p.Message)
	if p.Hint != "" {
		a.note("%s %s", a.err.Faint("  ->"), p.Hint)
	}
	return p.ExitStatus()
}

// errorReport is the JSON form of an error, printed on standard error so that standard output holds results only.
type errorReport struct {
	Error errorBody `json:"error"`
}

type errorBody struct {
	Code       problem.Code      `json:"code"`
	Message    string            `json:"message"`
	Hint       string            `json:"hint,omitempty"`
	Details    map[string]string `json:"details,omitempty"`
	ExitStatus int               `json:"exit_status"`
}

func (a *app) reportJSON(p *problem.Problem) {
	// A failure to print an error has nowhere left to be reported.
	_ = jsontext.Write(a.stderr, errorReport{*bodyOf(p)})
}

// bodyOf is a problem as JSON results hold it.
func bodyOf(p *problem.Problem) *errorBody {
	return &errorBody{Code: p.Code, Message: p.Message, Hint: p.Hint, Details: p.Details, ExitStatus: p.ExitStatus()}
}
