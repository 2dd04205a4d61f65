package connect

import "github.com/waybillhq/waybill/internal/problem"

// What people are told on these pages of failures, every sentence of it.

func connectedAlready() error {
	return problem.New(problem.StoreExists, "this shop, or this name, is taken already").
		Next("Choose another name; where it is the shop, ask whoever runs this Waybill")
}
