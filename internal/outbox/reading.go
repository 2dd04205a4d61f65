package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/woo"
)

// recordsIn takes a list of records apart. What is no list, or holds what is no record, is no look at the store: an
// empty object or a plugin's {"success":false} must not pass for a store that has nothing.
func recordsIn(body json.RawMessage) (list []json.RawMessage, ids []int64, err error) {
	if document.Kind(body) != '[' {
		return nil, nil, errors.New("the answer is no list")
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, nil, err
	}
	ids = make([]int64, len(list))
	for i, record := range list {
		if ids[i] = compare.ID(record); ids[i] <= 0 {
			return nil, nil, errors.New("the answer lists what is no record")
		}
	}
	return list, ids, nil
}

// isGone says whether the store itself says that a record does not exist. A plugin that hides one answers 404 as well.
func isGone(err error) bool {
	e, ok := woo.AsError(err)
	return ok && e.NotFound() && woo.RefusedFirst(e.EffectiveStatus(), e.Code)
}

// list reads a list that decides something.
func list(ctx context.Context, shop woo.Doer, path string, query url.Values, into any) error {
	answer, err := read(ctx, shop, path, query)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return fmt.Errorf("outbox: look-up in %s: %w", path, err)
	}
	return nil
}

// fullPage is the most records a page of WooCommerce holds.
const fullPage = 100

// read asks the store for something that decides, so it passes every cache by.
func read(ctx context.Context, shop woo.Doer, path string, query url.Values) (*woo.Response, error) {
	return shop.Do(ctx, woo.Request{Path: path, Query: query, Fresh: true})
}

// current reads the records that the writes of a job are about, as they are now, and gives the store's clock when the
// first was read.
func (b *Outbox) current(
	ctx context.Context, shop woo.Doer, j job,
) (records map[int64]json.RawMessage, clock http.Header, err error) {
	records = map[int64]json.RawMessage{}
	for part := range slices.Chunk(j.writes, fullPage) {
		if len(part) == 1 {
			continue
		}
		header, err := b.currentTogether(ctx, shop, job{path: j.path, writes: part}, records)
		if err != nil && !pagesize.TooHeavy(err) { // one by one they may be light enough
			return nil, nil, err
		}
		if clock == nil {
			clock = header
		}
	}
	// One by one what was not asked for together, and what no list shows (a product in the trash).
	for _, w := range j.writes {
		if records[w.RecordID] != nil {
			continue
		}
		answer, err := read(ctx, shop, intent.Targets[w.Resource].Route.Record(w.ParentID, w.RecordID), nil)
		switch {
		case isGone(err):
			if e, _ := woo.AsError(err); clock == nil {
				clock = e.Header
			}
		case err != nil:
			return nil, nil, err
		case compare.ID(answer.Body) != w.RecordID:
			return nil, nil, fmt.Errorf("outbox: the answer to a look at %s is something else", w.Ref())
		default:
			records[w.RecordID] = answer.Body
			if clock == nil {
				clock = answer.Header
			}
		}
	}
	return records, clock, nil
}

// currentTogether reads in one request what a list shows of them.
func (b *Outbox) currentTogether(
	ctx context.Context, shop woo.Doer, j job, into map[int64]json.RawMessage,
) (http.Header, error) {
	ids := make([]string, len(j.writes))
	for i, w := range j.writes {
		ids[i] = strconv.FormatInt(w.RecordID, 10)
	}
	query := intent.Targets[j.writes[0].Resource].Route.Everything()
	query.Set("include", strings.Join(ids, ","))
	query.Set("per_page", "100")
	answer, err := read(ctx, shop, j.path, query)
	if err != nil {
		return nil, err
	}
	list, listed, err := recordsIn(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("outbox: list of %s: %w", j.path, err)
	}
	for i, record := range list {
		into[listed[i]] = record
	}
	return answer.Header, nil
}

// job is what one request carries: one write, or several of one collection as a batch.
type job struct {
	path   string // collection, for a batch
	action intent.Action
	writes []intent.Write
}

// request is a write made ready: its body as it will be sent.
type request struct {
	write   intent.Write
	body    json.RawMessage
	current json.RawMessage // the record that an update is about, as it was read before
}
