package engine

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// fullDisk is a database that can be read and, while full, not be written.
type fullDisk struct {
	*sqlite.DB
	full atomic.Bool
}

func (d *fullDisk) WithinRelaxed(ctx context.Context, work func(storage.Tx) error) error {
	if d.full.Load() {
		return errors.New("the disk is full")
	}
	return d.DB.WithinRelaxed(ctx, work)
}

// A database that cannot be written is told of once, and shows until it can be written again.
func TestADatabaseThatCannotBeWrittenShows(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "waybill.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	disk := &fullDisk{DB: db}
	var log bytes.Buffer
	e, err := New(t.Context(), disk, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, full := range []bool{false, true, true, false} {
		disk.full.Store(full)
		e.sign(t.Context())
		if shows := e.Unwritten() != nil; shows != full {
			t.Errorf("full is %v, and it shows %v", full, e.Unwritten())
		}
	}
	told := log.String()
	if strings.Count(told, "cannot be written") != 1 || strings.Count(told, "written again") != 1 {
		t.Errorf("told is %s", told)
	}
}
