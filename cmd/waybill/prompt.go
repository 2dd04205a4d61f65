package main

import (
	"bufio"
	"fmt"
	"strings"

	"golang.org/x/term"

	"github.com/waybillhq/waybill/internal/problem"
)

// askSecret asks the person at the keyboard for a secret, without echo. It fails when nobody can be asked.
func (a *app) askSecret(question string) (string, error) {
	file, ok := a.stdinTerminal()
	if !ok {
		return "", problem.New(problem.CredentialsMissing, "no key and secret were given, and there is no terminal to ask on").
			Next("Set WAYBILL_KEY and WAYBILL_SECRET")
	}
	fmt.Fprintf(a.stderr, "%s: ", question)
	answer, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(a.stderr)
	if err != nil {
		return "", problem.Wrap(problem.CredentialsMissing, err, "the answer could not be read: %v", err).
			Next("Set WAYBILL_KEY and WAYBILL_SECRET")
	}
	return strings.TrimSpace(string(answer)), nil
}

// confirm asks a question that only "yes" answers; yes answers it beforehand.
func (a *app) confirm(question string, yes bool) error {
	if yes {
		return nil
	}
	if _, ok := a.stdinTerminal(); !ok {
		return problem.New(problem.Usage, "this needs a confirmation, and nobody can be asked").Next("Add --yes")
	}
	fmt.Fprintf(a.stderr, "%s Type yes: ", question)
	line, err := bufio.NewReader(a.stdin).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "yes" {
		return problem.New(problem.Interrupted, "nothing was done")
	}
	return nil
}
