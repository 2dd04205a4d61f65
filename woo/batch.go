package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// MaxBatch is the most objects one batch may hold, creates, updates and deletes together (recording batch-101).
const MaxBatch = 100

// Batch is several writes in one request. An update carries the id of its object. Deletes are for good, the trash is
// not available here (recording batch-mix).
type Batch[T any] struct {
	Create []T
	Update []T
	Delete []int64
}

// BatchResult has one entry per write, in the order of the request. The store answers 200 even when every single write
// failed: look at each entry's Err.
type BatchResult[T any] struct {
	Create []BatchItem[T]
	Update []BatchItem[T]
	Delete []BatchItem[T]
}

// Errs lists the errors of all entries.
func (r *BatchResult[T]) Errs() []*Error {
	var errs []*Error
	for _, items := range [][]BatchItem[T]{r.Create, r.Update, r.Delete} {
		for _, item := range items {
			if item.Err != nil {
				errs = append(errs, item.Err)
			}
		}
	}
	return errs
}

// BatchItem is the outcome of one write of a batch: the object, or an error.
type BatchItem[T any] struct {
	ID   int64
	Item *T
	Err  *Error
}

// Batching writes many objects at once.
type Batching[T any] struct{ endpoint }

// Batch sends at most MaxBatch writes in one request. The error speaks of the request as a whole; a failed write is in
// its BatchItem. As with every write nothing is repeated here, and a batch whose answer was lost may have been executed in
// part: look at each object.
func (b Batching[T]) Batch(ctx context.Context, batch Batch[T]) (*BatchResult[T], error) {
	if n := len(batch.Create) + len(batch.Update) + len(batch.Delete); n > MaxBatch {
		return nil, usageError("the batch holds "+strconv.Itoa(n)+" writes, more than "+strconv.Itoa(MaxBatch)+"; send several", nil)
	}
	wire := struct {
		Create []T     `json:"create,omitempty"`
		Update []T     `json:"update,omitempty"`
		Delete []int64 `json:"delete,omitempty"`
	}(batch)
	r := Request{Method: http.MethodPost, Path: b.path + "/batch", Body: wire}
	res, err := b.client.Do(ctx, r)
	if res == nil {
		return nil, err
	}
	result, bad := b.readResult(r, res)
	if bad != nil {
		return nil, b.client.shapeError(r, res, bad)
	}
	return result, err
}

func (b Batching[T]) readResult(r Request, res *Response) (*BatchResult[T], error) {
	result := &BatchResult[T]{}
	if isList(res.Body) {
		return result, nil // an empty batch answers []
	}
	if !isObject(res.Body) {
		return nil, errNotObject
	}
	answer := takeApart(res.Body)
	for name, into := range map[string]*[]BatchItem[T]{"create": &result.Create, "update": &result.Update, "delete": &result.Delete} {
		for _, entry := range elements(answer.values[name]) {
			item, err := b.readItem(r, res, entry)
			if err != nil {
				return nil, err
			}
			*into = append(*into, item)
		}
	}
	return result, nil
}

func (b Batching[T]) readItem(r Request, res *Response, entry []byte) (BatchItem[T], error) {
	if !isObject(entry) {
		return BatchItem[T]{}, errNotObject
	}
	parts := takeApart(entry)
	var item BatchItem[T]
	// The id of a failed write is what was sent, which may be anything.
	item.ID, _ = strconv.ParseInt(strings.Trim(string(parts.values["id"]), `"`), 10, 64)
	if fault, isFault := readFault(parts.values["error"]); isFault {
		item.Err = b.client.itemError(r, res, fault, parts.values["error"])
		return item, nil
	}
	item.Item = new(T)
	return item, decode(entry, item.Item)
}

// itemError is the error of one write inside a batch that was answered with 200.
func (c *Client) itemError(r Request, res *Response, f fault, body json.RawMessage) *Error {
	p, err := c.prepare(r)
	if err != nil {
		return usageError("", err)
	}
	e := c.fail(p, KindAPI, MaybeExecuted, nil)
	e.Status, e.StoreStatus, e.Code, e.Message = res.Status, f.status, f.code, c.scrub(f.message)
	e.Data, e.Params, e.Body = f.data, f.params, body
	e.Executed = executedByStatus(p, e, true)
	return e
}
