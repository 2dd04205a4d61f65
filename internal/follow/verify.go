package follow

import (
	"context"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Verifier compares mirrors with their stores and changes neither. It is safe for concurrent use.
type Verifier struct {
	db      storage.Reader
	mirrors mirrors
	shops   *shop.Shops
}

// NewVerifier makes a Verifier of a database that is only looked at.
func NewVerifier(db storage.Database, shops *shop.Shops, opts Options) *Verifier {
	return &Verifier{db, mirrors{ledger.New(db), opts}, shops}
}

// Verify reads the whole store again and compares every record with the mirror. It changes neither. A store that was
// never copied is refused: reading all of it only to say that everything is missing helps nobody.
func (v *Verifier) Verify(
	ctx context.Context, st storage.Store, opts mirror.VerifyOptions, watch Watch,
) (mirror.Report, error) {
	if err := Begun(ctx, v.db, st); err != nil {
		return mirror.Report{}, err
	}
	client, err := v.shops.Of(st)
	if err != nil {
		return mirror.Report{}, err
	}
	report, err := v.mirrors.of(watch).Verify(ctx, st.ID, client, opts)
	return report, shop.Explain(err)
}
