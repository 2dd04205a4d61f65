package redoing

import (
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people are told of the flags of these commands, every sentence of it.

func noBy(by string) error {
	return problem.New(problem.Usage, "--by is %q; it can be number or id", by).
		Next("Leave it out to have it found out")
}

func toWhom() error {
	return problem.New(problem.Usage, "--redeliver does not say whom to send to").Next("Name it: --subscription NAME")
}

func oneSource() error {
	return problem.New(problem.Usage, "nothing says where the list is").Next("Give --file or --url, and one of them")
}

func notReadable(err error, path string) error {
	return problem.Wrap(problem.InputInvalid, err, "%s cannot be read: %s", path, problem.Reason(err)).
		Next("Check the path. A dash reads standard input: --file -")
}

func noDelimiter(err error) error {
	return problem.Wrap(problem.Usage, err, "--delimiter: %v", err).Next("Give a character, or comma, semicolon, tab")
}

func notFetchable(r storage.Resource) error {
	return problem.New(problem.Usage, "%s cannot be fetched one by one", r).
		Next("Orders, products, customers and coupons can; the rest comes with: waybill sync --once")
}
