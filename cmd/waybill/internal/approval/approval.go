package approval

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
	"github.com/waybillhq/waybill/internal/wire"
)

// lookEvery is how often the database is asked how the connection stands.
const lookEvery = time.Second

// Run begins a connection and follows it until it is over. An interruption leaves it as it is: the link stays good.
func Run(ctx context.Context, a *program.App, s *service.Service, w onboarding.Wanted) error {
	c, err := s.Onboarding.Begin(ctx, w)
	if err != nil {
		return err
	}
	if err := s.Did(ctx, a.Caller(), "begin-connection", c.ID); err != nil {
		return err
	}
	a.Note("Send the owner of the shop there, who logs in and approves (good until %s):\n\n  %s\n",
		terminal.Moment(c.ExpiresAt.Local()), a.Err().Accent(s.Onboarding.Link(c)))
	a.Note("Waiting; the key comes to waybill serve. Ctrl-C ends the waiting only.")
	said := ""
	for c.State == storage.ConnectionWaiting || c.State == storage.ConnectionArrived {
		if says := wire.ConnectionOf(c, "", "", "").Says; says != said && said != "" {
			a.Note("%s", says)
			if c.Next != "" {
				a.Note("  %s %s", a.Err().Faint("->"), c.Next)
			}
		}
		said = wire.ConnectionOf(c, "", "", "").Says
		if err := wait.For(ctx, lookEvery); err != nil {
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		}
		if c, err = s.Onboarding.Connection(ctx, 0, c.ID); err != nil {
			return err
		}
	}
	return tell(ctx, a, s, c)
}

// tell prints what came of it.
func tell(ctx context.Context, a *program.App, s *service.Service, c storage.Connection) error {
	if c.State == storage.ConnectionFailed {
		return problem.New(problem.ConnectionFailed, "%s", c.Why).Next("%s", c.Next).Detail("reason", c.Reason)
	}
	name := ""
	all, err := s.Stores(ctx)
	for _, st := range all {
		if st.ID == c.StoreID {
			name = st.Name
		}
	}
	if err != nil {
		return err
	}
	if a.JSON() {
		return a.PrintJSON(wire.ConnectionOf(c, "", name, ""))
	}
	a.Say("%s Connected %s", a.Out().Good("✓"), a.Out().Strong(name))
	for _, note := range c.Notes {
		a.Say("  %s %s", a.Out().Warn("note"), terminal.OneLine(note))
	}
	return nil
}
