package follow

import (
	"context"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Begun refuses a store that was never copied: an empty answer would say that the store has nothing.
func Begun(ctx context.Context, db storage.MirrorReader, st storage.Store) error {
	begun, err := begun(ctx, db, st)
	if err != nil || begun {
		return err
	}
	return nothingCopied(st)
}

func begun(ctx context.Context, db storage.MirrorReader, st storage.Store) (bool, error) {
	cursor, err := db.Cursor(ctx, st.ID, string(storage.Orders))
	return cursor != nil, shop.Explain(err)
}

// Copies says which stores are not copied as a whole. An answer from the mirrors must say so.
type Copies struct {
	// Begun are the stores whose first copy is under way, or whose mirror has only what was written to them. Missing
	// are the stores that were never copied.
	Begun, Missing []storage.Store
}

// CopiesOf says how much of some stores is copied; there must be at least one store. The error is a problem when none
// of them was ever copied, as in [Begun].
func CopiesOf(ctx context.Context, db storage.Reader, stores []storage.Store) (Copies, error) {
	var c Copies
	for _, st := range stores {
		holds, err := holds(ctx, db, st)
		if err != nil {
			return c, err
		}
		if !holds {
			c.Missing = append(c.Missing, st)
			continue
		}
		last, _, err := lastRound(ctx, db, st.ID)
		if err != nil {
			return c, err
		}
		if last.CurrentAt.IsZero() {
			c.Begun = append(c.Begun, st)
		}
	}
	if len(c.Missing) == len(stores) {
		return c, Begun(ctx, db, stores[0])
	}
	return c, nil
}

// holds says whether a mirror holds anything.
func holds(ctx context.Context, db storage.Reader, st storage.Store) (bool, error) {
	if has, err := begun(ctx, db, st); has || err != nil {
		return has, err
	}
	for _, r := range storage.Resources() {
		if n, err := db.Counts(ctx, st.ID, r); err != nil || n.Live+n.Trash > 0 {
			return err == nil, shop.Explain(err)
		}
	}
	return false, nil
}
