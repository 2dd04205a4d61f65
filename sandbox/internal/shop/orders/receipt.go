package orders

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// receipts is the controller of /orders/{id}/receipt. A receipt is a page that exists until a date. Its name begins
// with that date in hexadecimal.
type receipts struct{ *Store }

const receiptKey = "_receipt_file_name"

// may checks the permission for the order. Nobody has a permission for a missing order.
func (c receipts) may(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		record := capability.Record{Missing: true}
		if d, ok := c.document(r.Int("id")); ok {
			record = c.recordOf(r, d)
		}
		return c.Store.May(r, capability.OrderReceipt, action, record, message)
	}
}

func (c receipts) get(r *rest.Request) (*rest.Response, error) {
	order, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_not_found", "Receipt not found")
	}
	name, expires, ok := c.receiptOf(order)
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_not_found", "Receipt not found")
	}
	return c.answer(r, name, expires), nil
}

// receiptOf is the receipt of an order that has not expired.
func (s *Store) receiptOf(o *Order) (name string, expires time.Time, ok bool) {
	name = o.Meta.Text(receiptKey)
	var year, month, day int
	if len(name) < 7 {
		return "", time.Time{}, false
	}
	if n, err := fmt.Sscanf(name[:6], "%3x%1x%2x", &year, &month, &day); err != nil || n != 3 {
		return "", time.Time{}, false
	}
	expires = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return name, expires, !expires.Before(s.Now().Truncate(24 * time.Hour))
}

func (c receipts) answer(r *rest.Request, name string, expires time.Time) *rest.Response {
	return &rest.Response{Body: rest.NewObject(
		"receipt_url", c.HomeOf(r)+"/wc/file/transient/"+name,
		"expiration_date", expires.Format(time.DateOnly),
	)}
}

func (c receipts) create(r *rest.Request) (*rest.Response, error) {
	order, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_not_found", "Order not found")
	}
	// An existing receipt is the answer, whatever date the request asks for.
	if name, expires, ok := c.receiptOf(order); ok && !r.Bool("force_new") {
		return c.answer(r, name, expires), nil
	}
	today := c.Now().Truncate(24 * time.Hour)
	expires := today.AddDate(0, 0, int(r.Int("expiration_days")))
	if given := r.Param("expiration_date"); given != nil {
		date, err := time.Parse(time.DateOnly, rest.Text(given))
		switch {
		case err != nil:
			return nil, rest.Errorf(400, "woocommerce_rest_invalid_argument",
				"%s is not a valid date, expected format: YYYY-MM-DD", rest.Text(given))
		case date.Before(today):
			return nil, rest.Errorf(400, "woocommerce_rest_invalid_argument",
				"The supplied expiration date, %s, is in the past", rest.Text(given))
		}
		expires = date
	}
	name := fmt.Sprintf("%03x%01x%02x%s", expires.Year(), int(expires.Month()), expires.Day(), c.Secrets.Hex(32))
	d := c.clerk(r.Caller).draftOf(order)
	d.order.Meta.Update(receiptKey, name, nil)
	d.order.Meta.Save(d.orderMetaCounter())
	d.store()
	return c.answer(r, name, expires), nil
}
