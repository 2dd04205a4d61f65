package people_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// Who comes first, who waits and who stays is decided in the database, so it is tried on both.
func TestEverythingOnPostgreSQL(t *testing.T) { databasetest.AgainOnPostgres(t) }
