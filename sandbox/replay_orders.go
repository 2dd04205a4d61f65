package sandbox

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// orderOperations are what the recordings do to orders and products inside the store.
var orderOperations = map[string]func(p *player, args json.RawMessage) (output any, err error){
	"register_order_status":       registerOrderStatus,
	"unregister_order_status":     unregisterOrderStatus,
	"set_order_dates_gmt":         setOrderDates,
	"set_post_dates_gmt":          setProductDates,
	"add_order_notes_same_second": addOrderNotes,
}

func registerOrderStatus(p *player, args json.RawMessage) (any, error) {
	var a struct{ Slug, Label string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	p.store.shop.Update(
		func(st *shop.Store) { st.Orders.RegisterOrderStatus(orders.OrderStatus{Slug: a.Slug, Name: a.Label}) },
	)
	return nil, nil
}

func unregisterOrderStatus(p *player, args json.RawMessage) (any, error) {
	var a struct{ Slug string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	p.store.shop.Update(func(st *shop.Store) { st.Orders.UnregisterOrderStatus(a.Slug) })
	return nil, nil
}

// setOrderDates sets when orders were created and modified. Each row is an id and two dates in UTC.
func setOrderDates(p *player, args json.RawMessage) (any, error) {
	var a struct{ Rows [][3]string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	return nil, eachDates(a.Rows, func(id int64, created, modified time.Time) {
		p.store.shop.Update(func(st *shop.Store) { st.Orders.SetOrderDates(id, created, modified) })
	})
}

// setProductDates gives products the dates of the recording.
func setProductDates(p *player, args json.RawMessage) (any, error) {
	var a struct{ Rows [][3]string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	return nil, eachDates(a.Rows, func(id int64, created, modified time.Time) {
		p.store.shop.Update(func(st *shop.Store) { st.Catalogue.SetProductDates(id, created, modified) })
	})
}

// eachDates calls set for each row of an id and two dates in UTC.
func eachDates(rows [][3]string, set func(id int64, created, modified time.Time)) error {
	for _, row := range rows {
		id, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			return err
		}
		created, err := time.Parse(time.DateTime, row[1])
		if err != nil {
			return err
		}
		modified, err := time.Parse(time.DateTime, row[2])
		if err != nil {
			return err
		}
		set(id, created, modified)
	}
	return nil
}

func addOrderNotes(p *player, args json.RawMessage) (any, error) {
	var a struct {
		Order string
		Notes []string
		Date  string `json:"date_gmt"`
	}
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(a.Order, 10, 64)
	if err != nil {
		return nil, err
	}
	at, err := time.Parse(time.DateTime, a.Date)
	if err != nil {
		return nil, err
	}
	p.store.shop.Update(func(st *shop.Store) { st.Orders.AddOrderNotes(id, a.Notes, at) })
	return nil, nil
}
