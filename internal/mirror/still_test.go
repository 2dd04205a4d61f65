package mirror_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// showing lets every order and category of a store have a member of a plugin.
func (l *living) showing(value string) {
	l.Helper()
	l.shop.ClearFaults()
	_, err := l.shop.AddFault(sandbox.Fault{
		Match: sandbox.Match{Path: `/wc/v3/(orders|products/categories)`},
		Rewrite: []sandbox.Rewrite{
			{Find: `"order_key":"[^"]*"`, Put: `$0,"tok":"` + value + `"`},
			{Find: `"menu_order":`, Put: `"tok":"` + value + `","menu_order":`},
		},
	})
	if err != nil {
		l.Fatal(err)
	}
}

// restless is a store whose orders and categories have a member that was learned to differ on every reading.
func restless(t *testing.T) *living {
	t.Helper()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(12))
	for _, name := range []string{"a", "b", "c"} {
		l.send(http.MethodPost, "products/categories", fmt.Sprintf(`{"name":%q}`, name))
	}
	l.showing("{n}")
	l.settle()
	l.syncWith(mirror.Budget{Compare: true, Sweep: true})
	l.equal()
	if seen := l.seen().Volatile; !slices.Equal(seen, []string{"orders /tok", "product_categories /tok"}) {
		t.Fatalf("learned were %v", seen)
	}
	return l
}

// A plugin is updated: what was another value on every reading is a plain one from then on.
func TestAMemberThatBecomesAPlainOneIsFollowedAgain(t *testing.T) {
	t.Parallel()
	l := restless(t)
	l.showing("A")
	// Verify says what is true before any sync has seen it.
	report := l.verify(storage.Orders, storage.Categories)
	if resource(report, storage.Orders).Different != 12 || resource(report, storage.Categories).Different < 3 ||
		len(report.Notes) > 0 {
		t.Errorf("the mirror holds other values, and verify says %s, %v", shown(report), report.Notes)
	}
	l.syncWith(mirror.Budget{Compare: true, Sweep: true})
	l.equal()
	if seen := l.seen().Volatile; len(seen) > 0 {
		t.Errorf("still muted are %v", seen)
	}
	before := l.lastSeq()
	l.showing("B")
	l.syncWith(mirror.Budget{Compare: true, Sweep: true})
	if changed := l.updated(before); len(changed) < 12 {
		t.Errorf("the member changed in all orders, and announced were %v", changed)
	}
	l.equal()
}

// A plugin is switched off, and nothing is said of its member any more.
func TestAMemberThatIsGoneIsForgotten(t *testing.T) {
	t.Parallel()
	l := restless(t)
	l.shop.ClearFaults()
	for range 2 {
		l.syncWith(mirror.Budget{Compare: true, Sweep: true})
	}
	l.equal()
	if seen := l.seen().Volatile; len(seen) > 0 {
		t.Errorf("still named are %v", seen)
	}
}
