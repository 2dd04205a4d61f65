package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// resolveUnknown finds out what became of writes whose answer was lost.
func (b *Outbox) resolveUnknown(ctx context.Context, claim storage.Claim, shop Shop, round *Round) (int, error) {
	writes, err := b.repo.UnknownWrites(ctx, claim, b.opts.Now().UTC(), 200)
	if err != nil {
		return 0, err
	}
	creates := map[string][]Write{} // by collection: one reading of the newest ids answers for all of them
	for _, w := range writes {
		if w.Action == Create {
			path := targets[w.Resource].collectionPath(w.ParentID)
			creates[path] = append(creates[path], w)
			continue
		}
		if err := b.settle(ctx, claim, round, b.resolveKnown(ctx, shop, w)); err != nil {
			return 0, err
		}
	}
	for _, path := range sortedKeys(creates) {
		settled, err := b.resolveCreates(ctx, shop, creates[path])
		if err != nil {
			return 0, err
		}
		if err := b.settle(ctx, claim, round, settled...); err != nil {
			return 0, err
		}
	}
	return len(writes), nil
}

// resolveKnown looks at the record that an update or delete was about.
func (b *Outbox) resolveKnown(ctx context.Context, shop Shop, w Write) Settlement {
	t := targets[w.Resource]
	answer, err := shop.Do(ctx, woo.Request{Path: t.recordPath(w.ParentID, w.RecordID)})
	switch {
	case woo.IsNotFound(err) && w.Action == Delete:
		return Settlement{Write: b.done(w), Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}}
	case woo.IsNotFound(err):
		w.State, w.DoneAt = Rejected, b.opts.Now().UTC()
		w.Reason = &Reason{Code: "record_gone", Status: http.StatusNotFound, Message: "the record was deleted on the store"}
		return Settlement{Write: w}
	case err != nil:
		return b.lookLater(w, err)
	}
	inEffect := w.Action == Update && reflects(w, answer.Body)
	if w.Action == Delete && !w.Force {
		o, err := parseObject(answer.Body)
		inEffect = err == nil && textIn(o, "status") == storage.StatusTrash
	}
	if inEffect {
		if w.Resource == Webhooks {
			return Settlement{Write: b.done(w)}
		}
		return Settlement{Write: b.done(w), Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: answer.Body}}}
	}
	return b.missed(w, answer.Header)
}

// resolveCreates reads the records that are newer than everything known before the writes left, and finds each write's
// own among them.
func (b *Outbox) resolveCreates(ctx context.Context, shop Shop, writes []Write) ([]Settlement, error) {
	found, header, err := b.newest(ctx, shop, writes)
	settled := make([]Settlement, 0, len(writes))
	if err != nil {
		for _, w := range writes {
			settled = append(settled, b.lookLater(w, err))
		}
		return settled, nil
	}
	for _, w := range writes {
		record := found[w.ID]
		switch {
		case record == nil:
			settled = append(settled, b.missed(w, header))
		case isDraft(w, record):
			s, err := b.draftLeft(ctx, shop, w, record, header)
			if err != nil {
				return nil, err
			}
			settled = append(settled, s)
		default:
			// The list was read with few fields and before this moment: the mirror gets the record as it is now.
			o, _ := parseObject(record)
			w.RecordID = numberIn(o, "id")
			t := targets[w.Resource]
			answer, err := shop.Do(ctx, woo.Request{Path: t.recordPath(w.ParentID, w.RecordID)})
			switch {
			case err != nil && !woo.IsNotFound(err):
				w.RecordID = 0
				settled = append(settled, b.lookLater(w, err))
			case w.Resource == Webhooks:
				settled = append(settled, Settlement{Write: b.done(w)})
			case err != nil: // created by us, deleted by somebody since
				settled = append(settled, Settlement{Write: b.done(w)})
			default:
				settled = append(settled, Settlement{Write: b.done(w), Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: answer.Body}}})
			}
		}
	}
	return settled, nil
}

