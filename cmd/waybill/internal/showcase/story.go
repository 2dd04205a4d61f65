package showcase

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
	"github.com/waybillhq/waybill/sandbox"
)

// fault is what happens to the shop: its host refuses programs by their name, as many do.
const fault = "ua-blocked"

// story lets the fault appear once the shop is copied, and heal once it was explained. The error is the context's.
func (s Show) story(ctx context.Context, running *service.Service, shop *sandbox.Server, st storage.Store) error {
	copied := func(st storage.Store, now follow.Standing) bool { return !now.CurrentAt.IsZero() }
	if err := until(ctx, running, st.Name, copied); err != nil {
		return err
	}
	s.Say("Copied. In %s the shop's host begins to refuse Waybill: watch the dashboard say so", s.Quiet)
	if err := wait.For(ctx, s.Quiet); err != nil {
		return err
	}
	if err := shop.Break(fault); err != nil {
		return err
	}
	explained := func(st storage.Store, _ follow.Standing) bool {
		return st.Facts.Diagnosis != nil && st.Facts.Diagnosis.Cause != ""
	}
	if err := until(ctx, running, st.Name, explained); err != nil {
		return err
	}
	s.Say("The host refuses Waybill, and the dashboard says why and what to paste. It heals in %s", s.Broken)
	if err := wait.For(ctx, s.Broken); err != nil {
		return err
	}
	shop.Mend(fault)
	if err := running.Wake(ctx, st.ID); err != nil {
		return err
	}
	healed := func(st storage.Store, now follow.Standing) bool {
		return now.Problem == nil && st.Facts.Diagnosis == nil
	}
	if err := until(ctx, running, st.Name, healed); err != nil {
		return err
	}
	s.Say("Healed: everything that happened meanwhile was copied. Stop with Ctrl-C")
	return nil
}

// until waits until a shop stands as wanted.
func until(
	ctx context.Context, running *service.Service, name string, wanted func(storage.Store, follow.Standing) bool,
) error {
	for {
		st, err := running.Store(ctx, name)
		if err != nil {
			return err
		}
		standings, err := running.Standings(ctx, []storage.Store{st})
		if err != nil {
			return err
		}
		if wanted(st, standings[0]) {
			return nil
		}
		if err := wait.For(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// lookEvery is how often it is looked how the shop stands.
const lookEvery = 200 * time.Millisecond
