package wire

import "github.com/waybillhq/waybill/internal/problem"

// ErrorReport is an error that stands alone, in place of a result.
type ErrorReport struct {
	Error Error `json:"error"`
}

// Error is a problem: its code for programs, its message and hint for people.
type Error struct {
	Code       problem.Code      `json:"code"`
	Message    string            `json:"message"`
	Hint       string            `json:"hint,omitempty"`
	Details    map[string]string `json:"details,omitempty"`
	ExitStatus int               `json:"exit_status"`
}

// ErrorOf is a problem as results hold it.
func ErrorOf(p *problem.Problem) *Error {
	return &Error{Code: p.Code, Message: p.Message, Hint: p.Hint, Details: p.Details, ExitStatus: p.ExitStatus()}
}
