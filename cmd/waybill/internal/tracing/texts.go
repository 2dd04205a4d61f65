package tracing

import "github.com/waybillhq/waybill/internal/problem"

// What people are told of the flags of this command, every sentence of it.

func oneOrder() error {
	return problem.New(problem.InputInvalid, "a link shows one order, which the mirror holds").
		Next("Name the order by its number or id, and its shop with --store")
}
