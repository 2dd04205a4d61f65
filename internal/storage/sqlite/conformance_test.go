package sqlite_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) storagetest.Backend { return openTest(t) })
}
