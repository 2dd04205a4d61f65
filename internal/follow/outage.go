package follow

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// outage is for how long whoever waits for another process waits for a database that does not answer, as it does while
// its server is started anew. The work itself is in that process's hands.
const outage = time.Minute

// through asks the database again while it does not answer.
func through[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	limit := time.Now().Add(outage)
	for {
		got, err := ask()
		if !errors.Is(err, storage.ErrUnavailable) || time.Now().After(limit) {
			return got, err
		}
		if err := pause(ctx, 5*lookAgain); err != nil {
			return got, err
		}
	}
}
