package postgres_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func TestNumbersOfChangesAreSeenInOrder(t *testing.T) {
	t.Parallel()
	storagetest.Numbers(t, databasetest.Postgres)
}
