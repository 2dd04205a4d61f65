package orders

import (
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// fulfillments is the controller of /orders/{id}/fulfillments. A store has these routes while the feature is switched
// on.
type fulfillments struct{ *Store }

// The messages of refusals of the controllers with a base class of their own.
const (
	mayNotView   = "Sorry, you cannot view resources."
	mayNotCreate = "Sorry, you cannot create resources."
	mayNotDelete = "Sorry, you cannot delete resources."
	mayNotDo     = "Sorry, you are not allowed to do that."
)

// mayDo checks the permission for the order of a request. The order's customer may read.
func (c fulfillments) mayDo(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		order, ok := c.Orders.Get(r.Int("order_id"))
		if !ok {
			return &rest.Error{
				Status: 404, Code: "woocommerce_rest_order_invalid_id", Message: "Invalid order ID.",
				Data: rest.NewObject("status", "404"),
			}
		}
		record := capability.Record{Buyer: r.Caller.ID != 0 && r.Caller.ID == order.CustomerID}
		return c.May(r, capability.Fulfillments, action, record, message)
	}
}

// answered turns an error into an answer. An exception is an answer of status 400 whose code is the exception's number.
func answered(err error) *rest.Response {
	code := int64(0)
	if errors.Is(err, errFulfillmentGone) {
		code = 404
	}
	return &rest.Response{Status: 400, Body: rest.NewObject(
		"code", code, "message", err.Error(), "data", rest.NewObject("status", int64(400)),
	)}
}

var (
	errFulfillmentUnknown = errFulfillment("Fulfillment not found.")
	errFulfillmentGone    = errors.New("Fulfillment not found.") //nolint:staticcheck,revive // shown to clients
	errFulfillmentForeign = errFulfillment("Invalid fulfillment ID.")
)

// find is the fulfilment that a request names, even a deleted one.
func (c fulfillments) find(r *rest.Request) (*Fulfillment, error) {
	f, ok := c.Fulfillments.Get(r.Int("fulfillment_id"))
	switch {
	case !ok:
		return nil, errFulfillmentUnknown
	case f.OrderID != r.Int("order_id"):
		return nil, errFulfillmentForeign
	}
	return f, nil
}

func (c fulfillments) list(r *rest.Request) (*rest.Response, error) {
	list := rest.List{}
	for _, f := range c.fulfillmentsOf(r.Int("order_id")) {
		list = append(list, c.json(f, asRead(f)))
	}
	return &rest.Response{Body: c.wrap("fulfillments", list)}, nil
}

func (c fulfillments) create(r *rest.Request) (*rest.Response, error) {
	f := &Fulfillment{OrderID: r.Int("order_id")}
	if r.JSON.Has("status") {
		f.setStatus(rest.Text(r.JSON.Value("status")))
	}
	c.takeMeta(f, r.JSON.Value("meta_data"), true)
	if err := c.clerkOf(r).addFulfillment(f); err != nil {
		return answered(err), nil
	}
	shown := form{boolean: true, withoutID: c.Has(core.FulfillmentsInUTC), date: f.Updated}
	if f.Status == fulfilled {
		c.tell(r, "fulfillment_created", f.OrderID)
	}
	return &rest.Response{Status: 201, Body: c.wrap("fulfillment", c.json(f, shown))}, nil
}

func (c fulfillments) get(r *rest.Request) (*rest.Response, error) {
	f, err := c.find(r)
	if err == nil && !f.Deleted.IsZero() {
		err = errFulfillmentGone
	}
	if err != nil {
		return answered(err), nil
	}
	return &rest.Response{Body: c.wrap("fulfillment", c.json(f, asRead(f)))}, nil
}

