package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// resource is the place of the records of one kind, such as "orders/12/notes". Every service embeds a resource, and
// names those of its methods that the API has for these records.
type resource[T any] struct {
	client *Client
	path   string
}

// resourceAt is the resource at a route, below a parent where the route is nested.
func resourceAt[T any](c *Client, route Route, parent int64) resource[T] {
	return resource[T]{c, route.List(parent)}
}

// at is the path of one record. An id that is a text holds no slash: it would name another route.
func (r resource[T]) at(id string) (string, error) {
	if id == "" || strings.Contains(id, "/") {
		return "", usageError("the id "+strconv.Quote(id)+" cannot be part of an address", nil)
	}
	return r.path + "/" + id, nil
}

// whole reads a list that has no pages.
func (r resource[T]) whole(ctx context.Context) ([]T, error) {
	items, _, err := list[T](ctx, r.client, Request{Path: r.path})
	return items, err
}

func (r resource[T]) get(ctx context.Context, id string) (*T, error) {
	path, err := r.at(id)
	if err != nil {
		return nil, err
	}
	return one[T](ctx, r.client, Request{Path: path})
}

func (r resource[T]) create(ctx context.Context, item T) (*T, error) {
	return one[T](ctx, r.client, Request{Method: http.MethodPost, Path: r.path, Body: item})
}

func (r resource[T]) update(ctx context.Context, id string, change T) (*T, error) {
	body, err := encodeBody(change)
	if err != nil {
		return nil, usageError("the change cannot be written as JSON", err)
	}
	return r.updateRaw(ctx, id, body)
}

func (r resource[T]) change(ctx context.Context, id string, from *T, edit func(*T)) (*T, error) {
	edited, err := Clone(from)
	if err != nil {
		return nil, err
	}
	edit(edited)
	body, err := Changes(from, edited)
	if err != nil {
		return nil, usageError("the change cannot be written as JSON", err)
	}
	if body == nil {
		return from, nil
	}
	return r.updateRaw(ctx, id, body)
}

// updateRaw refuses a body with the id of another record: WordPress lets an id in the body win over the id in the
// address, and would change that other record (recording http-put-body-id).
func (r resource[T]) updateRaw(ctx context.Context, id string, body json.RawMessage) (*T, error) {
	path, err := r.at(id)
	if err != nil {
		return nil, err
	}
	if inside := idIn(body); inside != "" && inside != id {
		return nil, usageError("the change carries the id "+inside+" of another object", nil)
	}
	return one[T](ctx, r.client, Request{Method: http.MethodPut, Path: path, Body: body})
}

// idIn is the id that a body names; empty when it names none.
func idIn(body json.RawMessage) string {
	id := strings.Trim(string(jsonvalue.Get(body, "id")), `"`)
	if id == "0" || id == "null" {
		return ""
	}
	return id
}

// remove deletes for good, or moves to the trash. It always says which: the default differs from route to route
// (docs/woocommerce/catalogue.md#delete-force).
func (r resource[T]) remove(ctx context.Context, id string, force bool) (*T, error) {
	path, err := r.at(id)
	if err != nil {
		return nil, err
	}
	query := url.Values{"force": {strconv.FormatBool(force)}}
	return one[T](ctx, r.client, Request{Method: http.MethodDelete, Path: path, Query: query})
}

// one sends a request whose answer is one object. Next to an error with KindStrayOutput the object is returned too.
func one[T any](ctx context.Context, c *Client, r Request) (*T, error) {
	res, err := c.Do(ctx, r)
	if res == nil {
		return nil, err
	}
	item := new(T)
	if bad := decode(res.Body, item); bad != nil {
		return nil, c.shapeError(r, res, bad)
	}
	return item, err
}

// list sends a request whose answer is a list of objects.
func list[T any](ctx context.Context, c *Client, r Request) ([]T, *Response, error) {
	res, err := c.Do(ctx, r)
	if res == nil {
		return nil, nil, err
	}
	items, bad := decodeList[T](res.Body)
	if bad != nil {
		return nil, res, c.shapeError(r, res, bad)
	}
	return items, res, err
}

// shapeError is the error of an answer that is JSON but not what was asked for. A write has been executed by then.
func (c *Client) shapeError(r Request, res *Response, cause error) *Error {
	p, err := c.requests.prepare(r)
	if err != nil {
		return usageError("", err)
	}
	e := p.fail(KindShape, WasExecuted, cause)
	if p.read {
		e.Executed = NotExecuted
	}
	e.Status, e.Body, e.Header = res.Status, res.Body, p.secrets.Header(res.Header)
	e.Snippet = p.secrets.Snippet(res.Body)
	return e
}

func decode[T any](raw json.RawMessage, into *T) error {
	if u, ok := any(into).(json.Unmarshaler); ok {
		return u.UnmarshalJSON(raw)
	}
	return json.Unmarshal(raw, into)
}

// decodeList reads a list. PHP writes a list with gaps as an object; its values are taken in order.
func decodeList[T any](raw json.RawMessage) ([]T, error) {
	items := make([]T, 0, 16)
	w := jsonvalue.Walk(raw)
	for w.Next() {
		items = append(items, *new(T))
		if err := decode(w.Value, &items[len(items)-1]); err != nil {
			return nil, err
		}
	}
	return items, w.Err()
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
