package prompt

import (
	"bufio"
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

// Secret asks the person at the keyboard for a secret, without echo. It fails when nobody can be asked.
func (p Prompt) Secret(question string) (string, error) {
	file, ok := p.keyboard()
	if !ok {
		return "", problem.New(problem.CredentialsMissing,
			"no key and secret were given, and there is no terminal to ask on").
			Next("Set WAYBILL_KEY and WAYBILL_SECRET")
	}
	fmt.Fprintf(p.Out, "%s: ", question)
	answer, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(p.Out)
	if err != nil {
		return "", problem.Wrap(problem.CredentialsMissing, err, "the answer could not be read: %v", err).
			Next("Set WAYBILL_KEY and WAYBILL_SECRET")
	}
	return strings.TrimSpace(string(answer)), nil
}

// Confirm asks a question that only "yes" answers; yes answers it beforehand.
func (p Prompt) Confirm(question string, yes bool) error {
	if yes {
		return nil
	}
	if _, ok := p.keyboard(); !ok {
		return problem.New(problem.Usage, "this needs a confirmation, and nobody can be asked").Next("Add --yes")
	}
	fmt.Fprintf(p.Out, "%s Type yes: ", question)
	line, err := bufio.NewReader(p.In).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "yes" {
		return problem.New(problem.Interrupted, "nothing was done")
	}
	return nil
}
