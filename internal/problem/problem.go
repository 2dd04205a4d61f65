package problem

import (
	"context"
	"errors"
	"fmt"
)

// Problem is an error with a stable code. The zero value is not useful; make one with [New] or [Wrap]. It travels
// between processes as JSON, without its cause.
type Problem struct {
	// Code is the stable name of what went wrong.
	Code Code `json:"code"`
	// Message says what was tried, on what, and why it failed. It holds no secret and no internals.
	Message string `json:"message"`
	// Hint says what to do next; empty when there is nothing sensible to say.
	Hint string `json:"hint,omitempty"`
	// Details are facts for programs, shown only in JSON. Values must be safe to print.
	Details map[string]string `json:"details,omitempty"`
	// Err is the cause, for errors.Is and logs; it is never printed.
	Err error `json:"-"`
}

// New makes a Problem of a code with a message for people.
func New(code Code, format string, args ...any) *Problem {
	return &Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap is New with a cause, kept for errors.Is and for logs.
func Wrap(code Code, err error, format string, args ...any) *Problem {
	p := New(code, format, args...)
	p.Err = err
	return p
}

// Next sets the hint: what the person should do now. It returns p.
func (p *Problem) Next(format string, args ...any) *Problem {
	p.Hint = fmt.Sprintf(format, args...)
	return p
}

// Detail adds one fact for programs. It returns p.
func (p *Problem) Detail(key, value string) *Problem {
	if p.Details == nil {
		p.Details = make(map[string]string)
	}
	p.Details[key] = value
	return p
}

// Error is the message without the hint.
func (p *Problem) Error() string { return p.Message }

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Err }

// ExitStatus is the exit status of the command that ends with this problem.
func (p *Problem) ExitStatus() int { return p.Code.ExitStatus() }

// From finds the Problem in err. An interruption becomes [Interrupted]; anything that nobody turned into a Problem is
// [Internal] with its own text. From of nil is nil.
func From(err error) *Problem {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if errors.Is(err, context.Canceled) {
		return Wrap(Interrupted, err, "interrupted before the work was done").
			Next("Nothing is lost: run the same command again to go on.")
	}
	return Wrap(Internal, err, "%s", err.Error())
}

// Is says whether err is a problem with the code.
func Is(err error, code Code) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Code == code
}
