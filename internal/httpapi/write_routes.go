package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

type createInput struct {
	RecordKind
	WriteHeaders
	ParentID int64 `query:"parent_id" doc:"Product of a variation, order of a note or refund, attribute of a term." minimum:"1"`
	Body     object
}

// writable returns the resource that the path names, if it can be written. Webhooks can be written although they are
// not mirrored. The error is a problem for any other word.
func (k RecordKind) writable() (storage.Resource, error) {
	if k.Resource == string(storage.Webhooks) {
		return storage.Webhooks, nil
	}
	return k.resource()
}

func (a *API) createRecord(ctx context.Context, in *createInput) (*writeAnswer, error) {
	resource, err := in.writable()
	if err != nil {
		return nil, err
	}
	row := intake.Row{Write: outbox.Write{Action: outbox.Create, Resource: resource, ParentID: in.ParentID,
		Body: json.RawMessage(in.Body)}}
	all, err := a.submit(ctx, in.Store, submission{rows: []intake.Row{row}, in: in.WriteHeaders, keyed: true})
	return single(in.Store, all, err)
}

type updateRecordInput struct {
	OneRecord
	UpdateHeaders
	ParentID int64 `query:"parent_id" doc:"Product of a variation, attribute of a term." minimum:"1"`
	Body     object
}

// number returns the resource and the number of the record that a path names. Only records with a number can be
// written. The error is a problem for any other record.
func (o OneRecord) number() (storage.Resource, int64, error) {
	resource, err := o.writable()
	if err != nil {
		return "", 0, err
	}
	id, err := strconv.ParseInt(o.Record, 10, 64)
	if err != nil || id < 1 {
		return "", 0, noRecordNumber(o.Record)
	}
	return resource, id, nil
}

func (a *API) updateRecord(ctx context.Context, in *updateRecordInput) (*writeAnswer, error) {
	resource, id, err := in.number()
	if err != nil {
		return nil, err
	}
	row := intake.Row{Write: outbox.Write{Action: outbox.Update, Resource: resource, RecordID: id,
		ParentID: in.ParentID, Body: json.RawMessage(in.Body), Policy: outbox.Policy(in.Policy)}}
	all, err := a.submit(ctx, in.Store, submission{rows: []intake.Row{row}, in: in.WriteHeaders, ifMatch: in.IfMatch,
		keyed: relative(in.Body)})
	return single(in.Store, all, err)
}

// relative says whether a body changes a quantity by an amount: applying such a body twice changes the quantity twice.
func relative(body []byte) bool { return bytes.Contains(body, []byte(`"inventory_delta"`)) }

type deleteInput struct {
	OneRecord
	WriteHeaders
	ParentID int64 `query:"parent_id" doc:"Product of a variation, order of a note or refund." minimum:"1"`
	Force    bool  `query:"force" doc:"For good, and not into the trash."`
}

func (a *API) deleteRecord(ctx context.Context, in *deleteInput) (*writeAnswer, error) {
	resource, id, err := in.number()
	if err != nil {
		return nil, err
	}
	row := intake.Row{Write: outbox.Write{Action: outbox.Delete, Resource: resource, RecordID: id,
		ParentID: in.ParentID, Force: in.Force}}
	all, err := a.submit(ctx, in.Store, submission{rows: []intake.Row{row}, in: in.WriteHeaders})
	return single(in.Store, all, err)
}

type updateOrderInput struct {
	OneOrder
	UpdateHeaders
	Body object
}

func (a *API) updateOrder(ctx context.Context, in *updateOrderInput) (*writeAnswer, error) {
	row := intake.Row{Order: in.Order, Write: outbox.Write{Action: outbox.Update, Resource: storage.Orders,
		Body: json.RawMessage(in.Body), Policy: outbox.Policy(in.Policy)}}
	all, err := a.submit(ctx, in.Store, submission{rows: []intake.Row{row}, by: in.by(), in: in.WriteHeaders,
		ifMatch: in.IfMatch})
	return single(in.Store, all, err)
}

type noteInput struct {
	OneOrder
	WriteHeaders
	Body struct {
		Note     string `json:"note" minLength:"1" maxLength:"100000"`
		Customer bool   `json:"customer_note,omitempty" doc:"A note to the customer: the store sends it by e-mail."`
	}
}

func (a *API) addNote(ctx context.Context, in *noteInput) (*writeAnswer, error) {
	body, err := json.Marshal(map[string]any{"note": in.Body.Note, "customer_note": in.Body.Customer})
	if err != nil {
		return nil, err
	}
	return a.belowOrder(ctx, in.OneOrder, in.WriteHeaders, storage.OrderNotes, body)
}

