package mirror_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// verify asks for some resources by name.
func (b *bundle) verify(resources ...storage.Resource) mirror.Report {
	b.t.Helper()
	report, err := b.mirror.Verify(b.t.Context(), b.store.ID, b.client, mirror.VerifyOptions{Resources: resources})
	if err != nil {
		b.t.Fatal(err)
	}
	return report
}

func TestNotesAreComparedWhenAskedForByName(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.Notes = mirror.ExtentAll })
	b.shop.fill(t, 10)
	b.shop.put("order_notes", 1003, []byte(`{"id":1,"note":"a","author":"system"}`))
	b.shop.tick(time.Hour)
	b.sync()
	if report := b.verify(storage.OrderNotes); !report.Equal() || report.Records() != 1 {
		t.Errorf("before: %s", shown(report))
	}
	b.shop.meddleWith("order_notes", 1, "note", `"b"`)
	b.shop.put("order_notes", 1006, []byte(`{"id":2,"note":"new","author":"system"}`))
	one := resource(b.verify(storage.OrderNotes), storage.OrderNotes)
	if one.Different != 1 || one.OnlyStore != 1 {
		t.Errorf("one note differs and one is lacking, and verify says %+v", one)
	}
	// They are followed no more: what the mirror has of them is compared for who asks, and never passed over silently.
	b.mirror = mirror.New(b.db, mirror.Options{RetryPause: time.Millisecond, Now: b.now})
	if one := resource(b.verify(storage.OrderNotes), storage.OrderNotes); one.Different != 1 || one.Skipped != "" {
		t.Errorf("asked by name, verify says %+v", one)
	}
	if one := resource(b.verify(), storage.OrderNotes); !strings.Contains(one.Skipped, "asked for by name") {
		t.Errorf("verify of everything says of the notes it left out: %+v", one)
	}
}

// Nothing that is asked for by name is called equal without having been compared.
func TestWhatIsAskedForByNameIsComparedOrNamed(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(8))
	l.settle()
	for _, r := range storage.Resources() {
		report := l.verify(r)
		one := resource(report, r)
		switch named := slices.Contains(report.NotCompared, r); {
		case one.Resource != r || len(report.Resources) != 1:
			t.Errorf("verify of %s has the rows %+v", r, report.Resources)
		case (one.Skipped != "") != named || named == report.Equal():
			t.Errorf("verify of %s: equal %v, not compared %v: %+v", r, report.Equal(), report.NotCompared, one)
		case r == storage.Reports != named && r != storage.OrderNotes && r != storage.Fulfillments:
			t.Errorf("%s: not compared %v, because %q", r, named, one.Skipped)
		}
	}
}
