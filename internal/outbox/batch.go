package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// sendBatch sends several writes of one collection in one request. A batch answers 200 even when items fail, so the
// outcome of each item is read (docs/woocommerce/answers.md#batch-partial).
func (b *Outbox) sendBatch(
	ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, j job, ready []request,
) error {
	items := make([]json.RawMessage, len(ready))
	for i, r := range ready {
		items[i] = r.body
		if j.action == intent.Delete {
			items[i] = json.RawMessage(fmt.Sprint(r.write.RecordID))
		} else if j.action == intent.Update {
			body, err := withID(r.body, r.write.RecordID)
			if err != nil {
				return err
			}
			items[i] = body
		}
	}
	answer, err := shop.Do(ctx, woo.Request{Method: http.MethodPost, Path: j.path + "/batch",
		Body: map[string]any{string(j.action): items}, Patience: b.opts.Patience})
	if err != nil {
		b.learnBatch(claim.StoreID, false)
		return b.settle(ctx, claim, round, b.failedBatch(ctx, shop, ready, err)...)
	}
	var lists map[string][]json.RawMessage
	if err := json.Unmarshal(answer.Body, &lists); err != nil || len(lists[string(j.action)]) != len(ready) {
		// An answer that does not name every item proves nothing about any item: each is looked up.
		return b.settle(ctx, claim, round,
			b.allUnknown(ready, "the store's answer to the batch does not name every item")...)
	}
	b.learnBatch(claim.StoreID, true)
	settled := make([]Settlement, 0, len(ready))
	stale := map[int64]*Settlement{}
	var refusals []refusal
	once := namedOnce(lists[string(j.action)])
	for i, item := range lists[string(j.action)] {
		if id := compare.ID(item); !once[id] && id > 0 {
			settled = append(settled, b.asLost(ready[i].write, itemStatus(ready[i].write),
				fmt.Sprintf("the store's answer to the batch names %s/%d more than once", ready[i].write.Resource, id)))
			continue
		}
		s, again, doubt, err := b.settleItem(ctx, shop, ready[i], item)
		if err != nil {
			return err
		}
		if doubt != nil {
			refusals = append(refusals, *doubt)
			continue
		}
		settled = append(settled, s)
		if again {
			stale[s.Write.RecordID] = &settled[len(settled)-1]
		}
	}
	b.readBackAll(ctx, shop, j.path, stale)
	b.stillThere(ctx, shop, settled)
	b.stepsFailed(ctx, shop, settled)
	// The records of the batch's other writes are saved before the rest is looked for, so that none of them is taken
	// for a lost write's.
	if err := b.settle(ctx, claim, round, settled...); err != nil {
		return err
	}
	if err := b.settle(ctx, claim, round, b.doubted(ctx, shop, refusals)...); err != nil {
		return err
	}
	return b.lookForDoubles(ctx, claim, shop, round, settled...)
}

// itemStatus returns the status with which the store would have answered an item sent alone. In a batch's answer an
// item that was not refused is the record itself.
func itemStatus(w intent.Write) int {
	if w.Action == intent.Create {
		return http.StatusCreated
	}
	return http.StatusOK
}

// namedOnce returns the ids that a batch's answer names for one item only.
func namedOnce(items []json.RawMessage) map[int64]bool {
	once, seen := map[int64]bool{}, map[int64]bool{}
	for _, item := range items {
		id := compare.ID(item)
		once[id], seen[id] = !seen[id], true
	}
	return once
}

// settleItem reads one item of a batch's answer. It returns a refusal that may hide an effect unsettled, as doubt.
func (b *Outbox) settleItem(
	ctx context.Context, shop woo.Doer, r request, item json.RawMessage,
) (s Settlement, stale bool, doubt *refusal, err error) {
	w := r.write
	var answer struct {
		Error *struct {
			Code    string          `json:"code"`
			Message string          `json:"message"`
			Data    json.RawMessage `json:"data"`
		} `json:"error"`
	}
	if json.Unmarshal(item, &answer) != nil || answer.Error == nil {
		if s, doubted, err := b.doubtedSuccess(ctx, r, itemStatus(w), item); doubted || err != nil {
			return s, false, nil, err
		}
		s, stale = b.succeeded(r, item)
		return s, stale, nil, nil
	}
	var data struct {
		Status int               `json:"status"`
		Params map[string]string `json:"params"`
	}
	no := answer.Error
	_ = json.Unmarshal(no.Data, &data) // without a status the write is looked up
	switch _, left := (&woo.Error{Data: no.Data}).LeftDraft(); {
	case data.Status >= http.StatusInternalServerError:
		s := b.lost(w, data.Status, no.Message)
		s.Write.Reason.Over = true // the store finished the answer that holds the refusal
		return s, false, nil, nil
	case left, woo.RefusedFirst(data.Status, no.Code) && !inDoubtAsRefused(w, data.Status):
		return b.refused(ctx, shop, r, data.Status, no.Code, no.Message, no.Data, data.Params), false, nil, nil
	}
	return Settlement{}, false, &refusal{request: r, status: data.Status, code: no.Code, message: forPeople(no.Message),
		data:   no.Data,
		params: data.Params, ofWrite: data.Status != http.StatusTooManyRequests}, nil
}

