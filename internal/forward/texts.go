package forward

import "github.com/waybillhq/waybill/internal/problem"

// What people are told when changes cannot be handed on, every sentence of it.

func noConsumerName(name string) error {
	return problem.New(problem.Usage, "--as %q is no name of a consumer", name).
		Next("Names hold a-z, 0-9, dot, hyphen and underscore, such as erp")
}

func consumerInUse(err error, name string) *problem.Problem {
	return problem.Wrap(problem.DataInUse, err, "another process delivers changes as %q", name).
		Next("Stop it, or choose another name with --as")
}

func receiverEnds(err error, seq int64) error {
	return problem.Wrap(problem.DeliveryRefused, err, "the receiver wants no changes any more: %v", err).
		Next("Change %d and all after it are not delivered", seq)
}

func notTaken(err error, seq int64, tries int) error {
	return problem.Wrap(problem.DeliveryRefused, err, "change %d was not taken in %d tries: %v", seq, tries, err).
		Next("It and all after it are delivered when you run this again")
}

func noWebAddress() error {
	return problem.New(problem.Usage, "--forward-to is no web address; it looks like http://localhost:8080/hook")
}

func unusable(path string, err error) error {
	return problem.Wrap(problem.DataUnusable, err, "the position of a consumer cannot be kept in %s: %v", path, err).
		Next("Check that the directory belongs to you and that the disk is not full")
}
