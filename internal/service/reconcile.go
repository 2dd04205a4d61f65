package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/reconcile"
)

// FetchList gets a list of orders from an address, over the way out that receivers of changes are reached by. The error
// is a problem.
func (a *Asker) FetchList(
	ctx context.Context, from reconcile.Source, form reconcile.Form,
) ([]reconcile.Entry, error) {
	allowed, err := a.opts.Config.Subscriptions.PrivateNetworks.Networks()
	if err != nil {
		return nil, err
	}
	return reconcile.Fetch(ctx, egress.NewGuard(allowed), from, form)
}
