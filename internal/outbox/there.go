package outbox

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// stillThere looks a moment after some orders were answered as made whether they are there: a plugin can delete or
// trash an order at the end of the request that made it (docs/woocommerce/orders.md#deleted-at-once), and "created"
// would be said of nothing. It asks for two members of each, all in one request.
//
// Failure policy: what could not be asked for stays as it was answered. The next pull brings what became of it.
func (b *Outbox) stillThere(ctx context.Context, shop woo.Doer, settled []Settlement) {
	asked := map[int64]*Settlement{}
	for i := range settled {
		if w := settled[i].Write; w.Resource == storage.Orders && w.Action == intent.Create && w.State == intent.Done {
			asked[w.RecordID] = &settled[i]
		}
	}
	none, lags := false, false
	if sent := len(asked); sent > 1 {
		b.seenTogether(ctx, shop, asked)
		none = len(asked) == sent // then the first of them speaks for all: the store may lag behind
	}
	for id, s := range asked {
		if lags {
			*s = b.notShown(s.Write)
			continue
		}
		answer, err := read(ctx, shop, woo.RouteOrders.Record(0, id), url.Values{"_fields": {"id,status"}})
		switch {
		case isGone(err):
			*s, lags = b.goneAlready(*s), none
		case err == nil && compare.ID(answer.Body) == id:
			s.Write = saysTrashed(s.Write, answer.Body)
		}
	}
}

// seenTogether takes out of asked what a list shows, which shows nothing in the trash.
func (b *Outbox) seenTogether(ctx context.Context, shop woo.Doer, asked map[int64]*Settlement) {
	ids := make([]string, 0, len(asked))
	for id := range asked {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	query := woo.RouteOrders.Everything()
	query.Set("include", strings.Join(ids, ","))
	query.Set("per_page", strconv.Itoa(fullPage))
	query.Set("_fields", "id,status")
	answer, err := read(ctx, shop, woo.RouteOrders.List(0), query)
	if err != nil {
		return
	}
	list, listed, err := recordsIn(answer.Body)
	if err != nil {
		return
	}
	for i, record := range list {
		if !compare.InTrash(record) {
			delete(asked, listed[i])
		}
	}
}