// newest reads a collection from the highest id down to the lowest floor of the writes and maps write ids to records.
// A record answers for one write only, the oldest it fits.
func (b *Outbox) newest(ctx context.Context, shop Shop, writes []Write) (map[string]json.RawMessage, http.Header, error) {
	t := targets[writes[0].Resource]
	floor := writes[0].Floor
	for _, w := range writes {
		floor = min(floor, w.Floor)
	}
	query := t.everything()
	if t.orderable {
		query.Set("per_page", "100")
		query.Set("orderby", "id")
		query.Set("order", "desc")
	}
	fields := "id,status,meta_data"
	for _, f := range t.fields {
		fields += "," + f
	}
	query.Set("_fields", fields)
	found := map[string]json.RawMessage{}
	var header http.Header
	for page := 1; ; page++ {
		query.Set("page", fmt.Sprint(page))
		answer, err := shop.Do(ctx, woo.Request{Path: t.collectionPath(writes[0].ParentID), Query: query})
		if err != nil {
			return nil, nil, err
		}
		if header == nil {
			header = answer.Header // the clock at the beginning: what came later may have been missed
		}
		var list []json.RawMessage
		if err := json.Unmarshal(answer.Body, &list); err != nil {
			return nil, nil, fmt.Errorf("outbox: list of %s: %w", t.collection, err)
		}
		below := false
		for _, record := range list {
			o, err := parseObject(record)
			if err != nil {
				continue
			}
			id := numberIn(o, "id")
			below = below || id <= floor
			for _, w := range writes {
				if found[w.ID] == nil && id > w.Floor && created(w, record) {
					found[w.ID] = record
					break
				}
			}
		}
		// Paging is by position: a record created meanwhile pushes one over to the next page, where it is seen again;
		// one deleted meanwhile pulls one out of sight, which the next look finds, because a miss is never the last look.
		if len(list) < 100 || !t.orderable || below || len(found) == len(writes) {
			return found, header, nil
		}
	}
}

func isDraft(w Write, record json.RawMessage) bool {
	o, err := parseObject(record)
	return err == nil && w.Resource == storage.Orders && textIn(o, "status") == "checkout-draft"
}

// draftLeft deals with a create that the store began and did not finish (a 5xx after its first save). While the store
// may still be at it the draft is left alone; afterwards it is removed and the create goes out anew.
func (b *Outbox) draftLeft(ctx context.Context, shop Shop, w Write, record json.RawMessage, header http.Header) (Settlement, error) {
	s := b.missed(w, header)
	if s.Write.State == Unknown {
		return s, nil
	}
	o, err := parseObject(record)
	if err != nil {
		return Settlement{}, fmt.Errorf("outbox: draft of write %s: %w", w.ID, err)
	}
	path := targets[w.Resource].recordPath(0, numberIn(o, "id"))
	if _, err := shop.Do(ctx, woo.Request{Method: http.MethodDelete, Path: path, Query: url.Values{"force": {"true"}}}); err != nil && !woo.IsNotFound(err) {
		return b.lookLater(w, err), nil
	}
	return s, nil
}

// missed is a look-up that did not find the write in effect: it is looked for again until the store can no longer be
// working on it, and then sent again.
func (b *Outbox) missed(w Write, header http.Header) Settlement {
	now := b.opts.Now().UTC()
	clock := now
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		clock = date.UTC() // the store's own clock: a jump of ours must neither shorten nor prolong the wait
	}
	if w.MissedAt.IsZero() || clock.Before(w.MissedAt) {
		w.MissedAt = clock // first miss since it was sent, or the store's clock was set back: begin to count here
	}
	// Date has a resolution of one second: the first miss may be almost a second younger than it says.
	if clock.Sub(w.MissedAt) < b.opts.StoreLimit+time.Second {
		w.State, w.NextAt = Unknown, now.Add(b.lookDelay(w))
		return Settlement{Write: w}
	}
	w.MissedAt = time.Time{}
	if w.Lost >= b.opts.MaxAttempts {
		w.State = Parked
		w.Reason = &Reason{Code: CodeTooManyTries, Message: fmt.Sprintf("sent %d times without an answer, and the store shows no trace of it: look at the store and its error log, then retry or discard", w.Lost)}
		return Settlement{Write: w}
	}
	w.State, w.NextAt = Pending, now
	return Settlement{Write: w}
}

// lookLater is a look-up that could not be made.
func (b *Outbox) lookLater(w Write, err error) Settlement {
	w.State = Unknown
	wait := b.lookDelay(w)
	if e, ok := woo.AsError(err); ok {
		wait = max(wait, e.RetryAfter)
	}
	w.NextAt = b.opts.Now().UTC().Add(wait)
	w.Reason = &Reason{Code: CodeNoAnswer, Message: "the outcome could not be looked up: " + err.Error()}
	return Settlement{Write: w}
}

// lookDelay spreads look-ups over the store's limit: the first after a hundredth of it, a dozen in all.
func (b *Outbox) lookDelay(w Write) time.Duration {
	delay := b.opts.StoreLimit / 100
	if !w.MissedAt.IsZero() {
		delay = b.opts.StoreLimit / 12
	}
	return delay
}

// backoff is the wait before a write that certainly did not run is sent again: 1 s, doubling to 5 min.
func backoff(attempts int) time.Duration {
	return min(time.Second<<min(max(attempts-1, 0), 9), 5*time.Minute)
}
