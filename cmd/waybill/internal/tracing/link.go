package tracing

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/wire"
)

// link makes a link to the only order that an answer is about.
func link(
	ctx context.Context, a *program.App, s *service.Service, answer trace.Answer, within time.Duration,
) (wire.TraceLink, error) {
	if len(answer.Chains) != 1 || answer.Chains[0].Order.ID == 0 {
		return wire.TraceLink{}, oneOrder()
	}
	c := answer.Chains[0]
	made, token, err := s.Links.Make(ctx, trace.NewLink{Store: c.Store, OrderID: c.Order.ID, By: a.Caller().Name,
		For: within})
	if err != nil {
		return wire.TraceLink{}, err
	}
	view := wire.TraceLinkOf(made, c.Store.Name, token, s.Config().Serve.PublicURL)
	return view, s.Did(ctx, a.Caller(), "make-trace-link", c.Store.Name)
}

func sayLink(a *program.App, v wire.TraceLink) error {
	if a.JSON() {
		return a.PrintJSON(v)
	}
	where := v.URL
	if where == "" {
		where = v.Path
		a.Note("serve.public_url is not set: put the address of your waybill serve before this.")
	}
	a.Note("%s Shows order %d of %s, without personal data, until %s. It is told this once:", a.Err().Good("✓"),
		v.OrderID, v.Store, v.ExpiresAt.Local().Format(time.DateTime))
	a.Say("%s", where)
	return nil
}
