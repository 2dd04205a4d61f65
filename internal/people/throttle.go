package people

import (
	"context"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/storage"
)

// bound is how many sign-ins may fail before the next one has to wait. The first wait is a second, and each doubles.
type bound struct {
	key  string
	free int64
}

const (
	longestWait = 15 * time.Minute
	// forgottenAfter is how long a failure is remembered.
	forgottenAfter = time.Hour
)

// boundsOf are what an attempt counts against: who is asked for from where, so that a stranger cannot keep a user out
// who comes from elsewhere; who is asked for at all, so that many addresses do not guess faster; and the address.
func boundsOf(email string, from netip.Addr) []bound {
	return []bound{{ownKey(email, from), 5}, {userKey(email), 50}, {"address " + network(from), 30}}
}

// stepsOf are what a beginning counts against that leaves something behind and proves nothing, as with a passkey.
func stepsOf(from netip.Addr) []bound { return []bound{{"steps " + network(from), 100}} }

// The keys hold no address of a person, and nothing that somebody typed into the wrong field.
func userKey(email string) string {
	sum := secret.Digest("attempts " + email)
	return "user " + hex.EncodeToString(sum[:12])
}

func ownKey(email string, from netip.Addr) string { return userKey(email) + " from " + network(from) }

// network is what one person may well have many addresses of.
func network(from netip.Addr) string {
	const sixth = 64
	if from.Is6() && !from.Is4In6() {
		if p, err := from.Prefix(sixth); err == nil {
			return p.String()
		}
	}
	return text(from.Unmap())
}

// mayTry counts an attempt before it is tried. The error is a problem of code too_many_requests.
func (k *Keeper) mayTry(ctx context.Context, bounds []bound) error {
	wait, err := k.attempt(ctx, bounds)
	if err == nil && wait > 0 {
		err = waitFirst(wait)
	}
	return err
}

// attempt counts an attempt, and says how long to wait where it must not be tried.
func (k *Keeper) attempt(ctx context.Context, bounds []bound) (wait time.Duration, err error) {
	slices.SortFunc(bounds, func(a, b bound) int { return strings.Compare(a.key, b.key) })
	now := k.opts.Now().UTC().Truncate(time.Millisecond)
	err = k.Database.WithinRelaxed(ctx, func(tx storage.Tx) error {
		wait = 0
		counts := make([]storage.Attempts, len(bounds))
		for i, b := range bounds {
			var err error
			if counts[i], err = tx.LockAttempts(ctx, b.key); err != nil {
				return err
			}
			if now.Sub(counts[i].At) >= forgottenAfter {
				counts[i].Count = 0
			}
			wait = max(wait, counts[i].At.Add(waitAfter(counts[i].Count-b.free)).Sub(now))
		}
		if wait > 0 {
			return nil // what is not tried does not count
		}
		for _, c := range counts {
			c.Count, c.At = c.Count+1, now
			if err := tx.SaveAttempts(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	return wait, err
}

// waitAfter is how long to wait after failures beyond those that are free.
func waitAfter(beyond int64) time.Duration {
	switch {
	case beyond < 0:
		return 0
	case beyond >= 10:
		return longestWait
	}
	return min(time.Second<<beyond, longestWait)
}

// forget forgets what failed for a user who has signed in. What an address did stays: somebody may have a user of their
// own and guess at others'.
func forget(ctx context.Context, tx storage.Tx, email string, from netip.Addr) error {
	for _, key := range []string{"steps " + network(from), userKey(email), ownKey(email, from)} {
		if err := tx.SaveAttempts(ctx, storage.Attempts{Key: key}); err != nil {
			return err
		}
	}
	return nil
}
