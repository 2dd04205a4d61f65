package stores

import (
	"context"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
)

// Adopt makes a connected store work in the way that the doctor found to work: another address, another place of its
// API, another way to send the key, or PUT and DELETE sent as POST. It returns in words what it changed. It changes
// nothing that was not tried first, and keeps the old way for a store that does not answer in the new one.
func (s *Connector) Adopt(ctx context.Context, name string, report *doctor.Report) ([]string, error) {
	before, err := s.ask.find.Store(ctx, name)
	if err != nil {
		return nil, err
	}
	var done []string
	for _, a := range report.Adoptions() {
		switch {
		case a.Base != "":
			moved, err := s.move(ctx, before, a.Base, false)
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

// leadsElsewhere says whether the store is now reached in another way than the kept one: because of a stop-gap, or
// because it is mended and a stop-gap can go.
func leadsElsewhere(report *doctor.Report, st storage.Store) bool {
	for _, a := range report.Adoptions() {
		if a.Root != "" || a.Way != doctor.WayNone {
			return true
		}
	}
	return report.Status != doctor.Problems && st.Auth == storage.AuthQuery
}

// overrideMethods makes requests with PUT and DELETE go to a store as POST.
func (s *Connector) overrideMethods(ctx context.Context, storeID int64) (storage.Store, error) {
	return ledger.ChangeStore(ctx, s.db, storeID, func(_ storage.Tx, st *storage.Store) error {
		st.Facts.MethodOverride = true
		return nil
	})
}
