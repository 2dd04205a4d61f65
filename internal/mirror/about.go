package mirror

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// about is what a store says of itself, and what that told about its orders. It is kept beside the places of the
// collections.
type about struct {
	// At is when the system status was last asked for, by our clock; Refused until when it is not asked again, because
	// the key may not read it.
	At      time.Time `json:"at,omitzero"`
	Refused time.Time `json:"refused,omitzero"`
	// Look is what decides how the store shows its records: the version of WooCommerce and the decimals of prices.
	Version  string `json:"version,omitempty"`
	Decimals string `json:"decimals,omitempty"`
	// Counted is how many orders and refunds the database holds, in the trash and drafts included; 0 where nobody says.
	Counted int `json:"counted,omitempty"`
	// Variations is how many the database holds, in the trash included; 0 where nobody says.
	Variations int `json:"variations,omitempty"`
	// Posts says that orders are kept in posts.
	Posts bool `json:"posts,omitempty"`
	// Statuses are those that lists of orders are asked for by name; StatusesAt is when they were read, by our clock.
	Statuses   []string  `json:"statuses,omitempty"`
	StatusesAt time.Time `json:"statuses_at,omitzero"`
	// Unlistable are statuses that the store names and does not find orders by: their plugin told WooCommerce of them
	// and did not register them.
	Unlistable []string `json:"unlistable,omitempty"`
	// Unnameable says until when lists ask for any status: the store refused the statuses it had just named.
	Unnameable time.Time `json:"unnameable,omitzero"`
	// NewLook is when the store began to show its records differently; Compare are the collections not compared in
	// every field since.
	NewLook time.Time          `json:"new_look,omitzero"`
	Compare []storage.Resource `json:"compare,omitempty"`
	// Hidden are the orders that no list shows.
	Hidden hidden `json:"hidden,omitzero"`
}

const (
	aboutName = "about"
	// aboutFresh is how old that knowledge may be where nobody waits.
	aboutFresh = 10 * time.Minute
	// refusedPause is how long a key that may not read the system status is not tried again, and statuses that the
	// store refused are not named.
	refusedPause = time.Hour
)

func (s *step) aboutCursor() storage.Cursor { return cursor(aboutName, s.about) }

func (s *step) keepAbout() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.aboutCursor()}})
}

