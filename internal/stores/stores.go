package stores

import (
	"context"
	"log/slog"
	"time"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Options are what the rooms below need. All are needed.
type Options struct {
	Shop   shop.Options
	Logger *slog.Logger
	Now    func() time.Time
}

// Examiner asks stores about themselves and changes nothing, there or here.
type Examiner struct {
	find  *Finder
	shops *shop.Shops
	opts  Options
}

// NewExaminer makes an Examiner.
func NewExaminer(finder *Finder, shops *shop.Shops, opts Options) *Examiner {
	return &Examiner{finder, shops, opts}
}

// Connector changes which stores are connected and how they are reached.
type Connector struct {
	ask   *Examiner
	db    storage.Database
	leave Leave
}

// Leave takes away what Waybill has put on a store, before the store is forgotten.
type Leave func(ctx context.Context, st storage.Store) error

// NewConnector makes a Connector that works on a database, the one that its Examiner looks at.
func NewConnector(ask *Examiner, db storage.Database, leave Leave) *Connector {
	return &Connector{ask, db, leave}
}
