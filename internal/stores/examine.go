package stores

import (
	"context"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// ReadScopes returns the scopes that a mirror needs.
func ReadScopes() []doctor.Scope {
	return []doctor.Scope{doctor.OrdersRead, doctor.ProductsRead, doctor.CustomersRead}
}

// DoctorOptions returns options with which the doctor reaches stores like the rest of Waybill: with the same
// authorities and the same User-Agent. groupID is the group of the store; 0 for none.
func DoctorOptions(opts shop.Options, groupID int64) ([]doctor.Option, error) {
	pool, err := shop.Authorities(opts)
	if err != nil {
		return nil, err
	}
	var list []doctor.Option
	if pool != nil {
		list = append(list, doctor.WithRootCAs(pool))
	}
	if opts.Config.HTTP.RefusesPrivate(groupID) {
		list = append(list, doctor.WithDial(shop.NewDialer(opts.Config.HTTP, groupID).DialContext))
	}
	if ua := opts.Config.HTTP.UserAgent; ua != "" {
		list = append(list, doctor.WithUserAgent(ua))
	}
	return list, nil
}

// Patient returns a connected store in the form in which the doctor examines it. It holds the secret in clear: keep it
// out of logs and output.
func (s *Examiner) Patient(ctx context.Context, name string) (storage.Store, doctor.Target, error) {
	access, err := s.Access(ctx, name)
	if err != nil {
		return storage.Store{}, doctor.Target{}, err
	}
	return access.Store, doctor.Target{
		URL: s.addressOf(access.Store), Key: access.Credentials.Key, Secret: access.Credentials.Secret,
	}, nil
}

// Examine lets the doctor examine a store. groupID is the group of the store; 0 for none. Nothing is changed, neither
// on the store nor in the database.
func (s *Examiner) Examine(
	ctx context.Context, groupID int64, target doctor.Target, more ...doctor.Option,
) (*doctor.Report, error) {
	opts, err := DoctorOptions(s.opts.Shop, groupID)
	if err != nil {
		return nil, err
	}
	evidence, err := doctor.Collect(ctx, target, append(opts, more...)...)
	if err != nil {
		return nil, notAnAddress(err)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return doctor.Diagnose(evidence), nil
}
