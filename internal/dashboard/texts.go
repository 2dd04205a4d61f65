package dashboard

import "github.com/waybillhq/waybill/internal/problem"

// What people are told of failures, every sentence of it.

func noSuchShop(name string) error {
	return problem.New(problem.StoreNotFound, "there is no shop called %q", name).
		Next("The overview lists the shops")
}
