package wait

import (
	"context"
	"time"
)

// For returns nil after d, or the error of ctx when that ends first. A pause of zero or less is over at once.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
