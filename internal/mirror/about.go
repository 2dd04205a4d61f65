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
	// aboutFresh is how old the knowledge about a store may get when no caller waits.
	aboutFresh = 10 * time.Minute
	// refusedPause is the time without requests for the system status after the store refused it. It is also the time
	// for which statuses are not named after the store refused them.
	refusedPause = time.Hour
)

// whenDue asks the store about itself: once for a caller who waits, and once in ten minutes otherwise. If the key may
// read the system status, it tells the version, where orders are kept and how many there are. Otherwise whenDue asks
// for the statuses of orders.
//
// Failure policy: nothing here is needed to read records, so a refusal or a failure leaves known what was known. Lists
// ask for "any" as long as no statuses are known.
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

// readStatus reads the system status, and returns false when it cannot.
//
// A store that keeps orders in posts hides changes: a program's edit of addresses, lines or meta data moves no date. In
// order tables every edit moves the date (WooCommerce 10.0.2: Abstract_WC_Order_Data_Store_CPT updates the post for few
// properties only, OrdersTableDataStore stamps every update).
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

// learn stores what the store says in known, and returns whether a different value was known before. An empty said
// changes nothing.
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

// take stores the statuses that a store named.
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

// statusRefused says whether the store refused a list because a status in the request is not registered any more, and
// notes the refusal. The next step asks for the statuses anew.
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
