package orders

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// recordOf are the facts that permissions look at in an order or refund.
func (s *Store) recordOf(r *rest.Request, d *Document) capability.Record {
	record := capability.Record{Row: d.Row, Own: core.OwnedBy(r, d.Author)}
	order, ok := s.Orders.Get(d.ID)
	if !ok {
		return record
	}
	record.Own = core.OwnedBy(r, s.Site().OrderAuthor(d.Row, d.Author))
	status := order.Status
	if status == "trash" {
		record.Trashed = true
		status = strings.TrimPrefix(order.Meta.Text("_wp_trash_meta_status"), "wc-")
	}
	switch registered, _ := s.Statuses.find(status); {
	case registered.NameOnly:
	case registered.Public:
		record.Registered = capability.PublicStatus
	case registered.Private:
		record.Registered = capability.PrivateStatus
	}
	return record
}
