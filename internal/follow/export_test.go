package follow

import (
	"context"

	"github.com/waybillhq/waybill/internal/storage"
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
	return f.failed(ctx, st, err, lasting)
}

// Succeeded forgets failures, as a sync that succeeded does.
func (f *Follower) Succeeded(ctx context.Context, st storage.Store) { f.succeeded(ctx, st) }
