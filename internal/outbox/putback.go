package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A database that is put back to an earlier state does not know what was sent since. Two kinds of writes could then be
// done twice. A write that waited in the backup and was sent afterwards is held ([HeldAfterRestore]) and looked for
// before it is sent. A write that was accepted and done after the backup may be asked for again under its idempotency
// key. Its record is recognised by the mark: a write's id carries a trace of its key ([Outbox.MadeSince]). Lines and
// fees that an update added are recognised in the same way before the update is sent (addedBefore).

// HeldAfterRestore returns a write of a database that was put back to its state at the time taken. The write is parked,
// so that a person decides about it, and a retry first looks for it on the store. floor is the highest id of the
// write's resource in the database. ok is false for a write that neither the outbox nor a retry will send.
func HeldAfterRestore(w Write, floor int64, taken time.Time) (held Write, ok bool) {
	if w.State.Final() {
		return w, false
	}
	if w.Action == intent.Create && (w.Floor == intent.NoFloor || w.Attempts == 0) {
		w.Floor = floor // later records are above it
		if intent.Targets[w.Resource].Recognised == intent.ByContent {
			w.Floor = intent.NoFloor // equal older records would be taken for it: see floor.go
		}
	}
	w.Lost = max(w.Lost, 1)
	if intent.SetsStock(w) && w.Policy == intent.Merge {
		// A new stock wins over sales because it was counted just now. This one was counted before the backup. It must
		// not overwrite later counts and sales, and is shown to a person.
		w.Policy = intent.Reject
	}
	if w.State == intent.Parked && w.Reason != nil {
		w.Reason.Doubt = true
		return w, true
	}
	w.State = intent.Parked
	w.Reason = &intent.Reason{Code: intent.CodeRestored, Message: fmt.Sprintf(
		"the data were put back to their state of %s, and this may have been sent since: waybill outbox retry %s "+
			"looks for it on the store first, and sends it if nothing of it is there",
		taken.UTC().Format(time.RFC3339), w.ID)}
	return w, true
}

// MadeSince reads the records of a collection above a floor and returns those that carry the mark of a write, by the
// trace of the write's key ([KeyTrace]). For each key the oldest record comes first, and records in the trash come
// last. Collections whose records carry no mark return none.
func (b *Outbox) MadeSince(
	ctx context.Context, shop woo.Doer, w Write, floor int64,
) (map[string][]int64, error) {
	made := map[string][]int64{}
	if intent.Targets[w.Resource].Recognised != intent.ByMeta {
		return made, nil
	}
	w.Floor = floor
	seen, err := b.lookAbove(ctx, shop, []intent.Write{w})
	if err != nil {
		return nil, err
	}
	for _, inTrash := range []bool{false, true} {
		for _, s := range seen.newer { // in the order of their ids
			if trace := intent.TraceIn(intent.MarkerOf(s.raw)); trace != "" && compare.InTrash(s.raw) == inTrash {
				made[trace] = append(made[trace], s.id)
			}
		}
	}
	return made, nil
}

// madeBeforeRestore settles a create whose key has made records that the restored data do not know. Copies of a record
// carry its mark and come after it (docs/woocommerce/orders.md#marks-copied), so the first record is the write's own.
func madeBeforeRestore(w Write, now time.Time) Write {
	w.State, w.RecordID, w.DoneAt = intent.Done, w.Made[0], now
	w.Reason = &intent.Reason{Code: intent.CodeAdopted, Records: w.Made,
		Message: "carries the mark of this key: it was made before the data were put back from a backup"}
	if copies := w.Made[1:]; len(copies) > 0 {
		w.Reason.Message += fmt.Sprintf("; so does %s, made later: a copy (a renewal, a split, a duplicate of the "+
			"shop), or the same made twice. Look at it", idList(w.Resource, copies))
	}
	return w
}

// addedBefore settles an update whose new lines may be on the order already, added by a write that these data do not
// know: one from before the data were put back, or from a copy of the data. The same key proves that. A person must
// look at a line of the same product, or a fee of the same name.
func (b *Outbox) addedBefore(ctx context.Context, w Write, current json.RawMessage) (*Settlement, error) {
	for _, line := range compare.LinesLike(w, current) {
		id, _, _ := strings.Cut(line.Mark, "/")
		if id == w.ID {
			continue
		}
		if _, err := b.repo.WriteByID(ctx, id); !errors.Is(err, storage.ErrNotFound) {
			if err != nil {
				return nil, err
			}
			continue // a known write of ours added it
		}
		same := w
		same.ID = id
		if w.Key != w.ID && intent.TraceIn(id) == intent.KeyTrace(w.StoreID, w.Key) &&
			compare.Reflects(same, current, true) {
			s := b.doneAfterAll(w, nil, current)
			s.Write.Reason = &intent.Reason{Code: intent.CodeAdopted, Records: []int64{w.RecordID}, Message: "the " +
				"order has lines with the mark of this key: they were added before the data were put back from a " +
				"backup"}
			return &s, nil
		}
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeUncertain, Records: []int64{w.RecordID}, Theirs: current,
			Message: fmt.Sprintf("%s has %s[%d] already, with the mark of a write that these data do not know (%s): "+
				"it may have been added before the data were put back from a backup, or from a copy of them. Nothing "+
				"is sent. If the line is the one: ⟨adopt %s %d⟩. If it is wanted once more: ⟨retry %[5]s⟩ sends it",
				w.Ref(), line.List, line.Index, id, w.ID, w.RecordID)}
		return &Settlement{Write: w}, nil
	}
	return nil, nil
}

// CollectionOf returns the path of the collection that a write belongs to, such as the orders, or the refunds of an
// order.
func CollectionOf(w Write) string { return intent.Targets[w.Resource].Route.List(w.ParentID) }

// RouteOf returns the route of a write's resource.
func RouteOf(w Write) woo.Route { return intent.Targets[w.Resource].Route }

// MarkerOf returns the id of the write that created a record; empty when the record carries no marker.
func MarkerOf(record []byte) string { return intent.MarkerOf(record) }

// NoteGone notes on a done create that its record no longer exists, when the same create is asked for again.
func (b *Outbox) NoteGone(ctx context.Context, id, why string) (Write, error) {
	return b.repo.ChangeWrite(ctx, id, func(w *intent.Write) error {
		if w.State == intent.Done {
			w.Reason = &intent.Reason{Code: intent.CodeGone, Records: []int64{w.RecordID}, Message: why}
		}
		return nil
	})
}

// RestoredCursor is the cursor of a store whose data were put back to an earlier state. Its value is a [Restored].
const RestoredCursor = "restored"

// Restored is what is kept about a store whose data were put back to an earlier state.
type Restored struct {
	TakenAt time.Time `json:"taken_at"`
	// Floors are the highest ids in the restored data, by resource.
	Floors map[storage.Resource]int64 `json:"floors"`
	// Made are the records that were made since the backup, by the collection and the trace of the key. A collection
	// has no entry until it is looked through.
	Made map[string]map[string][]int64 `json:"made_as,omitempty"`
}