func (c fulfillments) update(r *rest.Request) (*rest.Response, error) {
	stored, err := c.find(r)
	if err != nil {
		return answered(err), nil
	}
	changed := *stored
	changed.Meta = slices.Clone(stored.Meta)
	statusSent := r.JSON.Has("status")
	if statusSent {
		changed.setStatus(rest.Text(r.JSON.Value("status")))
	}
	c.replaceMeta(&changed, r.JSON.Value("meta_data"))
	shown, was := asRead(stored), stored.Status
	if err := c.clerkOf(r).changeFulfillment(stored, &changed, statusSent); err != nil {
		return answered(err), nil
	}
	switch {
	case !stored.Deleted.IsZero():
		changed.Status = stored.Status
		return &rest.Response{Body: c.wrap("fulfillment", c.json(&changed, shown))}, nil
	case was != fulfilled && stored.Status == fulfilled:
		c.tell(r, "fulfillment_created", stored.OrderID)
	case stored.Status == fulfilled:
		c.tell(r, "fulfillment_updated", stored.OrderID)
	}
	shown.boolean = statusSent
	if c.Has(core.FulfillmentsInUTC) {
		shown.date = stored.Updated
	}
	return &rest.Response{Body: c.wrap("fulfillment", c.json(stored, shown))}, nil
}

func (c fulfillments) remove(r *rest.Request) (*rest.Response, error) {
	f, err := c.find(r)
	if err != nil {
		return answered(err), nil
	}
	c.clerkOf(r).deleteFulfillment(f)
	if f.Status == fulfilled {
		c.tell(r, "fulfillment_deleted", f.OrderID)
	}
	return &rest.Response{Body: rest.NewObject("message", "Fulfillment deleted successfully.")}, nil
}

func (c fulfillments) getMeta(r *rest.Request) (*rest.Response, error) {
	f, err := c.find(r)
	if err != nil {
		return answered(err), nil
	}
	return &rest.Response{Body: c.wrap("meta_data", c.metaJSON(f, asRead(f)))}, nil
}

func (c fulfillments) updateMeta(r *rest.Request) (*rest.Response, error) {
	return c.editMeta(r, func(f *Fulfillment) { c.replaceMeta(f, r.JSON.Value("meta_data")) })
}

func (c fulfillments) removeMeta(r *rest.Request) (*rest.Response, error) {
	response, err := c.editMeta(r, func(f *Fulfillment) { f.Meta.Delete(r.Text("meta_key")) })
	if err == nil && response.Status == 0 && c.Has(core.FulfillmentsWrapped) {
		return &rest.Response{Status: 204}, nil
	}
	return response, err
}

func (c fulfillments) editMeta(r *rest.Request, edit func(*Fulfillment)) (*rest.Response, error) {
	stored, err := c.find(r)
	if err != nil {
		return answered(err), nil
	}
	changed := *stored
	changed.Meta = slices.Clone(stored.Meta)
	edit(&changed)
	shown := asRead(stored)
	if err := c.clerkOf(r).changeFulfillment(stored, &changed, false); err != nil {
		return answered(err), nil
	}
	return &rest.Response{Body: c.wrap("meta_data", c.metaJSON(stored, shown))}, nil
}

// lookup answers as a store does for a number that belongs to none of its carriers. The sandbox knows no carrier.
func (c fulfillments) lookup(*rest.Request) (*rest.Response, error) {
	return &rest.Response{Body: rest.List{}}, nil
}

// tell sends the customer an e-mail when the request asks for one.
func (c fulfillments) tell(r *rest.Request, hook string, orderID int64) {
	if r.Bool("notify_customer") {
		c.clerkOf(r).mail(hook, orderID)
	}
}

// takeMeta adds the meta data of a request and returns their keys. Before 10.8 a create ignored entries without an id.
func (c fulfillments) takeMeta(f *Fulfillment, sent rest.Value, creating bool) (keys []string) {
	for _, v := range rest.Elements(sent) {
		entry := rest.AsObject(v)
		key := entry.Value("key")
		if key == nil || creating && !c.Has(core.FulfillmentsInUTC) && (entry.Value("id") == nil ||
			entry.Value("value") == nil) {
			continue
		}
		keys = append(keys, rest.Text(key))
		text, isText := entry.Value("value").(string)
		if rest.Text(key) == dateFulfilledKey && isText && c.Has(core.FulfillmentsInUTC) {
			if at, ok := c.ParseMoment(text); ok {
				f.Meta.AddUnique(dateFulfilledKey, at.UTC().Format(fulfillmentWallDay))
			}
			continue
		}
		f.Meta.Update(rest.Text(key), entry.Value("value"), entry.Value("id"))
	}
	return keys
}

