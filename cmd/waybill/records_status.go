package main

import (
	"context"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage"
)

// knownStatuses refuses a status that the store does not register and no record of the mirror has: a list of none would
// read as if nothing had it.
func knownStatuses(ctx context.Context, r *service.Reader, st storage.Store, q storage.Query) error {
	if len(q.Statuses) == 0 {
		return nil
	}
	known := r.Statuses(ctx, st, q.Resource)
	for _, status := range q.Statuses {
		if slices.Contains(known, status) {
			continue
		}
		p := problem.New(problem.Usage, "--status %q is no status of %s in %s, which has %s", status, q.Resource,
			st.Name, strings.Join(known, ", "))
		if meant := spelling.Nearest(status, known); meant != "" {
			return p.Next("Did you mean: %s", meant)
		}
		return p.Next("A status that is new in the shop is known after: waybill sync %s --once", st.Name)
	}
	return nil
}
