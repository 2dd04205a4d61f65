package stores

import (
	"context"
	"net/url"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
)

// Adopt makes a connected store work with what the doctor found to work: another address, another place of its API,
// another way for the key to travel, PUT and DELETE in the clothes of POST. It says in words what it changed, and
// changes nothing that was not tried first: a store that does not answer so keeps what it had.
func (s *Connector) Adopt(ctx context.Context, name string, report *doctor.Report) ([]string, error) {
	before, err := s.ask.find.Store(ctx, name)
	if err != nil {
		return nil, err
	}
	var done []string
	for _, a := range report.Adoptions() {
		switch {
		case a.Base != "":
			moved, err := s.move(ctx, before, a.Base)
			if err != nil {
				return done, err
			}
			done = append(done, "the address of the store is "+moved.HomeURL+" now")
			before = moved
		case a.MethodOverride && !before.Facts.MethodOverride:
			if before, err = s.overrideMethods(ctx, before.ID); err != nil {
				return done, err
			}
			s.ask.shops.Forget(before.ID)
			done = append(done, "PUT and DELETE are sent as POST with _method")
		}
	}
	if !leadsElsewhere(report, before) {
		return done, nil
	}
	connected, err := s.Reconnect(ctx, name)
	if err != nil {
		return done, err
	}
	after := connected.Store
	if after.RESTRoot != before.RESTRoot {
		done = append(done, "the API is asked at "+after.RESTRoot)
	}
	if after.Auth != before.Auth || after.Facts.SignedHome != before.Facts.SignedHome {
		done = append(done, connected.AuthReason)
	}
	return done, nil
}

// leadsElsewhere says whether the store is to be had in another way than the one kept: because of a stop-gap, or
// because it is mended and a stop-gap can go.
func leadsElsewhere(report *doctor.Report, st storage.Store) bool {
	for _, a := range report.Adoptions() {
		if a.Root != "" || a.Way != doctor.WayNone {
			return true
		}
	}
	return report.Status != doctor.Problems && st.Auth == storage.AuthQuery
}

// move follows a shop to another address. The key is sent there because a person said so; that the new address has the
// same key is the proof that it is the same shop, since each store makes its own.
func (s *Connector) move(ctx context.Context, st storage.Store, to string) (storage.Store, error) {
	sec, err := s.ask.shops.Keys().Of(st)
	if err != nil {
		return st, err
	}
	address, err := url.Parse(to)
	if err != nil {
		return st, noAddress(to, err)
	}
	if sec.SiteUser != "" {
		address.User = url.UserPassword(sec.SiteUser, sec.SitePassword)
	}
	found, err := s.probe(ctx, address.String(), Connection{Key: sec.Key, Secret: sec.Secret, Scopes: ReadScopes()})
	if err != nil {
		return st, err
	}
	if held, err := s.db.StoreByHome(ctx, found.store.HomeURL); err == nil && held.ID != st.ID {
		return st, connectedAs(found.store.HomeURL, held.Name)
	}
	release, err := s.ask.shops.Keys().Hold(ctx)
	if err != nil {
		return st, err
	}
	defer release()
	kept, err := s.keep(ctx, found.store, found.secrets, st.Credentials.Environment)
	if err != nil {
		return st, err
	}
	// One transaction, so that no crash leaves a store with credentials that are sealed for another address.
	moved, err := ledger.ChangeStore(ctx, s.db, st.ID, func(_ storage.Tx, st *storage.Store) error {
		st.HomeURL = found.store.HomeURL
		reconnected(st, found.store, kept)
		return nil
	})
	if err != nil {
		return st, err
	}
	s.ask.shops.Forget(st.ID)
	return moved, nil
}

// overrideMethods lets PUT and DELETE be sent to a store as POST.
func (s *Connector) overrideMethods(ctx context.Context, storeID int64) (storage.Store, error) {
	return ledger.ChangeStore(ctx, s.db, storeID, func(_ storage.Tx, st *storage.Store) error {
		st.Facts.MethodOverride = true
		return nil
	})
}
