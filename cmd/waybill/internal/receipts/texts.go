package receipts

import "github.com/waybillhq/waybill/internal/problem"

// What people are told of the flags of these commands, every sentence of it.

func oneReference() error {
	return problem.New(problem.Usage, "--reference is of one order").Next("Name one ORDER with it")
}
