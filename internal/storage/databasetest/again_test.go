package databasetest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// TestEverythingOnPostgreSQL is what the rooms call. Here it runs the test below again.
func TestEverythingOnPostgreSQL(t *testing.T) { databasetest.AgainOnPostgres(t) }

func TestTheDatabaseIsTheChosenOne(t *testing.T) {
	t.Parallel()
	kind := "sqlite:"
	if chosen := os.Getenv(databasetest.Chosen); chosen != "" {
		kind = chosen + ":"
	}
	place := databasetest.Fresh(t)
	if !strings.HasPrefix(place.Address, kind) {
		t.Errorf("%s; want %s", place.Address, kind)
	}
	db, err := place.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
