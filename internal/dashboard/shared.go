package dashboard

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// pager leads to other pages of a list; empty addresses are left out.
type pager struct{ Newer, Older string }

// zoneOf is the zone of a shop.
func zoneOf(st storage.Store) *time.Location {
	if zone, err := time.LoadLocation(st.Facts.TimeZone); err == nil && st.Facts.TimeZone != "" {
		return zone
	}
	const hour = 3600
	return time.FixedZone("", int(st.Facts.GMTOffset*hour))
}
