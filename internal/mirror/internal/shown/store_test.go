package shown_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestListsOfOrdersNameTheStatusesThatAreMirrored(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	named := state.About{Statuses: []string{"pending", "parked", "checkout-draft", "auto-draft"}}
	refused := named
	refused.Unnameable = now.Add(time.Minute)
	for name, tt := range map[string]struct {
		about       state.About
		leaveDrafts bool
		want        string
	}{
		"all but auto-drafts":            {about: named, want: "pending,parked,checkout-draft"},
		"checkout drafts left out":       {about: named, leaveDrafts: true, want: "pending,parked"},
		"none known":                     {want: "any"},
		"refused although just named":    {about: refused, want: "any"},
		"refused some time ago":          {about: state.About{Statuses: []string{"on-hold"}, Unnameable: now}, want: "on-hold"},
		"of whatever status: other list": {about: named, want: "any"},
	} {
		store := &shown.Store{Clock: func() time.Time { return now }, About: tt.about, LeaveDrafts: tt.leaveDrafts}
		c := roster.Orders
		if name == "of whatever status: other list" {
			c = roster.Products
		}
		if got := store.Query(c).Get("status"); got != tt.want {
			t.Errorf("%s: the list is asked for %q, want %q", name, got, tt.want)
		}
	}
	if got := (&shown.Store{Clock: time.Now, About: named}).Query(roster.Orders, "status", "trash").Get("status"); got != "trash" {
		t.Errorf("a question for the trash asks for %q", got)
	}
}

func TestOrdersOfAStatusThatListsDoNotFindAreHidden(t *testing.T) {
	t.Parallel()
	store := &shown.Store{About: state.About{Statuses: []string{"pending", "named"}, Unlistable: []string{"named"}}}
	for status, want := range map[string]bool{
		"pending": false, "named": true, "shipped": true, storage.StatusTrash: false,
	} {
		if got := store.IsHidden(status); got != want {
			t.Errorf("orders in %s are hidden: %v", status, got)
		}
	}
	if (&shown.Store{}).IsHidden("shipped") {
		t.Error("orders are hidden although no statuses are known")
	}
}

// WooCommerce leaves both bounds out.
func TestASpanHoldsItsFirstSecondAndNotItsLast(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	got := shown.Span(from, from.Add(time.Hour))
	want := []string{"after", "2026-10-31T23:59:59", "before", "2026-11-01T01:00:00", "dates_are_gmt", "true"}
	if len(got) != len(want) {
		t.Fatalf("the span is %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("the span is %v, want %v", got, want)
		}
	}
	if open := shown.Span(time.Time{}, time.Time{}); len(open) > 0 {
		t.Errorf("a span without bounds is %v", open)
	}
}
