package stores

import (
	"context"
	"errors"
	"slices"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// CheckKey refuses to work with another master key than the one with which the keys of stores in this database are
// sealed. Two machines with one database and different keys would each seal what the other cannot open. If the key
// opens everything that is sealed, it becomes the database's key. With lost it becomes the database's key in any case:
// the stores whose keys it does not open then need new keys.
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
		// Another process was first. What it has saved is checked like any other.
	}
}

// refuseKey returns nil when the master key opens the credentials of all stores. When no check of the master key was
// saved before, it is enough that the key opens the credentials of one store, since the others may be damaged.
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

// Sealed returns the names of the stores whose keys are sealed in a database; empty when there are none.
func Sealed(ctx context.Context, db storage.StoreReader) (string, error) {
	all, err := db.Stores(ctx)
	return names(slices.DeleteFunc(all, func(st storage.Store) bool { return len(st.Credentials.Sealed) == 0 })), err
}
