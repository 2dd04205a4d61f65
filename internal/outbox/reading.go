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

// recordsIn parses a list of records. The error is for an answer that is no list or holds no records: an empty object
// or a plugin's {"success":false} must not pass for a store without records.
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

// isGone says whether the store itself says that a record does not exist. A plugin that hides a record answers 404 as
// well.
func isGone(err error) bool {
	e, ok := woo.AsError(err)
	return ok && e.NotFound() && woo.RefusedFirst(e.EffectiveStatus(), e.Code)
}

// list reads a list past every cache, because decisions depend on it.
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

// fullPage is the largest number of records on a page of WooCommerce.
const fullPage = 100

// read reads from the store past every cache, because decisions depend on the answer.
func read(ctx context.Context, shop woo.Doer, path string, query url.Values) (*woo.Response, error) {
	return shop.Do(ctx, woo.Request{Path: path, Query: query, Fresh: true})
}

// current reads the present records of the writes of a job. It also returns the headers of the first answer, which tell
// the store's time.
func (b *Outbox) current(
	ctx context.Context, shop woo.Doer, j job,
) (records map[int64]json.RawMessage, clock http.Header, err error) {
	records = map[int64]json.RawMessage{}
	for part := range slices.Chunk(j.writes, fullPage) {
		if len(part) == 1 {
			continue
		}
		header, err := b.currentTogether(ctx, shop, job{path: j.path, writes: part}, records)
		if err != nil && !pagesize.TooHeavy(err) { // single records may be light enough
			return nil, nil, err
		}
		if clock == nil {
			clock = header
		}
	}
	// Read one by one what the list did not show (such as a product in the trash), and what was not asked for together.
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

// currentTogether reads in one request the records that a list shows.
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
	path   string // collection of a batch
	action intent.Action
	writes []intent.Write
}

// request is a write that is ready, with its body as it will be sent.
type request struct {
	write   intent.Write
	body    json.RawMessage
	current json.RawMessage // the record of an update, as it was read before
}