// failedBatch settles a batch that failed as a whole. If the batch certainly did not run, its writes go back and are
// sent in smaller batches. A refusal of the batch itself (for its size, or for the form of one item) must not reject
// the items, so they are sent one by one.
func (b *Outbox) failedBatch(ctx context.Context, shop woo.Doer, ready []request, err error) []Settlement {
	e, ok := woo.AsError(err)
	whole := ok && e.Executed == woo.NotExecuted && (e.Status == http.StatusRequestEntityTooLarge ||
		e.Kind == woo.KindAPI && e.EffectiveStatus() != http.StatusUnauthorized)
	if ok && refusesBatch(e) {
		// A store, or a firewall in front of it, may refuse items together and let them through one by one. That is
		// remembered, so that the failure happens once. The refusal may hide that the store has done the work. Then the
		// items are looked up together, and sent alone if they are not there.
		b.goAlone(ready[0].write.StoreID, ready[0].write.Resource)
	}
	var refusals []refusal
	settled := make([]Settlement, 0, len(ready))
	for _, r := range ready {
		if whole {
			settled = append(settled,
				b.again(r.write, &intent.Reason{Code: e.Code, Status: e.Status, Message: e.Error()},
					e.RetryAfter))
			continue
		}
		if ok && e.Executed != woo.NotExecuted {
			if f, refusing := refusalOf(r, e); refusing {
				f.ofWrite = f.ofWrite && f.status == http.StatusUnauthorized
				refusals = append(refusals, f)
				continue
			}
		}
		settled = append(settled, b.failed(ctx, shop, r, err))
	}
	return append(settled, b.doubted(ctx, shop, refusals)...)
}

// refusesBatch says whether an answer refuses the batch itself. A batch needs more rights than single writes do
// (customers/batch needs promote_users, which a Shop Manager lacks). Firewalls refuse its path, and plugins that close
// routes remove it.
func refusesBatch(e *woo.Error) bool {
	if e.Kind == woo.KindAPI {
		return e.EffectiveStatus() == http.StatusForbidden || e.Code == "rest_no_route"
	}
	switch e.Status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
		http.StatusTeapot,
		http.StatusUnavailableForLegalReasons:
		return true
	}
	return false
}

func (b *Outbox) allUnknown(ready []request, why string) []Settlement {
	settled := make([]Settlement, len(ready))
	for i, r := range ready {
		settled[i] = b.asLost(r.write, http.StatusOK, why)
	}
	return settled
}

func withID(body json.RawMessage, id int64) (json.RawMessage, error) {
	trimmed := strings.TrimSpace(string(body))
	if trimmed == "{}" {
		return json.Marshal(map[string]int64{"id": id})
	}
	if !strings.HasPrefix(trimmed, "{") {
		return nil, fmt.Errorf("outbox: a body that is not an object")
	}
	return json.RawMessage(fmt.Sprintf(`{"id":%d,%s`, id, trimmed[1:])), nil
}

// The size of batches is learned. After a failure a store gets smaller batches, and in the end single writes. After
// firstSingles single writes, and later after up to mostSingles, larger batches are tried again.
const (
	firstSingles = 25
	mostSingles  = 5000
)

func (b *Outbox) batchSize(storeID int64) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now, ok := b.batch[storeID]; ok {
		return now.size
	}
	return b.opts.BatchSize
}

// learnBatch notes how a batch went.
func (b *Outbox) learnBatch(storeID int64, ok bool) {
	size := b.batchSize(storeID)
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.batch[storeID]
	now.size, now.singles = max(size/4, 1), 0
	switch {
	case ok:
		now.size = min(size+5, b.opts.BatchSize)
	case now.size == 1:
		now.wanted = min(max(2*now.wanted, firstSingles), mostSingles)
	}
	b.batch[storeID] = now
}
