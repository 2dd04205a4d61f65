package sqlite

import (
	"database/sql/driver"
	"errors"
	"sync"

	"modernc.org/sqlite"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// registerFunctions adds SQL functions to the driver, once per process.
var registerFunctions = sync.OnceValue(func() error {
	return errors.Join(registerFold(), registerLookup(), registerText())
})

// registerLookup adds waybill_lookup(resource, id, json), the value by which a record is looked up.
func registerLookup() error {
	return sqlite.RegisterDeterministicScalarFunction("waybill_lookup", 3,
		func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			resource, _ := args[0].(string)
			id, _ := args[1].(int64)
			raw, _ := args[2].(string)
			return column.Lookup(storage.Resource(resource), id, []byte(raw)), nil
		})
}

// registerText adds waybill_text(resource, json), the text of a record in which people search.
func registerText() error {
	return sqlite.RegisterDeterministicScalarFunction("waybill_text", 2,
		func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			resource, _ := args[0].(string)
			raw, _ := args[1].(string)
			return column.SearchText(storage.Resource(resource), []byte(raw)), nil
		})
}

// registerFold adds waybill_fold(text), the text without case and accents in every script. SQLite's own lower() handles
// ASCII only, and customers' names hold more.
func registerFold() error {
	return sqlite.RegisterDeterministicScalarFunction("waybill_fold", 1,
		func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			switch v := args[0].(type) {
			case string:
				return column.Fold(v), nil
			case []byte:
				return column.Fold(string(v)), nil
			}
			return args[0], nil
		})
}
