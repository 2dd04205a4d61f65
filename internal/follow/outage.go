package follow

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

// outage is how long work for which a person waits tolerates a database that does not answer, as during a restart of
// its server.
const outage = time.Minute

// through repeats a question to the database while the database does not answer, for at most outage.
func through[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	limit := time.Now().Add(outage)
	for {
		got, err := ask()
		if !errors.Is(err, storage.ErrUnavailable) || time.Now().After(limit) {
			return got, err
		}
		if err := wait.For(ctx, 5*lookAgain); err != nil {
			return got, err
		}
	}
}

// ask leaves an errand for the worker of a store. When the answer of the database is lost, it leaves a second errand.
// The worker then does both, which costs a look at the store.
func (f *Follower) ask(
	ctx context.Context, task engine.Task, storeID int64, what json.RawMessage,
) (storage.Errand, error) {
	return through(ctx, func() (storage.Errand, error) { return f.engine.Ask(ctx, task, storeID, what) })
}
