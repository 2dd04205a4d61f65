package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type consumersAnswer struct {
	Body struct {
		Consumers []wire.Consumer `json:"consumers"`
	}
}

type consumerAnswer struct{ Body wire.Consumer }

// NamedConsumer holds the consumer that a path names.
type NamedConsumer struct {
	Consumer string `path:"consumer" doc:"Name of the consumer." maxLength:"63"`
}

type createConsumerInput struct {
	Body struct {
		Name      string   `json:"name" minLength:"1" maxLength:"63" doc:"Letters, digits, dots, dashes and underscores."`
		Store     string   `json:"store,omitempty" maxLength:"63" doc:"Only changes of this store."`
		Resources []string `json:"resources,omitempty" maxItems:"30" doc:"Only those of these kinds of records."`
		From      string   `json:"from,omitempty" enum:"beginning,now" default:"beginning" doc:"Where it begins."`
		Seconds   int64    `json:"forget_after_seconds,omitempty" minimum:"0" maximum:"315360000" doc:"It is forgotten when it was silent for so long; never when absent."`
	}
}

type consumerChangesInput struct {
	NamedConsumer
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Wait  int `query:"wait" doc:"Seconds to wait for a change where there is none yet." minimum:"0" maximum:"60"`
}

type positionInput struct {
	NamedConsumer
	Body struct {
		Seq int64 `json:"seq" minimum:"0" doc:"Number of a change, such as the member last of a page."`
	}
}

func (a *API) consumerRoutes() {
	const tag = "Consumers"
	register(a, operation{id: "list-consumers", method: http.MethodGet, path: "/v1/consumers", tag: tag,
		summary: "List named readers of the log of changes", need: access.ChangesRead}, a.listConsumers)
	register(a, operation{id: "create-consumer", method: http.MethodPost, path: "/v1/consumers", tag: tag,
		summary: "Make a named reader of the log of changes", need: access.ConsumersWrite,
		status: http.StatusCreated, errors: []int{409},
		about: "Its position is kept here: it reads with read-consumer, works, and acknowledges. Names are unique " +
			"within a group."}, a.createConsumer)
	register(a, operation{id: "get-consumer", method: http.MethodGet, path: "/v1/consumers/{consumer}", tag: tag,
		summary: "Show a consumer: its position, and how far behind it is", need: access.ChangesRead}, a.getConsumer)
	register(a, operation{id: "remove-consumer", method: http.MethodDelete, path: "/v1/consumers/{consumer}", tag: tag,
		summary: "Forget a consumer and its position", need: access.ConsumersWrite, status: http.StatusNoContent},
		a.removeConsumer)
	register(a, operation{id: "read-consumer", method: http.MethodGet, path: "/v1/consumers/{consumer}/changes",
		tag: tag, summary: "Read the changes behind a consumer's position", need: access.ChangesRead,
		within: longestWait + quick,
		about: "Reading moves nothing: what is not acknowledged comes again. Acknowledge `last` when the page is " +
			"worked off, also of a page without changes. With `wait` the answer comes as soon as there is a change."},
		a.readConsumer)
	register(a, operation{id: "acknowledge", method: http.MethodPost, path: "/v1/consumers/{consumer}/ack", tag: tag,
		summary: "Acknowledge every change up to a number", need: access.ChangesRead, quiet: true,
		about: "The position moves forward only, so that a late or repeated acknowledgement does no harm. The audit " +
			"log has no entry of it."}, a.acknowledge)
	register(a, operation{id: "move-consumer", method: http.MethodPut, path: "/v1/consumers/{consumer}/position",
		tag: tag, summary: "Set a consumer's position, forward or back", need: access.ConsumersWrite}, a.moveConsumer)
}

func (a *API) consumer(ctx context.Context, name string) (storage.Consumer, error) {
	return a.Consumers.Find(ctx, callerOf(ctx).GroupID, name)
}

