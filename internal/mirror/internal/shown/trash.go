package shown

import (
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// ErrNoTrash ends the reading of a list that ignores status=trash.
var ErrNoTrash = errors.New("mirror: the list does not show the trash")

// ShowsTrash says whether a page holds only records in the trash.
func ShowsTrash(p *pages.Page) bool {
	for i := range p.Readings {
		if !p.Readings[i].Trashed() {
			return false
		}
	}
	return true
}
