package stores

import (
	"context"
	"log/slog"
	"time"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Options adjust an Examiner and its Connector. All are needed.
type Options struct {
	Shop   shop.Options
	Logger *slog.Logger
	Now    func() time.Time
}

// Examiner asks stores about themselves. It changes nothing, neither on a store nor in the database.
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

// Leave removes what Waybill has put on a store, before the store is removed.
type Leave func(ctx context.Context, st storage.Store) error

// NewConnector makes a Connector that works on the database that its Examiner reads.
func NewConnector(ask *Examiner, db storage.Database, leave Leave) *Connector {
	return &Connector{ask, db, leave}
}
