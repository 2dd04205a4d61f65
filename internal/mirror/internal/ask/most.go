package ask

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/pagesize"
)

// CeilingError says that a page was larger than the store allows. Most is the largest page that it allows.
//
// Failure policy: no answer to a request of that size is used. The step ends and keeps the ceiling, and the next step
// continues after the last whole page.
type CeilingError struct{ Most int }

func (e *CeilingError) Error() string {
	return fmt.Sprintf("mirror: the store gives at most %d records a page", e.Most)
}

// ceilingIn returns the store's ceiling as the answer to a request for size records shows it; 0 when the answer shows
// none.
func ceilingIn(size int, got *Answer, err error) int {
	if err != nil {
		return pagesize.Ceiling(size, 0, 0, 0, err)
	}
	return pagesize.Ceiling(size, got.Total, got.TotalPages, Length(got), nil)
}

// Length returns how many records a list has, up to the first that cannot be read.
func Length(list *Answer) (n int) {
	for _, err := range jsonvalue.Elements(list.Body) {
		if err != nil {
			break
		}
		n++
	}
	return n
}
