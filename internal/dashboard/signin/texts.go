package signin

import "github.com/waybillhq/waybill/internal/problem"

// What people are told on these pages of failures, every sentence of it.

func notSignedIn() error {
	return problem.New(problem.TokenMissing, "nobody is signed in, so nothing was done").
		Next("Sign in, and do it again")
}

func notKept() *problem.Problem {
	return problem.New(problem.SignInRefused, "the password was right, and your browser did not keep the session: it "+
		"keeps none that came over a network without TLS").
		Next("Put a reverse proxy with TLS before Waybill, and open the page under https://. On the machine of " +
			"Waybill itself, http://localhost works too")
}

func passwordsDiffer() error {
	return problem.New(problem.InputInvalid, "the two passwords differ").Next("Type the same twice")
}

func noAnswer() error {
	return problem.New(problem.InputInvalid, "what the browser sent of the passkey cannot be read").Next("Try again")
}

func noPasskey() error {
	return problem.New(problem.InputInvalid, "there is no such passkey").Next("Open the page anew")
}
