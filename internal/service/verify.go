package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// Verify reads the whole store again and compares every record with the
// mirror. It changes neither.
func (s *Service) Verify(ctx context.Context, st storage.Store, opts mirror.VerifyOptions, watch Watch) (mirror.Report, error) {
	sh, err := s.shopOf(st)
	if err != nil {
		return mirror.Report{}, err
	}
	report, err := s.newMirror(watch).Verify(ctx, st.ID, sh, opts)
	return report, Explain(err)
}
