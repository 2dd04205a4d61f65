package follow

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// told is what a sync that came to its end has to tell as an error all the same; nil when the mirror holds all that the
// store has.
func told(st storage.Store, res mirror.Result) error {
	if len(res.Losses) > 0 {
		return lossProblem(st, res.Losses, "they were not deleted here")
	}
	return onePageProblem(st, res)
}

// onePageProblem says that the lists of a store show one page only, so that the mirror lacks the other records; nil
// when they show all.
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

// writesHeld says why nothing is sent to a store of which the mirror keeps a large loss back; nil when it keeps none.
// What has lost its orders, products or customers at once may be another shop, or this one as it was long ago, where a
// number means another order. Coupons and refunds alone are cleared away without that.
//
// Failure policy: no write is sent and none is looked for while a person has not decided, because what is found there,
// or is not, may prove nothing. They wait as they are.
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

// lossProblem says that the mirror keeps records of which the store has lost a large share, and what follows.
func lossProblem(st storage.Store, losses []mirror.Loss, follows string) error {
	parts := make([]string, len(losses))
	for i, l := range losses {
		parts[i] = fmt.Sprintf("about %d of %d %s", l.About, l.Held, l.Resource)
	}
	return vanished(st, parts, follows)
}
