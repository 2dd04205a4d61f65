package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/wire"
)

type traceInput struct {
	Order string `query:"order" required:"true" doc:"Number, id, the e-mail address of who is billed, or what a receiver calls the order." minLength:"1" maxLength:"200" example:"4711"`
	Store string `query:"store" doc:"Only look at this store." maxLength:"63"`
}

type traceAnswer struct{ Body wire.Traced }

func (a *API) traceRoutes() {
	register(a, operation{id: "trace-order", method: http.MethodGet, path: "/v1/trace", tag: "Orders",
		summary: "Say where an order is: from the shop to everybody who is told of it", need: access.RecordsRead,
		within: asking, about: "`verdict` names the first link that is broken, or that waits, who acts and until " +
			"when, and what to do. A shop itself is asked only when it is the one that is looked at, and only for an " +
			"id that its mirror does not hold. Nothing is listed when no mirror holds the order and all of them are " +
			"current."}, a.traceOrder)
}

func (a *API) traceOrder(ctx context.Context, in *traceInput) (*traceAnswer, error) {
	q := trace.Question{Word: in.Order, GroupID: callerOf(ctx).GroupID}
	all, err := a.visible(ctx)
	if err != nil {
		return nil, err
	}
	q.Stores = all
	if in.Store != "" {
		st, err := a.store(ctx, in.Store)
		if err != nil {
			return nil, err
		}
		q.Stores = []storage.Store{st}
		q.Others = slices.DeleteFunc(all, func(other storage.Store) bool { return other.ID == st.ID })
	}
	answer, err := a.Orders.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	return &traceAnswer{wire.TracedOf(answer, requestForTrace)}, nil
}
