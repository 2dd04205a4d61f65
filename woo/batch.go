package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/woo/internal/answer"
)

// Batch is several writes in one request. An update carries the id of its object. A deletion is final: a batch cannot
// move to the trash (recording batch-mix).
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

// batch sends at most MaxBatch writes in one request.
func (r resource[T]) batch(ctx context.Context, batch Batch[T]) (*BatchResult[T], error) {
	if n := len(batch.Create) + len(batch.Update) + len(batch.Delete); n > MaxBatch {
		return nil, usageError(
			"the batch holds "+strconv.Itoa(n)+" writes, more than "+strconv.Itoa(MaxBatch)+"; send several", nil,
		)
	}
	wire := struct {
		Create []T     `json:"create,omitempty"`
		Update []T     `json:"update,omitempty"`
		Delete []int64 `json:"delete,omitempty"`
	}(batch)
	request := Request{Method: http.MethodPost, Path: r.path + "/batch", Body: wire}
	res, err := r.client.Do(ctx, request)
	if res == nil {
		return nil, err
	}
	result, bad := r.readBatch(request, res)
	if bad != nil {
		return nil, r.client.shapeError(request, res, bad)
	}
	return result, err
}

func (r resource[T]) readBatch(request Request, res *Response) (*BatchResult[T], error) {
	result := &BatchResult[T]{}
	switch jsonvalue.Kind(res.Body) {
	case '[':
		return result, nil // an empty batch answers []
	case '{':
	default:
		return nil, errNotObject
	}
	for _, part := range []struct {
		name string
		into *[]BatchItem[T]
	}{{"create", &result.Create}, {"update", &result.Update}, {"delete", &result.Delete}} {
		entries := jsonvalue.Get(res.Body, part.name)
		if jsonvalue.Kind(entries) != '[' {
			continue
		}
		for w := jsonvalue.Walk(entries); w.Next(); {
			item, err := r.readBatchItem(request, res, w.Value)
			if err != nil {
				return nil, err
			}
			*part.into = append(*part.into, item)
		}
	}
	return result, nil
}

func (r resource[T]) readBatchItem(request Request, res *Response, entry []byte) (BatchItem[T], error) {
	if jsonvalue.Kind(entry) != '{' {
		return BatchItem[T]{}, errNotObject
	}
	var item BatchItem[T]
	// A failed write is answered with the id that was sent, which need not be a number.
	item.ID, _ = strconv.ParseInt(strings.Trim(string(jsonvalue.Get(entry, "id")), `"`), 10, 64)
	failure := jsonvalue.Get(entry, "error")
	if fault, isFault := answer.ReadFault(failure); isFault {
		item.Err = r.client.itemError(request, res, fault, failure)
		return item, nil
	}
	item.Item = new(T)
	return item, decode(entry, item.Item)
}

// itemError is the error of one write inside a batch that was answered with 200.
func (c *Client) itemError(r Request, res *Response, f answer.Fault, body json.RawMessage) *Error {
	p, err := c.requests.prepare(r)
	if err != nil {
		return usageError("", err)
	}
	e := p.fail(KindAPI, MaybeExecuted, nil)
	e.Status, e.StoreStatus, e.Code, e.Message = res.Status, f.Status, f.Code, p.secrets.Text(f.Message)
	e.Data, e.Params, e.Body = f.Data, f.Params, body
	e.Executed = executedByStatus(e, true)
	return e
}