type refundInput struct {
	OneOrder
	WriteHeaders
	Body object
}

func (a *API) refund(ctx context.Context, in *refundInput) (*writeAnswer, error) {
	return a.belowOrder(ctx, in.OneOrder, in.WriteHeaders, storage.Refunds, json.RawMessage(in.Body))
}

// belowOrder creates a record that belongs to an order.
func (a *API) belowOrder(
	ctx context.Context, order OneOrder, in WriteHeaders, resource storage.Resource, body json.RawMessage,
) (*writeAnswer, error) {
	row := intake.Row{Order: order.Order, Write: outbox.Write{Action: outbox.Create, Resource: resource, Body: body}}
	all, err := a.submit(ctx, order.Store, submission{rows: []intake.Row{row}, by: order.by(), in: in, keyed: true})
	return single(order.Store, all, err)
}

type stockInput struct {
	NamedStore
	WriteHeaders
	Body struct {
		Stock []object `json:"stock" doc:"Each with sku and stock_quantity, which sets, or inventory_delta, which changes." minItems:"1" maxItems:"1000"`
	}
}

func (a *API) setStock(ctx context.Context, in *stockInput) (*writesAnswer, error) {
	s := submission{in: in.WriteHeaders}
	for _, body := range in.Body.Stock {
		s.keyed = s.keyed || relative(body)
		rows, err := intake.Read(bytes.NewReader(body),
			intake.Options{Action: outbox.Update, Resource: storage.Products})
		if err != nil {
			return nil, stockRefused(err)
		}
		s.rows = append(s.rows, rows...)
	}
	err := intake.ManageStock(s.rows)
	if missing, ok := errors.AsType[*intake.MissingField](err); ok {
		return nil, stockLacks(missing.Row, missing.Field)
	}
	if err != nil {
		return nil, err
	}
	return a.submit(ctx, in.Store, s)
}

// draft is one of several writes in a request.
type draft struct {
	Action   string   `json:"action" enum:"create,update,delete"`
	Resource string   `json:"resource" example:"orders"`
	ID       int64    `json:"id,omitempty" doc:"The record that is changed or deleted." minimum:"1"`
	Name     string   `json:"name,omitempty" doc:"In place of id: the SKU, the customer's e-mail address, or the order's number." maxLength:"320"`
	ParentID int64    `json:"parent_id,omitempty" minimum:"1"`
	Force    bool     `json:"force,omitempty" doc:"Delete for good."`
	Policy   string   `json:"policy,omitempty" enum:"merge,reject,store,caller"`
	Key      string   `json:"idempotency_key,omitempty" doc:"Else it is made of the header Idempotency-Key and the place in the list." maxLength:"200"`
	Base     object   `json:"base,omitempty" doc:"The record as you saw it."`
	Allow    []string `json:"allow_unknown,omitempty" maxItems:"100"`
	Body     object   `json:"body,omitempty"`
}

type submitInput struct {
	NamedStore
	WriteHeaders
	DryRun bool `query:"dry_run" doc:"Accept nothing and show what would be sent."`
	Body   struct {
		Writes []draft `json:"writes" minItems:"1" maxItems:"1000"`
	}
}

type submitAnswer struct {
	Status  int
	Applied string `header:"Preference-Applied"`
	Body    struct {
		Writes   []oneWrite     `json:"writes"`
		Requests []outbox.Shown `json:"requests,omitempty" doc:"With dry_run: what would be sent."`
	}
}

func (a *API) submitWrites(ctx context.Context, in *submitInput) (*submitAnswer, error) {
	s := submission{in: in.WriteHeaders}
	for i, d := range in.Body.Writes {
		resource, err := RecordKind{Resource: d.Resource}.writable()
		if err != nil {
			return nil, writeRefused(err, i)
		}
		row := intake.Row{Name: d.Name, Write: outbox.Write{Action: outbox.Action(d.Action), Resource: resource,
			RecordID: d.ID, ParentID: d.ParentID, Force: d.Force, Policy: outbox.Policy(d.Policy), Allowed: d.Allow,
			Body: json.RawMessage(d.Body), Base: json.RawMessage(d.Base), Key: d.Key}}
		if d.Key == "" && in.Key != "" {
			row.Key = intake.KeyOf(in.Key, i, len(in.Body.Writes))
		}
		if row.Key == "" && (row.Action == outbox.Create || relative(d.Body)) {
			s.keyed = true
		}
		s.rows = append(s.rows, row)
	}
	if in.DryRun {
		return a.preview(ctx, in.Store, s)
	}
	if s.keyed {
		return nil, keyMissingOfEach()
	}
	s.in.Key = "" // each write has a key of its own
	all, err := a.submit(ctx, in.Store, s)
	if err != nil {
		return nil, err
	}
	out := submitAnswer{Status: all.Status, Applied: all.Applied}
	out.Body.Writes = all.Body.Writes
	return &out, nil
}