func (a *API) listConsumers(ctx context.Context, _ *struct{}) (*consumersAnswer, error) {
	all, err := a.Consumers.List(ctx, callerOf(ctx).GroupID)
	if err != nil {
		return nil, err
	}
	var out consumersAnswer
	out.Body.Consumers = []wire.Consumer{}
	for _, c := range all {
		view, err := a.consumerView(ctx, c)
		if err != nil {
			return nil, err
		}
		out.Body.Consumers = append(out.Body.Consumers, view)
	}
	return &out, nil
}

// consumerView returns a consumer with the names of its group and store, and with its lag.
func (a *API) consumerView(ctx context.Context, c storage.Consumer) (wire.Consumer, error) {
	lag, err := a.Consumers.Lag(ctx, c)
	if err != nil {
		return wire.Consumer{}, err
	}
	view := wire.ConsumerOf(c, lag, a.opts.Now())
	names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	if err != nil || c.StoreID == 0 {
		view.Group = names[c.GroupID]
		return view, err
	}
	view.Group = names[c.GroupID]
	seen, err := a.visible(ctx)
	for _, st := range seen {
		if st.ID == c.StoreID {
			view.Store = st.Name
		}
	}
	return view, err
}

func (a *API) consumerAnswer(ctx context.Context, c storage.Consumer, err error) (*consumerAnswer, error) {
	if err != nil {
		return nil, err
	}
	view, err := a.consumerView(ctx, c)
	return &consumerAnswer{view}, err
}

func (a *API) createConsumer(ctx context.Context, in *createConsumerInput) (*consumerAnswer, error) {
	about(ctx, in.Body.Name)
	q, err := a.query(ctx, Selection{Store: in.Body.Store, Resource: in.Body.Resources})
	if err != nil {
		return nil, err
	}
	n := feed.New{Name: in.Body.Name, GroupID: q.GroupID, StoreID: q.StoreID, Resources: q.Resources,
		Idle: time.Duration(in.Body.Seconds) * time.Second}
	if in.Body.From == "now" {
		if n.From, err = a.Log.LastChange(ctx); err != nil {
			return nil, err
		}
	}
	made, err := a.Consumers.Create(ctx, n)
	return a.consumerAnswer(ctx, made, err)
}

func (a *API) getConsumer(ctx context.Context, in *NamedConsumer) (*consumerAnswer, error) {
	c, err := a.consumer(ctx, in.Consumer)
	return a.consumerAnswer(ctx, c, err)
}

func (a *API) removeConsumer(ctx context.Context, in *NamedConsumer) (*struct{}, error) {
	c, err := a.consumer(ctx, in.Consumer)
	if err == nil {
		err = a.Consumers.Remove(ctx, c)
	}
	return nil, err
}

func (a *API) readConsumer(ctx context.Context, in *consumerChangesInput) (*changesAnswer, error) {
	c, err := a.consumer(ctx, in.Consumer)
	if err != nil {
		return nil, err
	}
	a.Consumers.Seen(ctx, c)
	return a.changesWithin(ctx, feed.Query(c, in.Limit), in.Wait)
}

func (a *API) acknowledge(ctx context.Context, in *positionInput) (*consumerAnswer, error) {
	c, err := a.consumer(ctx, in.Consumer)
	if err == nil {
		c, err = a.Consumers.Ack(ctx, c, in.Body.Seq)
	}
	return a.consumerAnswer(ctx, c, inBody(err))
}

func (a *API) moveConsumer(ctx context.Context, in *positionInput) (*consumerAnswer, error) {
	c, err := a.consumer(ctx, in.Consumer)
	if err == nil {
		c, err = a.Consumers.Move(ctx, c, in.Body.Seq)
	}
	return a.consumerAnswer(ctx, c, inBody(err))
}

// inBody renames the detail "seq" of a problem to "body.seq", its place in the request.
func inBody(err error) error {
	var p *problem.Problem
	if errors.As(err, &p) && p.Details["seq"] != "" {
		p.Detail("body.seq", p.Details["seq"])
		delete(p.Details, "seq")
	}
	return err
}
