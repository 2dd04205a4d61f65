package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// prepare makes the writes of a job ready to be sent: products named by SKU are found, updates are held against the
// store's current records. What cannot be sent comes back settled. Only reads go to the store here, so a failure leaves
// a write pending.
func (b *Outbox) prepare(ctx context.Context, shop Shop, j job) (ready []request, settled []Settlement, err error) {
	var current map[int64]json.RawMessage
	if j.action == Update {
		if current, err = b.current(ctx, shop, j); err != nil {
			for _, w := range j.writes {
				settled = append(settled, b.unsent(w, err))
			}
			return nil, settled, nil
		}
	}
	for _, w := range j.writes {
		r := request{write: w, body: w.Body}
		if j.action == Update {
			s, send, err := b.holdAgainst(ctx, w, current[w.RecordID], &r)
			if err != nil {
				return nil, nil, err
			}
			if !send {
				settled = append(settled, s)
				continue
			}
		}
		if j.action != Delete {
			if w.Resource == storage.Orders {
				body, reason, err := b.resolveLines(ctx, shop, w, r.body)
				if err != nil {
					settled = append(settled, b.unsent(w, err))
					continue
				}
				if reason != nil {
					w.State, w.Reason, w.DoneAt = Rejected, reason, b.opts.Now().UTC()
					settled = append(settled, Settlement{Write: w})
					continue
				}
				r.body = body
			}
			if r.body, err = marked(w, r.body); err != nil {
				return nil, nil, err
			}
		}
		ready = append(ready, r)
	}
	return ready, settled, nil
}

// unsent puts a write back because something had to be read first and could not be. It does not count as an attempt.
func (b *Outbox) unsent(w Write, err error) Settlement {
	w.Attempts--
	reason := &Reason{Code: CodeUnreachable, Message: err.Error()}
	var wait = b.lookDelay(w)
	if e, ok := woo.AsError(err); ok {
		reason.Status = e.Status
		wait = max(wait, e.RetryAfter)
	}
	return b.again(w, reason, wait)
}

