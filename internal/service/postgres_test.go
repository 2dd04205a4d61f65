package service_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

func TestEverythingOnPostgreSQL(t *testing.T) { databasetest.AgainOnPostgres(t) }
