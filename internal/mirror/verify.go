package mirror

import (
	"cmp"
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/verify"
	"github.com/waybillhq/waybill/internal/mirror/internal/volatile"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Verify reads the whole store again and compares every record with the mirror, as JSON values (without members that
// differ on every reading, see [storage.VolatileMembers]). It proves that the mirror equals the store, and changes
// neither.
//
// A record that differs is asked for once more and compared with what the mirror holds by then: a change that is made
// during the verification, and that a sync brings meanwhile, is no difference. Without a sync beside it such a change
// is a difference.
//
// Reports are left out: they are snapshots, and their values move with the calendar. Resources that were asked for by
// name and could not be compared are in [Report.NotCompared].
func (m *Mirror) Verify(ctx context.Context, storeID int64, shop woo.Doer, opts VerifyOptions) (Report, error) {
	opts.Show = cmp.Or(opts.Show, 20)
	size, err := under(ctx, m.repo, storeID, m.opts.PerPage, m.opts.Now())
	if err != nil {
		return Report{}, err
	}
	for {
		report, err := m.verify(ctx, storeID, shop, opts, size)
		var found *ask.CeilingError
		if !errors.As(err, &found) {
			return report, err
		}
		size = found.Most // begins anew, with the page size that the store allows
	}
}

func (m *Mirror) verify(
	ctx context.Context, storeID int64, shop woo.Doer, opts VerifyOptions, size int,
) (Report, error) {
	s := m.shown(storeID, shop)
	s.PerPage = size
	s.Asker.Decide()
	return verify.Run(ctx, verify.Sides{
		Store: s, Mirror: m.repo, Watch: volatile.New(s, m.repo, m.opts.RetryPause),
		Observer: verifying{m.tally(storeID, s.Asker)}, Window: m.opts.Window,
		Notes: m.opts.Notes, Fulfillments: m.opts.Fulfillments,
	}, opts)
}

// The results of a comparison, under names for packages that import mirror.
type (
	// Report is what [Mirror.Verify] found.
	Report = verify.Report
	// ResourceReport counts one resource, its trash included.
	ResourceReport = verify.ResourceReport
	// RecordDifference is one record that is not the same on both sides.
	RecordDifference = verify.RecordDifference
	// VerifyOptions adjust [Mirror.Verify].
	VerifyOptions = verify.Options
)

// The values of RecordDifference.Found.
const (
	FoundDifferent  = verify.FoundDifferent
	FoundOnlyStore  = verify.FoundOnlyStore
	FoundOnlyMirror = verify.FoundOnlyMirror
)

// verifying tells a tally how far a comparison is.
type verifying struct{ counts *tally }

func (v verifying) Begin(r storage.Resource, total int) { v.counts.begin(r, TaskVerify, 0, total) }

func (v verifying) Read(records int) {
	v.counts.read(records)
	v.counts.show()
}
