package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// endpoint is a collection's place below the namespace, such as "orders/12/notes".
type endpoint struct {
	client *Client
	path   string
}

// key is how the objects of a collection are named in its path.
type key interface{ int64 | string }

// at is the path of one object. A text key holds no slash: it would name another route.
func at[K key](e endpoint, id K) (string, error) {
	switch id := any(id).(type) {
	case int64:
		return e.path + "/" + strconv.FormatInt(id, 10), nil
	case string:
		if id == "" || strings.Contains(id, "/") {
			return "", usageError("the id "+strconv.Quote(id)+" cannot be part of an address", nil)
		}
		return e.path + "/" + id, nil
	}
	return "", nil
}

// Allowed gives the methods that the key may use here (OPTIONS; it changes nothing and works with every key). An empty
// list means: none. Path is below wc/v3, "orders" or "orders/12".
func (c *Client) Allowed(ctx context.Context, path string) ([]string, error) {
	res, err := c.Do(ctx, Request{Method: http.MethodOptions, Path: path, Query: url.Values{"_fields": {"namespace"}}})
	if err != nil {
		return nil, err
	}
	return res.Allow, nil
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

// shapeError: the answer is JSON but not what was asked for. What was sent has been done.
func (c *Client) shapeError(r Request, res *Response, cause error) *Error {
	p, err := c.prepare(r)
	if err != nil {
		return usageError("", err)
	}
	e := c.fail(p, KindShape, WasExecuted, cause)
	if p.read {
		e.Executed = NotExecuted
	}
	e.Status, e.Body, e.Header = res.Status, res.Body, c.scrubHeader(res.Header)
	e.Snippet = c.snippet(res.Body)
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

// Reading gets one object.
type Reading[T any, K key] struct{ endpoint }

// Get reads one object.
func (r Reading[T, K]) Get(ctx context.Context, id K) (*T, error) {
	path, err := at(r.endpoint, id)
	if err != nil {
		return nil, err
	}
	return one[T](ctx, r.client, Request{Path: path})
}

// Creating makes new objects. A create is sent once and never repeated here.
type Creating[T any] struct{ endpoint }

// Create sends the fields of item that are set and returns the object as the store made it.
func (r Creating[T]) Create(ctx context.Context, item T) (*T, error) {
	return one[T](ctx, r.client, Request{Method: http.MethodPost, Path: r.path, Body: item})
}

// Updating changes objects.
type Updating[T any, K key] struct{ endpoint }

// Update sends the fields of change that are set. To change an object that was read, use Change: sending it
// back whole would overwrite what others changed meanwhile.
func (r Updating[T, K]) Update(ctx context.Context, id K, change T) (*T, error) {
	body, err := encodeBody(change)
	if err != nil {
		return nil, usageError("the change cannot be written as JSON", err)
	}
	return r.UpdateRaw(ctx, id, body)
}

// Change sends only what edit changes in a copy of from, the object as it was read. When edit changes nothing, nothing
// is sent and from is returned. It does not look whether the store's object is still the one that was read.
func (r Updating[T, K]) Change(ctx context.Context, id K, from *T, edit func(*T)) (*T, error) {
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
	return r.UpdateRaw(ctx, id, body)
}

// UpdateRaw sends a JSON object as it is.
func (r Updating[T, K]) UpdateRaw(ctx context.Context, id K, body json.RawMessage) (*T, error) {
	path, err := at(r.endpoint, id)
	if err != nil {
		return nil, err
	}
	// WordPress lets an id in the body win over the one in the address: another object would be changed (recording
	// http-put-body-id).
	if inside := entryID(trimSpace(body)); inside != "" && strings.Trim(inside, `"`) != path[strings.LastIndex(path, "/")+1:] {
		return nil, usageError("the change carries the id "+inside+" of another object", nil)
	}
	return one[T](ctx, r.client, Request{Method: http.MethodPut, Path: path, Body: body})
}

// Deleting removes objects for good.
type Deleting[T any, K key] struct{ endpoint }

// Delete removes the object for good (force=true) and returns it as it was.
func (r Deleting[T, K]) Delete(ctx context.Context, id K) (*T, error) {
	return remove[T](ctx, r.endpoint, id, "true")
}

// Trashing moves objects to the trash.
type Trashing[T any, K key] struct{ endpoint }

// Trash moves the object to the trash, from where it can be restored by setting its status. It returns the object with
// the status it had before.
func (r Trashing[T, K]) Trash(ctx context.Context, id K) (*T, error) {
	return remove[T](ctx, r.endpoint, id, "false")
}

// remove always says force: the default differs from route to route (knowledge 0.3: attributes and refunds delete).
func remove[T any, K key](ctx context.Context, e endpoint, id K, force string) (*T, error) {
	path, err := at(e, id)
	if err != nil {
		return nil, err
	}
	return one[T](ctx, e.client, Request{Method: http.MethodDelete, Path: path, Query: url.Values{"force": {force}}})
}

// Collection has everything most collections offer: list, get, create, update, delete and batch.
type Collection[T, O any] struct {
	Listing[T, O]
	Reading[T, int64]
	Creating[T]
	Updating[T, int64]
	Deleting[T, int64]
	Batching[T]
}

func newCollection[T, O any](c *Client, segments ...string) Collection[T, O] {
	e := endpoint{client: c, path: path.Join(segments...)}
	return Collection[T, O]{
		Listing[T, O]{e}, Reading[T, int64]{e}, Creating[T]{e}, Updating[T, int64]{e}, Deleting[T, int64]{e}, Batching[T]{e},
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
