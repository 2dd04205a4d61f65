package stores

import (
	"context"
	"errors"
	"slices"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// CheckKey refuses to work with another master key than the one by which the keys of stores in this database are
// sealed: two machines with one database and a key each would each make what the other cannot open. Where nothing is
// sealed that this key does not open, it becomes the one. With lost it does so in any case: the stores whose keys it
// does not open need new ones.
func (s *Connector) CheckKey(ctx context.Context, lost bool) error {
	keys := s.ask.shops.Keys()
	for {
		kept, err := s.db.KeyCheck(ctx)
		if err != nil {
			return err
		}
		fits, earlier := keys.Fits(kept)
		if fits && !earlier {
			return nil
		}
		if !fits && !lost {
			if err := s.refuseKey(ctx, kept != nil); err != nil {
				return err
			}
		}
		check, err := keys.Check()
		if err != nil {
			return err
		}
		err = s.db.Within(ctx, func(tx storage.Tx) error { return tx.SaveKeyCheck(ctx, check, kept) })
		if !errors.Is(err, storage.ErrExists) {
			return err
		}
		// Another process was first: what it has kept is looked at like any other.
	}
}

// refuseKey is nil when the master key opens the credentials of all stores. Where no check of the master key was kept
// before, it is enough that it opens those of one store, since the others may be damaged.
func (s *Connector) refuseKey(ctx context.Context, kept bool) error {
	closed, err := s.ask.Closed(ctx)
	if err != nil || len(closed) == 0 {
		return err
	}
	if !kept {
		all, err := s.db.Stores(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(st storage.Store) bool {
			return len(st.Credentials.Sealed) > 0 && s.ask.shops.Keys().Opens(st)
		}) {
			return nil
		}
	}
	return shop.KeyDiffers(names(closed))
}

// Closed lists the stores whose keys the master key does not open.
func (s *Examiner) Closed(ctx context.Context) ([]storage.Store, error) {
	all, err := s.find.Stores(ctx)
	return slices.DeleteFunc(all, s.shops.Keys().Opens), err
}

// Sealed names the stores whose keys are sealed in a database; empty where there are none.
func Sealed(ctx context.Context, db storage.StoreReader) (string, error) {
	all, err := db.Stores(ctx)
	return names(slices.DeleteFunc(all, func(st storage.Store) bool { return len(st.Credentials.Sealed) == 0 })), err
}
