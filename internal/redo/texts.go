package redo

import "github.com/waybillhq/waybill/internal/problem"

// What people and programs are told of what cannot be done again.

func storeGone(name string) error {
	return problem.New(problem.StoreNotFound, "there is no store %q any more", name).
		Next("See which there are: waybill stores, GET /v1/stores")
}
