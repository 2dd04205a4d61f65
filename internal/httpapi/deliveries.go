package httpapi

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// NamedDelivery holds the delivery that a path names.
type NamedDelivery struct {
	Delivery string `path:"delivery" doc:"Id of the delivery, as in the header webhook-id." maxLength:"100"`
}

type deliveriesInput struct {
	NamedSubscription
	State  string `query:"state" enum:"pending,delivered,failed" doc:"Only those that stand so."`
	Before int64  `query:"before" minimum:"0" doc:"Only those of changes with a smaller number: the member next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type deliveriesAnswer struct {
	Body struct {
		Deliveries []wire.Delivery `json:"deliveries" doc:"The newest first."`
		Next       int64           `json:"next,omitempty" doc:"Where the next page begins; absent on the last one."`
	}
}

type deliveryAnswer struct{ Body wire.Delivery }

func (a *API) deliveryRoutes() {
	const tag = subscriptionTag
	register(a, operation{id: "list-deliveries", method: http.MethodGet,
		path: "/v1/subscriptions/{subscription}/deliveries", tag: tag,
		summary: "List the events of a subscription and what became of them", need: access.ChangesRead},
		a.listDeliveries)
	register(a, operation{id: "get-delivery", method: http.MethodGet, path: "/v1/deliveries/{delivery}", tag: tag,
		summary: "Show an event of a subscription by its id", need: access.ChangesRead}, a.getDelivery)
	register(a, operation{id: "redeliver-one", method: http.MethodPost, path: "/v1/deliveries/{delivery}/redeliver",
		tag: tag, summary: "Send an event again, with its id and the record as it is now",
		need: access.SubscriptionsWrite}, a.redeliverOne)
}

func (a *API) listDeliveries(ctx context.Context, in *deliveriesInput) (*deliveriesAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err != nil {
		return nil, err
	}
	events, err := a.Subscriptions.Deliveries(ctx, storage.EventQuery{SubscriptionID: s.ID,
		State: storage.EventState(in.State), Before: in.Before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	var out deliveriesAnswer
	out.Body.Deliveries = []wire.Delivery{}
	for _, e := range events {
		out.Body.Deliveries = append(out.Body.Deliveries, wire.DeliveryOf(s, e))
	}
	if len(events) == in.Limit {
		out.Body.Next = events[len(events)-1].Seq
	}
	return &out, nil
}

func (a *API) getDelivery(ctx context.Context, in *NamedDelivery) (*deliveryAnswer, error) {
	s, e, err := a.Subscriptions.Delivery(ctx, callerOf(ctx).GroupID, in.Delivery)
	if err != nil {
		return nil, err
	}
	return &deliveryAnswer{wire.DeliveryOf(s, e)}, nil
}

func (a *API) redeliverOne(ctx context.Context, in *NamedDelivery) (*deliveryAnswer, error) {
	s, e, err := a.Subscriptions.Delivery(ctx, callerOf(ctx).GroupID, in.Delivery)
	if err != nil {
		return nil, err
	}
	if err := a.Subscriptions.Redeliver(ctx, s, e); err != nil {
		return nil, err
	}
	return a.getDelivery(ctx, in)
}
