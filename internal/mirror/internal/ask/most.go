package ask

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/pagesize"
)

// CeilingError says that a page was larger than the store gives.
//
// Failure policy: no answer to a request with that size counts. The step ends and keeps the ceiling, and the next step
// goes on behind the last page that was whole.
type CeilingError struct{ Most int }

func (e *CeilingError) Error() string {
	return fmt.Sprintf("mirror: the store gives at most %d records a page", e.Most)
}

// ceilingIn finds the store's ceiling in the answer to a request for a page of a size; 0 when there is none.
func ceilingIn(size int, got *Answer, err error) int {
	if err != nil {
		return pagesize.Ceiling(size, 0, 0, 0, err)
	}
	return pagesize.Ceiling(size, got.Total, got.TotalPages, Length(got), nil)
}

// Length is how many records a list has, as far as it can be read.
func Length(list *Answer) (n int) {
	for _, err := range jsonvalue.Elements(list.Body) {
		if err != nil {
			break
		}
		n++
	}
	return n
}
