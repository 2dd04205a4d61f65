package follow

import (
	"context"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// What tests of the room see that others do not.
const (
	DiagnosisLasts = diagnosisLasts
	FailuresToAsk  = failuresToAsk
)

// Failed counts a failure, as a sync that failed does.
func (f *Follower) Failed(
	ctx context.Context, st storage.Store, err error, lasting bool,
) (*storage.Diagnosis, error) {
	return f.failed(ctx, st, err, lasting, nil)
}

// Succeeded forgets failures, as a sync that succeeded does.
func (f *Follower) Succeeded(ctx context.Context, st storage.Store) { f.succeeded(ctx, st) }

// Mending listens for the end of a failure.
func Mending(store woo.Doer, last *problem.Problem, tell func()) woo.Doer {
	return mending(store, last, tell)
}
