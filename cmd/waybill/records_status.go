package main

import (
	"context"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// postStatuses are the statuses that WordPress gives to products.
var postStatuses = []string{"draft", "future", "pending", "private", "publish"}

// knownStatuses refuses a status that the store does not register and no record of the mirror has: a list of none would
// read as if nothing had it. A mirror that does not know the store's statuses yet lets every word through.
func knownStatuses(ctx context.Context, r *service.Reader, st storage.Store, q storage.Query) error {
	if len(q.Statuses) == 0 {
		return nil
	}
	known := slices.Clone(postStatuses)
	if q.Resource == storage.Orders {
		known = nil
		for record, err := range r.Records(ctx, storage.Query{StoreID: st.ID, Resource: storage.OrderStatuses}) {
			if err != nil {
				return err
			}
			known = append(known, slugOf(record))
		}
		if len(known) == 0 {
			return nil
		}
	}
	known = append(known, storage.StatusTrash)
	for _, status := range q.Statuses {
		if slices.Contains(known, status) {
			continue
		}
		held, err := r.CountRecords(ctx, storage.Query{StoreID: st.ID, Resource: q.Resource, Statuses: []string{status}})
		if err != nil {
			return err
		}
		if held == 0 {
			return problem.New(problem.Usage, "--status %q is no status of %s in %s, which has %s", status, q.Resource,
				st.Name, strings.Join(known, ", ")).
				Next("A status that is new in the shop is known after: waybill sync %s --once", st.Name)
		}
	}
	return nil
}

func slugOf(record storage.Record) string {
	for member := range jsonvalue.Members(record.Raw) {
		if string(member.Name) == "slug" {
			return jsonvalue.Text(member.Value)
		}
	}
	return ""
}