// whenDue asks the store about itself: one request for somebody who waits, and one in ten minutes otherwise. Where the
// key may read the system status, that tells the version, where orders are kept and how many there are; else the
// statuses of orders are asked for.
//
// Failure policy: nothing here is needed to read records, so a refusal or a failure leaves known what was known.
// Without any statuses lists ask for "any".
func (s inquiring) whenDue(ctx context.Context) error {
	if err := load(ctx, s.mirror.repo, s.storeID, aboutName, &s.about); err != nil {
		return err
	}
	a := &s.about
	if since := s.now().Sub(a.At); !s.asked(a.At) && since < aboutFresh ||
		s.budget.Now && s.budget.Since.IsZero() && since < aboutFresh {
		return nil
	}
	told := false
	if s.now().After(a.Refused) {
		var err error
		if told, err = s.readStatus(ctx, s.states[orders]); err != nil {
			return err
		}
	}
	a.At = s.now()
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
func (s inquiring) readStatus(ctx context.Context, st *state) (bool, error) {
	status, err := s.systemStatus(ctx)
	if ends := ask.Ended(ctx, err); ends != nil {
		return false, ends
	}
	if failure, ok := woo.AsError(err); ok && failure.Kind == woo.KindAPI && failure.EffectiveStatus() < 500 {
		s.about.Refused = s.now().Add(refusedPause)
	}
	if err != nil {
		return false, nil //nolint:nilerr // see learn
	}
	a := &s.about
	a.Counted, a.Variations = status.orders(), status.variations()
	a.Posts = status.Settings.HPOS != nil && !*status.Settings.HPOS
	if a.Posts && !st.Silent {
		st.Silent = true
		if err := s.of(orders).save(); err != nil {
			return false, err
		}
	}
	version, decimals := status.Environment.Version, string(status.Settings.Decimals)
	moved := a.Version != "" && version != "" && a.Version != version ||
		a.Decimals != "" && decimals != "" && a.Decimals != decimals
	if version != "" {
		a.Version = version
	}
	if decimals != "" {
		a.Decimals = decimals
	}
	if moved {
		s.opts.Log.Info(
			"the store's version or decimals changed; comparing every field of every record",
			"store", s.storeID, "woocommerce", version,
		)
		if err := s.newLook(ctx); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (s inquiring) systemStatus(ctx context.Context) (status systemStatus, err error) {
	got, err := s.asker.Glance(
		ctx, "system_status", url.Values{"_fields": {"environment.version,settings,post_type_counts"}},
	)
	if err != nil {
		return status, err
	}
	if err := json.Unmarshal(got.Body, &status); err != nil {
		return status, ask.Unusable("system_status", "%v", err)
	}
	return status, nil
}

type systemStatus struct {
	Environment struct {
		Version string `json:"version"`
	} `json:"environment"`
	Settings struct {
		HPOS     *bool           `json:"HPOS_enabled"`
		Decimals json.RawMessage `json:"number_of_decimals"`
	} `json:"settings"`
	Counts []struct {
		Type  string          `json:"type"`
		Count json.RawMessage `json:"count"` // WordPress writes a text
	} `json:"post_type_counts"`
}

// orders is how many orders and refunds the database counts. Those in tables of their own have a row in posts that
// keeps their number.
func (s systemStatus) orders() int {
	return s.rows("shop_order", "shop_order_refund", "shop_order_placehold")
}

// variations is how many variations the database counts.
func (s systemStatus) variations() int { return s.rows("product_variation") }

func (s systemStatus) rows(types ...string) int {
	n := 0
	for _, c := range s.Counts {
		if slices.Contains(types, c.Type) {
			one, _ := strconv.Atoi(strings.Trim(string(c.Count), `"`))
			n += one
		}
	}
	return n
}

// readStatuses asks for the statuses of orders.
func (s inquiring) readStatuses(ctx context.Context) error {
	statuses, err := woo.OrderStatuses(ctx, ask.Glancing{Asker: s.asker})
	if ends := ask.Ended(ctx, err); ends != nil {
		return ends
	}
	if err != nil {
		s.opts.Log.Warn("the statuses of orders cannot be read; lists ask for any", "store", s.storeID, "error", err)
		return nil
	}
	return s.take(ctx, statuses)
}

// take takes the statuses a store named.
func (s inquiring) take(ctx context.Context, statuses []string) error {
	a := &s.about
	a.StatusesAt = s.now()
	if slices.Equal(a.Statuses, statuses) {
		return nil
	}
	a.Statuses, a.Unlistable = statuses, nil
	if err := s.rehide(ctx); err != nil {
		return err
	}
	return s.keepAbout()
}

// statusRefused notes that the store refused a list for the statuses it was asked for, because one of them is
// registered no more, and says whether it did. The next step asks for them anew.
//
// Failure policy: statuses that are refused although the store has just named them are not named for an hour; lists
// then ask for any, which on some versions leaves orders out.
func (s inquiring) statusRefused(ctx context.Context, err error) bool {
	if !ask.BadParameter(err, "status") || len(s.named()) == 0 {
		return false
	}
	before := slices.Clone(s.about.Statuses)
	if s.readStatuses(ctx) != nil || slices.Equal(before, s.about.Statuses) {
		s.about.Unnameable = s.now().Add(refusedPause)
	}
	return s.keepAbout() == nil
}

// named are the statuses that lists of orders name; none where they ask for any.
func (s *step) named() []string {
	if s.now().Before(s.about.Unnameable) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.about.Statuses), s.leftOut)
}

// leftOut says that orders of a status are not mirrored: auto-drafts, which are order pages opened and never saved and
// which no list of 10.4 or later shows, and, where that is wished, the drafts of checkouts.
func (s *step) leftOut(status string) bool {
	return status == woo.StatusAutoDraft || status == woo.StatusCheckoutDraft && s.opts.LeaveCheckoutDrafts
}

// query is a question to the list of a collection. For orders "any" is replaced by the names of all statuses, where
// they are known (woo.OrderStatuses).
func (s *step) query(c *collection, pairs ...string) url.Values {
	q := ask.Query(c.route.Everything(), pairs...)
	if c != orders || q.Get("status") != woo.StatusAny {
		return q
	}
	if names := s.named(); len(names) > 0 {
		q.Set("status", strings.Join(names, ","))
	}
	return q
}
