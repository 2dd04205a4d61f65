package postgres_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, databasetest.Postgres)
}
