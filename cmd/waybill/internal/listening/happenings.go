package listening

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// happening is one thing that trigger lets happen.
type happening struct {
	name, what string
	resource   storage.Resource
	creates    bool
	happen     func(ctx context.Context, on target) (made, error)
}

// happenings are named as the topics of WooCommerce's webhooks are, where there is one.
var happenings = []happening{
	{"order.created", "a paid order of one product comes in", storage.Orders, true, newOrder},
	{"order.updated", "a customer's note on an order changes", storage.Orders, false,
		change("orders", "", func() any { return fields{"customer_note": "Changed at " + now()} })},
	{"order.completed", "an order is completed", storage.Orders, false,
		change("orders", "", func() any { return fields{"status": "completed"} })},
	{"order.cancelled", "an order is cancelled", storage.Orders, false,
		change("orders", "", func() any { return fields{"status": "cancelled"} })},
	{"order.refunded", "1.00 of an order is given back, not through its gateway", storage.Refunds, false, refund},
	{"order.deleted", "an order goes into the trash", storage.Orders, false, remove("orders", false)},
	{"order.restored", "an order comes back from the trash", storage.Orders, false,
		change("orders", "trash", func() any { return fields{"status": "processing"} })},
	{"product.created", "a product is added", storage.Products, true,
		create("products", func() any {
			return fields{"name": "Made by waybill trigger", "type": "simple", "regular_price": "12.50",
				"sku": "TRIGGER-" + stamp()}
		})},
	{"product.updated", "the text of a product changes", storage.Products, false,
		change("products", "", func() any { return fields{"short_description": "Changed at " + now()} })},
	{"product.deleted", "a product goes into the trash", storage.Products, false, remove("products", false)},
	{"customer.created", "a customer registers", storage.Customers, true,
		create("customers", func() any {
			return fields{"email": "trigger-" + stamp() + "@example.com", "username": "trigger-" + stamp(),
				"first_name": "Ada", "password": stamp() + "-Trigger"}
		})},
	{"customer.updated", "a customer's city changes", storage.Customers, false,
		change("customers", "", func() any { return fields{"billing": fields{"city": "Town " + stamp()}} })},
	{"customer.deleted", "a customer is deleted", storage.Customers, false, remove("customers", true)},
	{"coupon.created", "a coupon is made", storage.Coupons, true,
		create("coupons", func() any {
			return fields{"code": "trigger-" + stamp(), "discount_type": "percent", "amount": "10"}
		})},
	{"coupon.updated", "the text of a coupon changes", storage.Coupons, false,
		change("coupons", "", func() any { return fields{"description": "Changed at " + now()} })},
	{"coupon.deleted", "a coupon is deleted", storage.Coupons, false, remove("coupons", true)},
}

func eventNames() []string {
	var names []string
	for _, h := range happenings {
		names = append(names, h.name)
	}
	return names
}

// listOfEvents is the end of the help.
func listOfEvents() string {
	var b strings.Builder
	for _, h := range happenings {
		fmt.Fprintf(&b, "  %-18s%s\n", h.name, h.what)
	}
	return strings.TrimRight(b.String(), "\n")
}

type fields map[string]any

// made is the record that something has happened to.
type made struct {
	ID     int64  `json:"id"`
	Status string `json:"status"`
	parent int64
}

// target is the shop on which something is to happen, and the record where somebody has named one.
type target struct {
	woo.Doer
	url string
	id  int64
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// stamp makes what must be unique on a shop.
func stamp() string { return strconv.FormatInt(time.Now().UnixNano(), 36) }

func (t target) ask(ctx context.Context, method, path string, query url.Values, body any, into any) error {
	answer, err := t.Do(ctx, woo.Request{Method: method, Path: path, Query: query, Body: body})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "the shop's answer to %s %s is no record", method, path)
	}
	return nil
}

// record is the one that was named, or the newest that there is; status restricts it to the trash.
func (t target) record(ctx context.Context, path, status string) (int64, error) {
	if t.id > 0 {
		return t.id, nil
	}
	query := url.Values{"per_page": {"1"}, "order": {"desc"}, "orderby": {"id"}}
	if status != "" {
		query.Set("status", status)
	}
	var list []made
	if err := t.ask(ctx, http.MethodGet, path, query, nil, &list); err != nil {
		return 0, err
	}
	if len(list) == 0 {
		one, where := singular(storage.Resource(path)), ""
		first := one + ".created"
		if status != "" {
			where, first = " in its trash", one+".deleted"
		}
		return 0, problem.New(problem.RecordNotFound, "the shop has no %s%s", one, where).
			Next("Make one first: waybill trigger %s", first)
	}
	return list[0].ID, nil
}

func create(path string, body func() any) func(context.Context, target) (made, error) {
	return func(ctx context.Context, on target) (m made, err error) {
		err = on.ask(ctx, http.MethodPost, path, nil, body(), &m)
		return m, err
	}
}

func change(path, status string, body func() any) func(context.Context, target) (made, error) {
	return func(ctx context.Context, on target) (m made, err error) {
		id, err := on.record(ctx, path, status)
		if err != nil {
			return m, err
		}
		err = on.ask(ctx, http.MethodPut, path+"/"+strconv.FormatInt(id, 10), nil, body(), &m)
		return m, err
	}
}

// remove puts a record into the trash, or away for good where there is no trash.
func remove(path string, forGood bool) func(context.Context, target) (made, error) {
	return func(ctx context.Context, on target) (m made, err error) {
		id, err := on.record(ctx, path, "")
		if err != nil {
			return m, err
		}
		var query url.Values
		if forGood {
			query = url.Values{"force": {"true"}}
		}
		err = on.ask(ctx, http.MethodDelete, path+"/"+strconv.FormatInt(id, 10), query, nil, &m)
		m.Status = ""
		return m, err
	}
}

// newOrder makes an order of a product that the shop has, or of a fee where it has none.
func newOrder(ctx context.Context, on target) (m made, err error) {
	var products []made
	query := url.Values{"per_page": {"1"}, "status": {"publish"}, "type": {"simple"}, "stock_status": {"instock"}}
	if err := on.ask(ctx, http.MethodGet, "products", query, nil, &products); err != nil {
		return m, err
	}
	order := fields{
		"payment_method": "bacs", "payment_method_title": "Direct bank transfer", "set_paid": true,
		"billing": fields{"first_name": "Ada", "last_name": "Trigger", "email": "ada@example.com",
			"address_1": "Mill Lane 1", "city": "Hamburg", "postcode": "20095", "country": "DE"},
		"fee_lines": []fields{{"name": "Made by waybill trigger", "total": "10.00"}},
	}
	if len(products) > 0 {
		delete(order, "fee_lines")
		order["line_items"] = []fields{{"product_id": products[0].ID, "quantity": 1}}
	}
	err = on.ask(ctx, http.MethodPost, "orders", nil, order, &m)
	return m, err
}

func refund(ctx context.Context, on target) (m made, err error) {
	id, err := on.record(ctx, "orders", "")
	if err != nil {
		return m, err
	}
	err = on.ask(ctx, http.MethodPost, "orders/"+strconv.FormatInt(id, 10)+"/refunds", nil,
		fields{"amount": "1.00", "reason": "Made by waybill trigger", "api_refund": false}, &m)
	m.parent = id
	return m, err
}
