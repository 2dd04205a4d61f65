package mirror

import (
	"context"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/woo"
)

const (
	// aboutFresh is how old the knowledge about a store may be where nobody waits.
	aboutFresh = 10 * time.Minute
	// refusedPause is how long the system status is not asked for after it was refused, and how long statuses are not
	// named after the store refused them.
	refusedPause = time.Hour
)

// whenDue asks the store about itself: one request for somebody who waits, and one in ten minutes otherwise. Where the
// key may read the system status, that tells the version, where orders are kept and how many there are; else the
// statuses of orders are asked for.
//
// Failure policy: nothing here is needed to read records, so a refusal or a failure leaves known what was known.
// Without any statuses lists ask for "any".
func (s inquiring) whenDue(ctx context.Context) error {
	if err := state.Load(ctx, s.repo, s.StoreID, state.AboutName, &s.About); err != nil {
		return err
	}
	a := &s.About
	if since := s.Now().Sub(a.At); !s.asked(a.At) && since < aboutFresh ||
		s.budget.Now && s.budget.Since.IsZero() && since < aboutFresh {
		return nil
	}
	told := false
	if s.Now().After(a.Refused) {
		var err error
		if told, err = s.readStatus(ctx, s.states[roster.Orders]); err != nil {
			return err
		}
	}
	a.At = s.Now()
	if len(a.Statuses) == 0 || !told && s.asked(a.StatusesAt) {
		if err := s.readStatuses(ctx); err != nil {
			return err
		}
	}
	return s.keepAbout()
}

// readStatus reads the system status, and says whether it could.
//
// In posts a program's edit of addresses, lines or meta data moves no date; in tables of their own each does
// (WooCommerce 10.0.2: Abstract_WC_Order_Data_Store_CPT updates the post for few properties only, OrdersTableDataStore
// stamps every update). So a store that keeps orders in posts hides changes.
func (s inquiring) readStatus(ctx context.Context, st *state.Collection) (bool, error) {
	status, err := s.SystemStatus(ctx)
	if ends := ask.Ended(ctx, err); ends != nil {
		return false, ends
	}
	if failure, ok := woo.AsError(err); ok && failure.Kind == woo.KindAPI && failure.EffectiveStatus() < 500 {
		s.About.Refused = s.Now().Add(refusedPause)
	}
	if err != nil {
		return false, nil //nolint:nilerr // see whenDue
	}
	a := &s.About
	a.Counted, a.Variations = status.Orders(), status.Variations()
	a.Posts = status.Settings.HPOS != nil && !*status.Settings.HPOS
	if a.Posts && !st.Silent {
		st.Silent = true
		if err := s.of(roster.Orders).save(); err != nil {
			return false, err
		}
	}
	moved := learn(&a.Version, status.Environment.Version)
	moved = learn(&a.Database, status.Database.Version) || moved
	moved = learn(&a.Decimals, string(status.Settings.Decimals)) || moved
	if moved {
		s.opts.Log.Info(
			"the store's version or decimals changed; comparing every field of every record",
			"store", s.StoreID, "woocommerce", a.Version, "database", a.Database,
		)
		if err := s.newLook(ctx); err != nil {
			return false, err
		}
	}
	return true, nil
}

// learn takes what the store says, and says whether it said something else before. What it does not say stays as it
// was.
func learn(known *string, said string) (moved bool) {
	if said == "" {
		return false
	}
	moved = *known != "" && *known != said
	*known = said
	return moved
}

// readStatuses asks for the statuses of orders.
func (s inquiring) readStatuses(ctx context.Context) error {
	statuses, err := woo.OrderStatuses(ctx, ask.Glancing{Asker: s.Asker})
	if ends := ask.Ended(ctx, err); ends != nil {
		return ends
	}
	if err != nil {
		s.opts.Log.Warn("the statuses of orders cannot be read; lists ask for any", "store", s.StoreID, "error", err)
		return nil
	}
	return s.take(ctx, statuses)
}

// take takes the statuses a store named.
func (s inquiring) take(ctx context.Context, statuses []string) error {
	a := &s.About
	a.StatusesAt = s.Now()
	if slices.Equal(a.Statuses, statuses) {
		return nil
	}
	a.Statuses, a.Unlistable = statuses, nil
	if err := s.rehide(ctx); err != nil {
		return err
	}
	return s.keepAbout()
}

// statusRefused says whether the store refused a list because a status that was named is registered no more, and notes
// it. The next step asks for them anew.
//
// Failure policy: statuses that are refused although the store has just named them are not named for an hour; lists
// then ask for any, which on some versions leaves orders out.
func (s inquiring) statusRefused(ctx context.Context, err error) bool {
	if !ask.BadParameter(err, "status") || len(s.Named()) == 0 {
		return false
	}
	before := slices.Clone(s.About.Statuses)
	if s.readStatuses(ctx) != nil || slices.Equal(before, s.About.Statuses) {
		s.About.Unnameable = s.Now().Add(refusedPause)
	}
	return s.keepAbout() == nil
}
