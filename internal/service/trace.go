package service

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/woo"
)

// Tracer follows orders from shops to everybody who is told of them.
func (a *Asker) Tracer() *trace.Tracer { return trace.New(a.Reader.db, asked{a.shops}, a.opts.Now) }

// asked asks shops for single orders.
type asked struct{ shops *shop.Shops }

// Order asks for an order as it is now. Only WooCommerce's own answer says that there is none.
func (s asked) Order(ctx context.Context, st storage.Store, id int64) (raw []byte, found bool, err error) {
	client, err := s.shops.Of(st)
	if err != nil {
		return nil, false, err
	}
	answer, err := client.Do(ctx, woo.Request{Path: woo.RouteOrders.Record(0, id), Fresh: true})
	if failure, ok := woo.AsError(err); ok && failure.EffectiveStatus() == http.StatusNotFound &&
		failure.Code == "woocommerce_rest_shop_order_invalid_id" {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, shop.Explain(err)
	}
	return answer.Body, true, nil
}