// current reads the records that a job is about to update.
func (b *Outbox) current(ctx context.Context, shop Shop, j job) (map[int64]json.RawMessage, error) {
	records := map[int64]json.RawMessage{}
	if len(j.writes) == 1 {
		w := j.writes[0]
		answer, err := shop.Do(ctx, woo.Request{Path: targets[w.Resource].recordPath(w.ParentID, w.RecordID)})
		if woo.IsNotFound(err) {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records[w.RecordID] = answer.Body
		return records, nil
	}
	ids := make([]string, len(j.writes))
	for i, w := range j.writes {
		ids[i] = strconv.FormatInt(w.RecordID, 10)
	}
	query := url.Values{"include": {strings.Join(ids, ",")}, "per_page": {"100"}}
	t := targets[j.writes[0].Resource]
	if t.statuses != "" {
		query.Set("status", t.statuses)
	}
	if j.writes[0].Resource == storage.Customers {
		query.Set("role", "all")
	}
	answer, err := shop.Do(ctx, woo.Request{Path: j.path, Query: query})
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(answer.Body, &list); err != nil {
		return nil, fmt.Errorf("outbox: list of %s: %w", j.path, err)
	}
	for _, record := range list {
		if o, err := parseObject(record); err == nil {
			records[numberIn(o, "id")] = record
		}
	}
	return records, nil
}

// holdAgainst decides about an update with the record as it is now; nil means that the list did not have it.
func (b *Outbox) holdAgainst(ctx context.Context, w Write, current json.RawMessage, r *request) (Settlement, bool, error) {
	if current == nil {
		// Not there, or not in the list: the store's own answer to the update says which.
		return Settlement{}, true, nil
	}
	own, err := b.repo.DoneSince(ctx, w)
	if err != nil {
		return Settlement{}, false, err
	}
	d, err := decide(w, own, current)
	switch {
	case err != nil:
		return Settlement{}, false, err
	case d.park != nil:
		w.State, w.Reason = Parked, d.park
		return Settlement{Write: w}, false, nil
	case d.empty != nil:
		w = b.done(w)
		w.Reason = d.empty
		return Settlement{Write: w}, false, nil
	}
	r.body = d.body
	return Settlement{}, true, nil
}

// resolveLines finds the product of every new line, in the mirror and then on the store, because WooCommerce keeps an
// empty line for a product or SKU it does not know (knowledge: order-ghost-line).
func (b *Outbox) resolveLines(ctx context.Context, shop Shop, w Write, body json.RawMessage) (json.RawMessage, *Reason, error) {
	o, err := parseObject(body)
	if err != nil {
		return nil, nil, err
	}
	if kindOf(o["line_items"]) != '[' {
		return body, nil, nil
	}
	var lines []object
	if err := json.Unmarshal(o["line_items"], &lines); err != nil {
		return nil, nil, err
	}
	var missing []FieldError
	for i, line := range lines {
		if line == nil || numberIn(line, "id") != 0 {
			continue
		}
		field, problem, err := b.resolveLine(ctx, shop, w.StoreID, line)
		if err != nil {
			return nil, nil, err
		}
		if problem != "" {
			missing = append(missing, FieldError{Field: fmt.Sprintf("line_items[%d].%s", i, field), Message: problem})
		}
	}
	if len(missing) > 0 {
		return nil, &Reason{Code: CodeInvalid, Fields: missing,
			Message: fmt.Sprintf("%s: %s; nothing was sent, because the store would have kept an empty line", missing[0].Field, missing[0].Message)}, nil
	}
	if o["line_items"], err = json.Marshal(lines); err != nil {
		return nil, nil, err
	}
	out, err := json.Marshal(o)
	return out, nil, err
}

func (b *Outbox) resolveLine(ctx context.Context, shop Shop, storeID int64, line object) (field, problem string, err error) {
	product, variation, sku := numberIn(line, "product_id"), numberIn(line, "variation_id"), textIn(line, "sku")
	if product == 0 && variation == 0 {
		product, variation, err = b.findSKU(ctx, shop, storeID, sku)
		if err != nil {
			return "", "", err
		}
		if product == 0 {
			return "sku", fmt.Sprintf("no product or variation of the store has the SKU %q", sku), nil
		}
		delete(line, "sku")
		line["product_id"] = json.RawMessage(strconv.FormatInt(product, 10))
		if variation != 0 {
			line["variation_id"] = json.RawMessage(strconv.FormatInt(variation, 10))
		}
		return "", "", nil
	}
	id, resource := product, storage.Products
	if variation != 0 {
		id, resource = variation, storage.Variations
	}
	if _, err := b.repo.MirroredRecord(ctx, storeID, storage.Ref{Resource: resource, ID: id}); err == nil {
		return "", "", nil
	} else if !errors.Is(err, storage.ErrNotFound) {
		return "", "", err
	}
	// A read of products/ID answers for a variation too (knowledge: variation-via-products).
	_, err = shop.Do(ctx, woo.Request{Path: fmt.Sprintf("products/%d", id), Query: url.Values{"_fields": {"id"}}})
	if woo.IsNotFound(err) {
		return "product_id", fmt.Sprintf("the store has no product %d", id), nil
	}
	return "", "", err
}

func (b *Outbox) findSKU(ctx context.Context, shop Shop, storeID int64, sku string) (product, variation int64, err error) {
	record, err := b.repo.MirroredSKU(ctx, storeID, sku)
	switch {
	case err == nil && record.Resource == storage.Variations:
		return record.ParentID, record.ID, nil
	case err == nil:
		return record.ID, 0, nil
	case !errors.Is(err, storage.ErrNotFound):
		return 0, 0, err
	}
	answer, err := shop.Do(ctx, woo.Request{Path: "products", Query: url.Values{"sku": {sku}, "_fields": {"id,sku,parent_id,type"}}})
	if err != nil {
		return 0, 0, err
	}
	var found []struct {
		ID     int64  `json:"id"`
		SKU    string `json:"sku"`
		Parent int64  `json:"parent_id"`
		Type   string `json:"type"`
	}
	if err := json.Unmarshal(answer.Body, &found); err != nil {
		return 0, 0, fmt.Errorf("outbox: look-up of SKU %q: %w", sku, err)
	}
	for _, p := range found { // a store that ignores the filter answers with any product
		switch {
		case p.SKU != sku:
		case p.Type == "variation":
			return p.Parent, p.ID, nil
		default:
			return p.ID, 0, nil
		}
	}
	return 0, 0, nil
}
