package subscriptions

import "github.com/waybillhq/waybill/internal/problem"

// What people are told of the flags of these commands, every sentence of it.

func nothingToRedeliver() error {
	return problem.New(problem.Usage, "nothing says what to send again").
		Next("Give --failed-since, --since, or --after and --to")
}

func noState(state string) error {
	return problem.New(problem.Usage, "--state is %q; it can be pending, delivered or failed", state)
}

func noStart(from string) error {
	return problem.New(problem.Usage, "--from is %q; it can be now or beginning", from)
}

func headerHasNoColon() error {
	return problem.New(problem.Usage, "a --header has no colon").Next("Write it as 'Name: value'")
}

func notReadable(err error, path string) error {
	return problem.Wrap(problem.Usage, err, "%s cannot be read: %s", path, problem.Reason(err))
}

func nothingToChange() error {
	return problem.New(problem.Usage, "nothing says what to change").Next("See waybill subscriptions update --help")
}

func nothingToClear(part string) error {
	return problem.New(problem.Usage, "--clear %q is no part that can be taken away", part).
		Next("See waybill subscriptions update --help")
}

func clearedAndGiven(part string) error {
	return problem.New(problem.Usage, "--clear %s and a new value for it do not go together", part).
		Next("Leave one of the two out")
}
