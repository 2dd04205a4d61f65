package prompt

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
)

// Prompt asks whoever sits at the keyboard.
type Prompt struct {
	In  io.Reader
	Out io.Writer // standard error: a question is no result
}

// keyboard is the terminal behind the input, where there is one.
func (p Prompt) keyboard() (*os.File, bool) {
	file, ok := p.In.(*os.File)
	return file, ok && terminal.Is(file)
}

// CanAsk says whether anybody can be asked.
func (p Prompt) CanAsk() bool {
	_, ok := p.keyboard()
	return ok
}

// Secret asks the person at the keyboard for a secret, without echo. It fails when nobody can be asked, and at once
// when the context ends.
func (p Prompt) Secret(ctx context.Context, question string) (string, error) {
	file, ok := p.keyboard()
	if !ok {
		return "", problem.New(problem.CredentialsMissing,
			"no key and secret were given, and there is no terminal to ask on").
			Next("Set WAYBILL_KEY and WAYBILL_SECRET")
	}
	before, err := term.GetState(int(file.Fd()))
	if err != nil {
		return "", unreadable(err)
	}
	fmt.Fprintf(p.Out, "%s: ", question)
	answer, err := wait(ctx, func() (string, error) {
		text, err := term.ReadPassword(int(file.Fd()))
		return string(text), err
	})
	fmt.Fprintln(p.Out)
	if ctx.Err() != nil {
		// Whoever reads is still at it, without echo: the process ends and cannot wait for it.
		_ = term.Restore(int(file.Fd()), before)
		return "", interrupted(ctx)
	}
	if err != nil {
		return "", unreadable(err)
	}
	return strings.TrimSpace(answer), nil
}

// Confirm asks a question that only "yes" answers; yes answers it beforehand.
func (p Prompt) Confirm(ctx context.Context, question string, yes bool) error {
	if yes {
		return nil
	}
	if !p.CanAsk() {
		return problem.New(problem.Usage, "this needs a confirmation, and nobody can be asked: %s", question).
			Next("Add --yes")
	}
	fmt.Fprintf(p.Out, "%s Type yes: ", question)
	line, err := wait(ctx, func() (string, error) { return bufio.NewReader(p.In).ReadString('\n') })
	if ctx.Err() != nil {
		fmt.Fprintln(p.Out)
		return interrupted(ctx)
	}
	if err != nil || strings.TrimSpace(line) != "yes" {
		return problem.New(problem.Interrupted, "nothing was done")
	}
	return nil
}

// wait reads until an answer comes or the context ends. A read from a terminal cannot be called off: it is left behind.
func wait(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	came := make(chan answer, 1)
	go func() {
		text, err := read()
		came <- answer{text, err}
	}()
	select {
	case a := <-came:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func interrupted(ctx context.Context) error {
	return problem.Wrap(problem.Interrupted, ctx.Err(), "interrupted; nothing was done").
		Next("Run the same command again.")
}

func unreadable(err error) error {
	return problem.Wrap(problem.CredentialsMissing, err, "the answer could not be read: %v", err).
		Next("Set WAYBILL_KEY and WAYBILL_SECRET")
}
