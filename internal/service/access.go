package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Access is what a tool needs that asks a connected store by itself, such as the doctor. It holds the secret in clear:
// keep it out of logs and output.
type Access struct {
	Store       storage.Store
	Credentials woo.Credentials
}

// Access gives a connected store with its key.
func (s *Service) Access(ctx context.Context, name string) (Access, error) {
	st, err := s.Store(ctx, name)
	if err != nil {
		return Access{}, err
	}
	sec, err := s.secretsOf(st)
	if err != nil {
		return Access{}, err
	}
	return Access{Store: st, Credentials: sec.woo()}, nil
}

// Reconnect finds out again how a store is reached and how its key travels,
// and keeps what works now: another REST root, another way to send the key.
// The key, the mirror and the change log stay.
func (s *Service) Reconnect(ctx context.Context, name string) (Connected, error) {
	access, err := s.Access(ctx, name)
	if err != nil {
		return Connected{}, err
	}
	return s.Rekey(ctx, access.Store.Name, Connection{
		Key: access.Credentials.Key, Secret: access.Credentials.Secret,
		Environment: access.Store.Credentials.Environment,
	})
}
