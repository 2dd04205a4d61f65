package argument

import (
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
)

// RecordNumber reads the number of a record from the command line.
func RecordNumber(text string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, problem.New(problem.Usage, "%q is not the number of a record", text).
			Next("Numbers are those of: waybill orders list, products list, customers list")
	}
	return id, nil
}
