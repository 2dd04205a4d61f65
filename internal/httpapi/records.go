package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// RecordKind holds the kind of record that a path names.
type RecordKind struct {
	NamedStore
	Resource string `path:"resource" doc:"Kind of record: orders, refunds, products, variations, customers, coupons, …"`
}

// resource returns the kind of record that the path names. The error is a problem for an unknown kind.
func (k RecordKind) resource() (storage.Resource, error) {
	if r := storage.Resource(k.Resource); r.Known() {
		return r, nil
	}
	return "", resourceNotFound(k.Resource, resourceNames())
}

func resourceNames() string {
	var names []string
	for _, r := range storage.Resources() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

type listInput struct {
	RecordKind
	Status        []string  `query:"status" doc:"Only with one of these statuses; trash shows the trash." maxItems:"50"`
	WithTrash     bool      `query:"with_trash" doc:"Also what lies in the trash."`
	ModifiedFrom  time.Time `query:"modified_from" doc:"Modified at this time or later."`
	CreatedFrom   time.Time `query:"created_from" doc:"Created at this time or later."`
	CreatedBefore time.Time `query:"created_before" doc:"Created before this time."`
	Number        string    `query:"number" doc:"The order with the number that people see." maxLength:"100"`
	Email         string    `query:"email" doc:"Orders with this billing address, or customers, whatever its case." maxLength:"320"`
	SKU           string    `query:"sku" doc:"Products or variations with exactly this SKU." maxLength:"200"`
	CustomerID    int64     `query:"customer_id" doc:"Orders of this customer." minimum:"1"`
	ParentID      int64     `query:"parent_id" doc:"Refunds and notes of this order, variations of this product." minimum:"1"`
	Search        string    `query:"search" doc:"Text in number, names, e-mail address, SKU or title." maxLength:"200"`
	OldestFirst   bool      `query:"oldest_first" doc:"The smallest ids first; else the largest."`
	Limit         int       `query:"limit" doc:"Most records of a page." minimum:"1" maximum:"500" default:"50"`
	Cursor        string    `query:"cursor" doc:"Where the page begins: next_cursor of the page before." maxLength:"500"`
}

type listAnswer struct {
	Body struct {
		Records    []wire.Record `json:"records"`
		NextCursor string        `json:"next_cursor,omitempty" doc:"Of the page that follows; absent on the last one."`
	}
}

// OneRecord holds the record that a path names.
type OneRecord struct {
	RecordKind
	Record string `path:"id" doc:"The store's number of the record, or its name where it has no number."`
}

// ref returns the record that the path names.
func (o OneRecord) ref() (storage.Ref, error) {
	resource, err := o.resource()
	if err != nil {
		return storage.Ref{}, err
	}
	return storage.ParseRef(resource, o.Record), nil
}

type getInput struct {
	OneRecord
	IfNoneMatch string `header:"If-None-Match" doc:"Answer 304 when the record still has one of these tags."`
}

type recordAnswer struct {
	Status int
	ETag   string `header:"ETag" doc:"Names this version of the record, for If-None-Match and If-Match."`
	Body   *wire.Record
}

func (a *API) recordRoutes() {
	const tag = "Records"
	register(a, operation{id: "list-records", method: http.MethodGet, path: "/v1/stores/{store}/records/{resource}",
		tag: tag, summary: "List records of the mirror", need: access.RecordsRead}, a.listRecords)
	register(a, operation{id: "get-record", method: http.MethodGet, path: "/v1/stores/{store}/records/{resource}/{id}",
		tag: tag, summary: "Show a record of the mirror", need: access.RecordsRead}, a.getRecord)
}

func (a *API) listRecords(ctx context.Context, in *listInput) (*listAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	q, err := in.query(st)
	if err != nil {
		return nil, err
	}
	var out listAnswer
	out.Body.Records = []wire.Record{}
	q.Limit = in.Limit + 1 // one more record shows whether a page follows
	for record, err := range a.Records.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		if len(out.Body.Records) == in.Limit {
			out.Body.NextCursor = cursorAfter(out.Body.Records[in.Limit-1], in.OldestFirst)
			break
		}
		out.Body.Records = append(out.Body.Records, wire.RecordOf(record))
	}
	return &out, nil
}

func (in *listInput) query(st storage.Store) (storage.Query, error) {
	resource, err := in.resource()
	if err != nil {
		return storage.Query{}, err
	}
	q := storage.Query{StoreID: st.ID, Resource: resource, Statuses: in.Status, WithTrash: in.WithTrash,
		ModifiedFrom: in.ModifiedFrom, CreatedFrom: in.CreatedFrom, CreatedBefore: in.CreatedBefore,
		CustomerID: in.CustomerID, ParentID: in.ParentID, Text: in.Search, OldestFirst: in.OldestFirst,
		Number: in.Number, Email: in.Email, SKU: in.SKU}
	for name, c := range map[string]struct {
		given bool
		of    []storage.Resource
	}{
		"number": {in.Number != "", []storage.Resource{storage.Orders}},
		"email":  {in.Email != "", []storage.Resource{storage.Orders, storage.Customers}},
		"sku":    {in.SKU != "", []storage.Resource{storage.Products, storage.Variations}},
	} {
		if c.given && !contains(c.of, resource) {
			return q, notFoundBy(resource, name)
		}
	}
	if in.Cursor == "" {
		return q, nil
	}
	var at cursor
	text, err := base64.RawURLEncoding.DecodeString(in.Cursor)
	if err == nil {
		err = json.Unmarshal(text, &at)
	}
	if err != nil || at.OldestFirst != in.OldestFirst {
		return q, cursorOfAnotherOrder()
	}
	q.After = &storage.Ref{Resource: resource, ID: at.ID, Slug: at.Slug}
	return q, nil
}

func contains(list []storage.Resource, r storage.Resource) bool {
	for _, one := range list {
		if one == r {
			return true
		}
	}
	return false
}

// cursor is the place after a page: its last record, and the order of the list.
type cursor struct {
	ID          int64  `json:"i"`
	Slug        string `json:"s,omitempty"`
	OldestFirst bool   `json:"o,omitempty"`
}

func cursorAfter(last wire.Record, oldestFirst bool) string {
	text, err := json.Marshal(cursor{last.ID, last.Slug, oldestFirst})
	if err != nil {
		return "" // encoding three plain members cannot fail
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func (a *API) getRecord(ctx context.Context, in *getInput) (*recordAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	record, err := a.Records.Record(ctx, st, ref)
	if err != nil {
		return nil, err
	}
	out := recordAnswer{Status: http.StatusOK, ETag: tagOf(record.Hash)}
	if noneMatches(in.IfNoneMatch, out.ETag) {
		out.Status = http.StatusNotModified
		return &out, nil
	}
	view := wire.RecordOf(record)
	out.Body = &view
	return &out, nil
}
