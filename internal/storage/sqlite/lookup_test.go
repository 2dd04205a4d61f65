package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

// TestWhatIsLookedUpIsFoundByItsIndex: in a mirror of 100,000 orders anything else takes seconds.
func TestWhatIsLookedUpIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "waybill.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	const byEmail, byLookup = "records_by_billing_email", "records_by_lookup"
	for _, asked := range []struct {
		index string
		q     storage.Query
	}{
		{byEmail, storage.Query{Resource: storage.Orders, Email: "a@shop.example"}},
		{byLookup, storage.Query{Resource: storage.Customers, Email: "a@shop.example"}},
		{byLookup, storage.Query{Resource: storage.Products, SKU: "MUG"}},
		{byLookup, storage.Query{Resource: storage.Orders, Number: "A-1"}},
	} {
		index, q := asked.index, asked.q
		q.StoreID, q.Limit = 1, 51
		query, args := listOf(q)
		rows, err := db.readers.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, step)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(plan, "\n"), "USING INDEX "+index+" ") {
			t.Errorf("%+v: the plan is %q", q, plan)
		}
	}
}

// TestALookUpReadsNoMoreThanItFinds: what names a record is found by its index, and not by reading all of its kind.
func TestALookUpReadsNoMoreThanItFinds(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "waybill.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var id, parent, unused int
	var step string
	err = db.readers.QueryRowContext(t.Context(), `EXPLAIN QUERY PLAN `+sqlLookUp, 1, "orders", "A-1").
		Scan(&id, &parent, &unused, &step)
	if err != nil || !strings.Contains(step, "USING INDEX records_by_lookup ") {
		t.Errorf("the plan is %q, %v", step, err)
	}
}
