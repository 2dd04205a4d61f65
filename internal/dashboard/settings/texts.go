package settings

import "github.com/waybillhq/waybill/internal/problem"

// What people are told on these pages of failures, every sentence of it.

func noDays(text string) error {
	return problem.New(problem.InputInvalid, "%q is no number of days", text).
		Next("Write it as 90, or leave it empty for never")
}

func noNetwork(word string) error {
	return problem.New(problem.InputInvalid, "%q is no network", word).
		Next("Write it as 10.20.0.0/16, 2001:db8::/32 or 192.0.2.7")
}

func passphraseShort() error {
	return problem.New(problem.InputInvalid, "a passphrase has at least %d characters", shortestPassphrase).
		Next("Several words are easier to keep in mind than signs")
}

func passphrasesDiffer() error {
	return problem.New(problem.InputInvalid, "the two passphrases differ").Next("Type the same twice")
}
