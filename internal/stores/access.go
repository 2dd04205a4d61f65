package stores

import (
	"context"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Access is what a tool needs that asks a connected store itself, such as the doctor. It holds the secret in clear:
// keep it out of logs and output.
type Access struct {
	Store       storage.Store
	Credentials woo.Credentials
}

// Access returns a connected store with its key.
func (s *Examiner) Access(ctx context.Context, name string) (Access, error) {
	st, err := s.find.Store(ctx, name)
	if err != nil {
		return Access{}, err
	}
	sec, err := s.shops.Keys().Of(st)
	if err != nil {
		return Access{}, err
	}
	return Access{Store: st, Credentials: sec.Woo()}, nil
}
