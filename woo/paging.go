package woo

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"
)

// ErrNoTotal is returned by Count when the store does not say how many records there are.
var ErrNoTotal = errors.New("woo: the store did not send X-WP-Total")

// Page is one page of a list.
type Page[T any] struct {
	Items      []T
	Number     int // from 1
	Total      int // over all pages; -1 when the store did not say
	TotalPages int // -1 when the store did not say
	Response   *Response
}

// list reads one page. Next to an error with KindStrayOutput the page is returned too.
func (r resource[T]) list(ctx context.Context, opts any) (*Page[T], error) {
	query, err := encodeOptions(opts)
	if err != nil {
		return nil, err
	}
	return r.page(ctx, query)
}

func (r resource[T]) page(ctx context.Context, query url.Values) (*Page[T], error) {
	items, res, err := list[T](ctx, r.client, Request{Path: r.path, Query: query})
	if res == nil || items == nil {
		return nil, err
	}
	page := &Page[T]{
		Items: items, Number: max(atoi(query.Get("page")), 1),
		Total: res.Total, TotalPages: res.TotalPages, Response: res,
	}
	return page, err
}

// pages reads page after page, from the one opts names, MaxPerPage records each unless opts says otherwise. After an
// error the iteration ends.
func (r resource[T]) pages(ctx context.Context, opts any) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		query, err := encodeOptions(opts)
		if err != nil {
			yield(nil, err)
			return
		}
		if query.Get("per_page") == "" {
			query.Set("per_page", strconv.Itoa(MaxPerPage))
		}
		walk := pageWalk{perPage: atoi(query.Get("per_page")), number: max(atoi(query.Get("page")), 1), totalPages: -1}
		for {
			query.Set("page", strconv.Itoa(walk.number))
			page, err := r.page(ctx, query)
			if err != nil {
				yield(nil, err)
				return
			}
			more, err := walk.next(page.Response, len(page.Items))
			if err != nil {
				yield(nil, r.client.shapeError(Request{Path: r.path, Query: query}, page.Response, err))
				return
			}
			// An empty page after the first says nothing new, and its total is 0
			// (docs/woocommerce/lists.md#page-beyond-total-zero).
			if len(page.Items) == 0 && !walk.first() {
				return
			}
			if !yield(page, nil) || !more {
				return
			}
		}
	}
}

// all reads every record of the list, page after page.
func (r resource[T]) all(ctx context.Context, opts any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range r.pages(ctx, opts) {
			if err != nil {
				yield(*new(T), err)
				return
			}
			for i := range page.Items {
				if !yield(page.Items[i], nil) {
					return
				}
			}
		}
	}
}

// count asks how many records the list has, with one request for one id.
func (r resource[T]) count(ctx context.Context, opts any) (int, error) {
	query, err := encodeOptions(opts)
	if err != nil {
		return 0, err
	}
	query.Set("per_page", "1")
	query.Set("page", "1")
	query.Set("_fields", "id")
	query.Del("offset")
	res, err := r.client.Do(ctx, Request{Path: r.path, Query: query})
	if err != nil {
		return 0, err
	}
	if res.Total < 0 {
		return 0, ErrNoTotal
	}
	return res.Total, nil
}

// pageWalk decides whether there is another page.
type pageWalk struct {
	perPage    int
	number     int // of the page to read next
	read       int // pages so far
	totalPages int // as the last page with records gave it
	previous   []byte
}

func (w *pageWalk) first() bool { return w.read == 1 }

// next takes the page just read. Without totals a page shorter than asked for is the last one
// (docs/woocommerce/lists.md#pagination-header-missing).
func (w *pageWalk) next(res *Response, items int) (more bool, err error) {
	w.read++
	w.number++
	if items == 0 {
		return false, nil
	}
	if res.TotalPages >= 0 {
		w.totalPages = res.TotalPages
		return w.number <= w.totalPages, nil
	}
	// Without totals nothing else ends the walk when a host drops the query and serves the first page forever
	// (docs/woocommerce/routing.md#query-string-dropped).
	if bytes.Equal(w.previous, res.Body) {
		return false, errSamePage
	}
	w.previous = res.Body
	return items >= w.perPage, nil
}

var errSamePage = errors.New("the store sent the same page twice; it seems to ignore the page argument")

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