// replaceMeta takes the meta data of a request and drops all others.
func (c fulfillments) replaceMeta(f *Fulfillment, sent rest.Value) {
	if !rest.IsArray(sent) {
		return
	}
	keys := c.takeMeta(f, sent, false)
	if len(keys) == 0 && len(rest.Elements(sent)) > 0 {
		return
	}
	for i, m := range f.Meta {
		if !slices.Contains(keys, m.Key) {
			f.Meta[i].Value = nil
		}
	}
}

// wrap puts an answer into the member that the first versions had around it.
func (c fulfillments) wrap(member string, body rest.Value) rest.Value {
	if c.Has(core.FulfillmentsWrapped) {
		return rest.NewObject(member, body)
	}
	return body
}

// form is how an answer shows a fulfilment. Values of the request are shown as PHP holds them, stored values as the
// database gives them.
type form struct {
	boolean   bool // is_fulfilled is true or false, not "1" or "0"
	withoutID bool // entries without an id name it last
	known     int64
	date      time.Time
}

// asRead is the form of a fulfilment as it is stored.
func asRead(f *Fulfillment) form {
	shown := form{withoutID: true, date: f.Updated}
	for _, m := range f.Meta {
		shown.known = max(shown.known, m.ID)
	}
	return shown
}

func (c fulfillments) json(f *Fulfillment, shown form) *rest.Object {
	o := rest.NewObject("id", f.ID)
	done := rest.Value(f.Status == fulfilled)
	meta := c.metaJSON(f, shown)
	if !c.Has(core.FulfillmentsInUTC) {
		if c.Has(core.FulfillmentsWrapped) {
			o.Set("fulfillment_id", f.ID)
		}
		for _, member := range []struct {
			name  string
			value rest.Value
		}{
			{"entity_type", "WC_Order"}, {"entity_id", core.Itoa(f.OrderID)}, {"is_fulfilled", done},
			{"status", f.Status},
			{"date_updated", shown.date.In(c.Zone()).Format(fulfillmentWallDay)}, {"meta_data", meta},
		} {
			o.Set(member.name, member.value)
		}
		return o
	}
	if !shown.boolean {
		done = "0"
		if f.Status == fulfilled {
			done = "1"
		}
	}
	deleted := rest.Value(nil)
	if !f.Deleted.IsZero() {
		deleted = core.GMTTime(f.Deleted) + "Z"
	}
	for _, member := range []struct {
		name  string
		value rest.Value
	}{
		{"entity_type", "WC_Order"}, {"entity_id", core.Itoa(f.OrderID)}, {"status", f.Status}, {"is_fulfilled", done},
		{"date_updated", core.GMTTime(shown.date) + "Z"}, {"date_deleted", deleted}, {"meta_data", meta},
	} {
		o.Set(member.name, member.value)
	}
	return o
}

func (c fulfillments) metaJSON(f *Fulfillment, shown form) rest.List {
	list := rest.List{}
	for _, m := range f.Meta {
		if m.Value == nil {
			continue
		}
		value := m.Value
		if m.Key == dateFulfilledKey && c.Has(core.FulfillmentsInUTC) {
			if at, err := time.Parse(fulfillmentWallDay, rest.Text(value)); err == nil {
				value = core.GMTTime(at) + "Z"
			}
		}
		if shown.withoutID && m.ID > shown.known {
			list = append(list, rest.NewObject("key", m.Key, "value", value, "id", m.ID))
		} else {
			list = append(list, rest.NewObject("id", m.ID, "key", m.Key, "value", value))
		}
	}
	return list
}
