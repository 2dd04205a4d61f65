package follow

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// told returns the error that a complete sync reports nevertheless; nil when the mirror holds all that the store has.
func told(st storage.Store, res mirror.Result) error {
	if len(res.Losses) > 0 {
		return lossProblem(st, res.Losses, "they were not deleted here")
	}
	return onePageProblem(st, res)
}

// onePageProblem returns the problem that the lists of a store show one page only, so that the mirror lacks the other
// records; nil when they show all.
func onePageProblem(st storage.Store, res mirror.Result) error {
	var parts []string
	for _, u := range res.Seen.Unlisted {
		if u.OnePage {
			parts = append(parts, fmt.Sprintf("%d of %d %s", u.Shown, u.Counted, u.Resource))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return onePageOnly(st, parts)
}

// writesHeld returns why nothing is sent to a store of which the mirror keeps a large loss back; nil when it keeps
// none. A store that has lost its orders, products or customers at once may be another shop, or an early state of this
// one, where an id means another order. A loss of coupons or refunds alone holds no writes.
//
// Failure policy: until a person decides, no write is sent or looked for, because neither finding a record nor missing
// it proves anything. The writes wait unchanged.
func (f *Follower) writesHeld(ctx context.Context, st storage.Store) error {
	losses, err := mirror.Losses(ctx, f.db, st.ID)
	if err != nil {
		return err
	}
	losses = slices.DeleteFunc(losses, func(l mirror.Loss) bool {
		return l.Resource == storage.Coupons || l.Resource == storage.Refunds
	})
	if len(losses) == 0 {
		return nil
	}
	return lossProblem(st, losses, "nothing is sent to it until that is decided")
}

// lossProblem returns the problem that the mirror keeps records of which the store has lost a large share.
func lossProblem(st storage.Store, losses []mirror.Loss, follows string) error {
	parts := make([]string, len(losses))
	for i, l := range losses {
		parts[i] = fmt.Sprintf("about %d of %d %s", l.About, l.Held, l.Resource)
	}
	return vanished(st, parts, follows)
}
