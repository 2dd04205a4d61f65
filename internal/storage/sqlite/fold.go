package sqlite

import (
	"database/sql/driver"
	"sync"

	"modernc.org/sqlite"

	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// registerFunctions adds the SQL function waybill_fold to the driver, once per process. It takes case and accents away,
// in every script that has them: SQLite's own lower() knows ASCII only, and customers are not called that way.
var registerFunctions = sync.OnceValue(func() error {
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
})
