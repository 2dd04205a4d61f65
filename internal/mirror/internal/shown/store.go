package shown

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Store is one store as it is read: each kind of record from the lists and addresses where the store shows it.
type Store struct {
	Asker   *ask.Asker
	StoreID int64
	// Mirrored is what the mirror holds.
	Mirrored Held
	// PerPage is the page size to begin with, inFlight how many requests are open at most.
	PerPage, InFlight int
	Log               *slog.Logger
	Clock             func() time.Time
	// LeaveDrafts says that the drafts of checkouts are left out.
	LeaveDrafts bool
	// RefundsByOrder says that the store has no list of all refunds, so that they are read order by order.
	RefundsByOrder bool
	// About is what the store told of itself.
	About state.About
	// Unread makes, for a resource, the function that is told of records on which the store fails; nil: nobody is told.
	Unread func(storage.Resource) func(int64, error)
	// Sizes are the page sizes found to work.
	Sizes map[storage.Resource]*pagesize.Size
}

// Held looks up one record of the mirror.
type Held interface {
	Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
}

// Now is our clock.
func (s *Store) Now() time.Time { return s.Clock().UTC() }

// WorthAsking is how many ids or products, at most, are asked for one by one to find what no list shows.
const WorthAsking = 2000

// Sampled is how many records make a sample.
const Sampled = 6

// Size is the page size that works for a resource.
func (s *Store) Size(r storage.Resource) *pagesize.Size {
	if s.Sizes[r] == nil {
		s.Sizes[r] = pagesize.New(s.PerPage, 0)
	}
	return s.Sizes[r]
}

// Chain prepares the reading of a collection through a filter.
func (s *Store) Chain(c *roster.Collection, filter []string, at pages.Place, total int) *pages.Chain {
	return &pages.Chain{
		Asker: s.Asker, InFlight: s.InFlight, Log: s.Log,
		Path: c.Path(), Resource: c.Resource, Filter: s.Query(c, filter...), Place: at, Total: total,
		Size: s.Size(c.Resource), Unreadable: s.unreadable(c.Resource),
	}
}

// unreadable gives the function that is told of records of a resource on which the store fails.
func (s *Store) unreadable(r storage.Resource) func(int64, error) {
	if s.Unread == nil {
		return func(int64, error) {}
	}
	return s.Unread(r)
}

// Named are the statuses that lists of orders name; none where they ask for any.
func (s *Store) Named() []string {
	if s.Now().Before(s.About.Unnameable) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.About.Statuses), s.LeftOut)
}

// LeftOut says that orders of a status are not mirrored: auto-drafts, which are order pages opened and never saved and
// which no list of 10.4 or later shows, and, where that is wished, the drafts of checkouts.
func (s *Store) LeftOut(status string) bool {
	return status == woo.StatusAutoDraft || status == woo.StatusCheckoutDraft && s.LeaveDrafts
}

// Query is a question to the list of a collection. For orders "any" is replaced by the names of all statuses, where
// they are known (woo.OrderStatuses).
func (s *Store) Query(c *roster.Collection, pairs ...string) url.Values {
	q := ask.Query(c.Route.Everything(), pairs...)
	if c != roster.Orders || q.Get("status") != woo.StatusAny {
		return q
	}
	if names := s.Named(); len(names) > 0 {
		q.Set("status", strings.Join(names, ","))
	}
	return q
}

// IsHidden says whether lists do not show orders of a status.
func (s *Store) IsHidden(status string) bool {
	names := s.About.Statuses
	return len(names) > 0 && status != storage.StatusTrash &&
		(!slices.Contains(names, status) || slices.Contains(s.About.Unlistable, status))
}

// Span selects creation dates in [from, to). WooCommerce leaves both bounds out, compares local time unless told
// otherwise, and drops the offset of a value (docs/woocommerce/lists.md#date-filter-local-time), so values are plain
// UTC.
func Span(from, to time.Time) []string {
	var pairs []string
	if !from.IsZero() {
		pairs = append(pairs, "after", from.Add(-time.Second).Format(storage.WooTime))
	}
	if !to.IsZero() {
		pairs = append(pairs, "before", to.Format(storage.WooTime))
	}
	if len(pairs) > 0 {
		pairs = append(pairs, "dates_are_gmt", "true")
	}
	return pairs
}
