package people

import (
	"math"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

// What people are told about signing in and about users, every sentence of it.

func wrongPassword() error {
	return problem.New(problem.SignInRefused, "the e-mail address or the password is wrong").
		Next("Try again. An administrator makes a link for a new password: waybill users reset")
}

func wrongOldPassword() error {
	return problem.New(problem.SignInRefused, "the present password is another one").
		Next("Give the password that you sign in with now")
}

func wrongCode() error {
	return problem.New(problem.SignInRefused, "the code is wrong, or was used already").
		Next("Give the code that the device shows now, and look whether its clock is right")
}

func wrongPasskey(err error) error {
	return problem.Wrap(problem.SignInRefused, err, "the passkey was not accepted").
		Next("Try again, or sign in with the password")
}

func noPasskeysHere() error {
	return problem.New(problem.InputInvalid, "browsers make no passkeys for an address that is a number").
		Next("Open the page under its name, such as https://waybill.example.com or http://localhost:9713")
}

func waitFirst(wait time.Duration) error {
	seconds := max(int(math.Ceil(wait.Seconds())), 1)
	return problem.New(problem.TooManyRequests, "too many sign-ins failed").
		Next("Try again in %d s", seconds).Detail("seconds", strconv.Itoa(seconds))
}

func linkInvalid() error {
	return problem.New(problem.LinkInvalid,
		"this link is not good any more: it was used, its time is up, or a newer one "+
			"was made").Next("Sign in, or ask whoever gave it to you for a new one")
}

func userNotFound(email string) error {
	return problem.New(problem.UserNotFound, "there is no user %s", email).
		Next("See which there are: waybill users list")
}

func userGone(err error) error {
	return problem.Wrap(problem.UserNotFound, err, "the user is not there any more").
		Next("See which there are: waybill users list")
}

func userExists(email string) error {
	return problem.New(problem.UserExists, "there is a user %s already", email).
		Next("A new link for the same user is made by: waybill users reset %s", email)
}

func lastAdministrator(email string) error {
	return problem.New(problem.InputInvalid, "%s is the last administrator", email).
		Next("Make another one first: waybill users invite ADDRESS --role administrator")
}

func noEmail() error {
	return problem.New(problem.InputInvalid, "this is no e-mail address").
		Next("Users are named by one, such as sam@example.com; nothing is sent there")
}

func noName() error {
	return problem.New(problem.InputInvalid, "a name has at most %d characters, on one line", longestName).
		Next("Shorten it")
}

func passwordLength() error {
	return problem.New(problem.InputInvalid, "a password has at least %d characters", shortestPassword).
		Next("Several words are easier to keep in mind than signs")
}

func passwordEasy() error {
	return problem.New(problem.InputInvalid, "this password is guessed first").
		Next("Choose another one; several words are easier to keep in mind than signs")
}

func secondNeeded() error {
	return problem.New(problem.InputInvalid, "administrators need a code or a passkey behind their password").
		Next("Set up another one first")
}

func noProvider() error {
	return problem.New(problem.RouteNotFound, "no provider signs people in here").Next("Sign in with the password")
}

func providerFailed(err error) error {
	return problem.Wrap(problem.SignInRefused, err, "the provider that signs people in did not: %s",
		problem.Reason(err)).
		Next("Try again; an administrator finds more in the log of the process")
}

func providerUnknown() error {
	return problem.New(problem.SignInRefused,
		"the provider knows you, and there is no user of your e-mail address here").
		Next("Ask an administrator to invite you")
}

func providerUnverified() error {
	return problem.New(problem.SignInRefused, "the provider has not verified your e-mail address").
		Next("Have it verified there, or sign in with the password")
}
