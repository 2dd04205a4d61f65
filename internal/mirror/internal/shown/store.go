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

// Store reads one store: each kind of record from the lists and addresses where the store shows it.
type Store struct {
	Asker   *ask.Asker
	StoreID int64
	// Mirrored is what the mirror holds.
	Mirrored Held
	// PerPage is the page size to begin with. InFlight is the largest number of requests at the same time.
	PerPage, InFlight int
	Log               *slog.Logger
	Clock             func() time.Time
	// LeaveDrafts says that checkout drafts are left out.
	LeaveDrafts bool
	// RefundsByOrder says that the store has no list of all refunds, so that they are read order by order.
	RefundsByOrder bool
	// About is what the store told about itself.
	About state.About
	// Unread returns, for a resource, the function that is called for each record on which the store fails; nil means
	// that there is none.
	Unread func(storage.Resource) func(int64, error)
	// Sizes are the page sizes that were found to work, by resource.
	Sizes map[storage.Resource]*pagesize.Size
}

// Held looks up one record of the mirror.
type Held interface {
	Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
}

// Now returns the time by our clock, in UTC.
func (s *Store) Now() time.Time { return s.Clock().UTC() }

// WorthAsking is the largest number of ids or products that are asked for one by one to find what no list shows.
const WorthAsking = 2000

// Sampled is how many records a sample has.
const Sampled = 6

// Size returns the page size that works for a resource.
func (s *Store) Size(r storage.Resource) *pagesize.Size {
	if s.Sizes[r] == nil {
		s.Sizes[r] = pagesize.New(s.PerPage, 0)
	}
	return s.Sizes[r]
}

// Chain prepares the reading of a collection through a filter, from a place on. total is the number of records
// expected; below 0 when unknown.
func (s *Store) Chain(c *roster.Collection, filter []string, at pages.Place, total int) *pages.Chain {
	return &pages.Chain{
		Asker: s.Asker, InFlight: s.InFlight, Log: s.Log,
		Path: c.Path(), Resource: c.Resource, Filter: s.Query(c, filter...), Place: at, Total: total,
		Size: s.Size(c.Resource), Unreadable: s.unreadable(c.Resource),
	}
}

// unreadable returns the function that is called for each record of a resource on which the store fails.
func (s *Store) unreadable(r storage.Resource) func(int64, error) {
	if s.Unread == nil {
		return func(int64, error) {}
	}
	return s.Unread(r)
}

// Named returns the statuses that lists of orders name; none when lists ask for "any".
func (s *Store) Named() []string {
	if s.Now().Before(s.About.Unnameable) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.About.Statuses), s.LeftOut)
}

// LeftOut says that orders of a status are not mirrored. These are auto-drafts, which are order pages that were opened
// and never saved and which no list of 10.4 or later shows. With LeaveDrafts they are also checkout drafts.
func (s *Store) LeftOut(status string) bool {
	return status == woo.StatusAutoDraft || status == woo.StatusCheckoutDraft && s.LeaveDrafts
}

// Query returns the query for the list of a collection. For orders "any" is replaced by the names of all statuses, if
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

// Span returns the parameters that select creation dates in [from, to). WooCommerce excludes both bounds, compares
// local time unless told otherwise, and drops the offset of a value (docs/woocommerce/lists.md#date-filter-local-time).
// The values are therefore plain UTC.
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
