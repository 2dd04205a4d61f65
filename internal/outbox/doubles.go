package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// No wait is long enough for every store: a request that hung for longer than any limit makes a second record of a
// write. That cannot be prevented, so it must be reported. Two parts park a write with two marked records: the outbox,
// which looks once after the answer to a write that was sent more than once, and the mirror, when it meets the second
// record ([MadeAlso]).

// markedFor is how long after a write was sent a new record with its mark counts as made by the write. Later records
// are copies: renewals of a subscription, orders that were split.
const markedFor = 24 * time.Hour

// repeatedFor is used in place of markedFor for a write that was sent once: a proxy may have sent it twice.
const repeatedFor = 10 * time.Minute

// lookForDoubles looks for further records of creates whose answers were lost, and parks those creates.
//
// Failure policy: a look that fails is not repeated. The mirror meets such records later.
func (b *Outbox) lookForDoubles(
	ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, settled ...Settlement,
) error {
	var writes []intent.Write
	for _, s := range settled {
		w := s.Write
		if w.Action == intent.Create && w.State == intent.Done && w.Lost > 0 &&
			intent.Targets[w.Resource].Recognised == intent.ByMeta {
			writes = append(writes, w)
		}
	}
	if len(writes) == 0 {
		return nil
	}
	v, err := b.lookAbove(ctx, shop, writes)
	if err != nil {
		return nil //nolint:nilerr // a sync later sees what this second look cannot see now
	}
	var found []Settlement
	for _, w := range writes {
		if tr := proved(w, v, map[int64]bool{}); len(tr.whole) > 1 {
			found = append(found, Settlement{Write: doubled(w, tr.whole)})
		}
	}
	return b.settle(ctx, claim, round, found...)
}

// notedTwice says of a note that is done that it stands on its order twice: something on the way has sent the request
// twice. Notes bear no mark, so that nobody would find it later. Its error is the database's.
func (b *Outbox) notedTwice(ctx context.Context, shop woo.Doer, w *intent.Write) error {
	if w.Resource != storage.OrderNotes || w.Action != intent.Create || w.State != intent.Done {
		return nil
	}
	v, err := b.lookAbove(ctx, shop, []intent.Write{*w})
	if err != nil {
		return nil //nolint:nilerr // the note is made, which is what was asked for
	}
	alike := map[int64]json.RawMessage{}
	for _, s := range v.newer {
		alike[s.id] = s.raw
	}
	twins := compare.Twins(w.RecordID, alike)
	made, err := b.repo.MadeBy(ctx, w.StoreID, w.Resource, twins)
	if err != nil {
		return err
	}
	twins = slices.DeleteFunc(twins, func(id int64) bool { return made[id] != "" })
	if len(twins) > 0 {
		ids := append([]int64{w.RecordID}, twins...)
		w.Reason = &intent.Reason{Code: intent.CodeDoubled, Records: ids, Message: fmt.Sprintf("the order has it "+
			"more than once (%s): something on the way to the shop has sent the request twice. Delete in the shop "+
			"what is too many; a note to the customer was mailed as often", idList(w.Resource, ids))}
	}
	return nil
}

// MadeAlso returns a create after the mirror met a further record with its mark, and whether the record changes the
// create. It does so only if the record is whole and was made not long after the write was sent. A create that was
// parked because its record was not seen, or could not be proved, is done when the mirror meets the first such record.
func MadeAlso(w intent.Write, record storage.Record) (intent.Write, bool) {
	var known []int64
	switch {
	case w.State == intent.Done && w.RecordID == record.ID && w.Reason != nil && w.Reason.Code == intent.CodeGone:
		if w.Action != intent.Create || w.Resource != record.Resource {
			return w, false
		}
		w.Reason = metLater(record)
		return w, true
	case w.State == intent.Parked && w.Reason != nil && waitsForItsRecord[w.Reason.Code]:
		if w.Reason.Code == intent.CodeVanished && len(w.Reason.Records) > 0 {
			known = w.Reason.Records[:1] // the record that the store answered
		}
		if len(known) == 0 || known[0] == record.ID {
			return metAfterAll(w, record)
		}
	case w.State == intent.Done && w.RecordID != 0:
		known = []int64{w.RecordID}
	case w.State == intent.Parked && w.Reason != nil && w.Reason.Code == intent.CodeDoubled:
		known = w.Reason.Records
	case w.State == intent.Rejected && w.Reason != nil && w.Reason.Code != intent.CodeGone:
		return refusedAndMade(w, record)
	}
	within := markedFor
	if w.Lost == 0 {
		within = repeatedFor
	}
	if len(known) == 0 || w.Action != intent.Create || w.Resource != record.Resource ||
		slices.Contains(known, record.ID) ||
		record.Trashed() || record.Created.After(w.SentAt.Add(within)) || len(compare.Shortfalls(w, record.Raw)) > 0 {
		return w, false
	}
	return doubled(w, append(slices.Clone(known), record.ID)), true
}

// waitsForItsRecord are the reasons of parked creates that are done when a record with their mark is met.
var waitsForItsRecord = map[string]bool{intent.CodeVanished: true, intent.CodeUncertain: true,
	intent.CodeTooManyTries: true}

// metAfterAll settles a parked create whose record the mirror has met. The earlier looks read from a copy that lagged
// behind (stale.go), or the store set the mark late.
func metAfterAll(w intent.Write, record storage.Record) (intent.Write, bool) {
	if w.Action != intent.Create || w.Resource != record.Resource || record.Trashed() ||
		len(compare.Shortfalls(w, record.Raw)) > 0 {
		return w, false
	}
	w.State, w.RecordID, w.DoneAt, w.MissedAt = intent.Done, record.ID, w.SentAt, time.Time{}
	w.Reason = metLater(record)
	return w, true
}

func metLater(record storage.Record) *intent.Reason {
	return &intent.Reason{Code: intent.CodeContradicted, Records: []int64{record.ID}, Message: fmt.Sprintf(
		"%s carries its mark and is there; for a while the store did not show it. What it shows may lag behind what "+
			"it has done", record.Ref)}
}

// refusedAndMade parks a write that was rejected and has made a record nevertheless: the look after the refusal did not
// see the record yet (stale.go).
func refusedAndMade(w intent.Write, record storage.Record) (intent.Write, bool) {
	if w.Action != intent.Create || w.Resource != record.Resource || record.Trashed() ||
		record.Created.After(w.SentAt.Add(repeatedFor)) || len(compare.Shortfalls(w, record.Raw)) > 0 {
		return w, false
	}
	refusal := w.Reason.Message
	w.State, w.DoneAt = intent.Parked, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeContradicted, Records: []int64{record.ID}, Message: fmt.Sprintf(
		"the store refused it (%s), and %s carries its mark: it was made all the same. If it is right: "+
			"⟨adopt %s %d⟩. If not: take it away in the shop, then ⟨discard %s⟩",
		refusal, record.Ref, w.ID, record.ID, w.ID)}
	return w, true
}