func (a *API) preview(ctx context.Context, name string, s submission) (*submitAnswer, error) {
	st, err := a.store(ctx, name)
	if err != nil {
		return nil, err
	}
	found, err := a.Drafter.Find(ctx, st, s.rows, s.by)
	if err != nil {
		return nil, err
	}
	out := submitAnswer{Status: http.StatusOK}
	out.Body.Writes = []oneWrite{}
	out.Body.Requests, err = a.Drafter.Preview(ctx, st, found)
	return &out, err
}

func (a *API) writeRoutes() {
	const tag = "Writes"
	accepted := []int{409, 502}
	register(a, operation{id: "create-record", method: http.MethodPost, path: "/v1/stores/{store}/records/{resource}",
		tag: tag, summary: "Create a record on the store", need: access.WritesWrite, status: http.StatusAccepted,
		within: asking, errors: accepted, about: acceptedAbout}, a.createRecord)
	register(a, operation{id: "update-record", method: http.MethodPatch,
		path: "/v1/stores/{store}/records/{resource}/{id}", tag: tag, summary: "Change fields of a record of the store",
		need: access.WritesWrite, status: http.StatusAccepted, within: asking, errors: append(accepted, 412),
		about: acceptedAbout}, a.updateRecord)
	register(a, operation{id: "delete-record", method: http.MethodDelete,
		path: "/v1/stores/{store}/records/{resource}/{id}", tag: tag, summary: "Delete a record of the store",
		need: access.WritesWrite, status: http.StatusAccepted, within: asking, errors: accepted,
		about: "Into the trash, or for good with `force`.\n\n" + acceptedAbout}, a.deleteRecord)
	register(a, operation{id: "update-order", method: http.MethodPatch, path: "/v1/stores/{store}/orders/{order}",
		tag: "Orders", summary: "Change fields of an order, such as its status or a tracking number",
		need: access.WritesWrite, status: http.StatusAccepted, within: asking, errors: append(accepted, 412),
		about: acceptedAbout}, a.updateOrder)
	register(a, operation{id: "add-note", method: http.MethodPost, path: "/v1/stores/{store}/orders/{order}/notes",
		tag: "Orders", summary: "Add a note to an order", need: access.WritesWrite, status: http.StatusAccepted,
		within: asking, errors: accepted, about: acceptedAbout}, a.addNote)
	register(a, operation{id: "refund-order", method: http.MethodPost, path: "/v1/stores/{store}/orders/{order}/refunds",
		tag: "Orders", summary: "Refund an order, in part or whole", need: access.WritesWrite,
		status: http.StatusAccepted, within: asking, errors: accepted, about: acceptedAbout}, a.refund)
	register(a, operation{id: "set-stock", method: http.MethodPost, path: "/v1/stores/{store}/stock",
		tag: "Stock", summary: "Set or change stock quantities by SKU", need: access.WritesWrite,
		status: http.StatusAccepted, within: asking, errors: accepted, about: acceptedAbout}, a.setStock)
	register(a, operation{id: "submit-writes", method: http.MethodPost, path: "/v1/stores/{store}/writes", tag: tag,
		summary: "Accept many writes, all or none", need: access.WritesWrite, status: http.StatusAccepted,
		within: asking, errors: accepted,
		about: "With `dry_run` nothing is accepted: the answer shows what would be sent to the store.\n\n" +
			acceptedAbout}, a.submitWrites)
	register(a, operation{id: "list-writes", method: http.MethodGet, path: "/v1/stores/{store}/writes", tag: tag,
		summary: "List writes to a store, the newest first", need: access.WritesRead}, a.listWrites)
	register(a, operation{id: "get-write", method: http.MethodGet, path: "/v1/stores/{store}/writes/{write}", tag: tag,
		summary: "Show a write: what it sends, where it stands and why", need: access.WritesRead}, a.getWrite)
	register(a, operation{id: "decide-write", method: http.MethodPost,
		path: "/v1/stores/{store}/writes/{write}/decision", tag: tag,
		summary: "Decide about a rejected or parked write", need: access.WritesWrite, status: http.StatusAccepted,
		within: asking, errors: accepted}, a.decide)
}

const acceptedAbout = "The write is on the disk when it is answered, and takes effect exactly once or ends with a " +
	"reason. The answer is 202; with `Prefer: wait=N` it is 200 when the write was settled within N seconds: its " +
	"`state` is `done`, or `problem` says why it is not."
