package outbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A create is sent only when its floor is known: the highest id that the collection had before. When the answer is
// lost, every record above the floor could be the create's. The floor comes from the store and not from the mirror,
// which may be older, or know ids from before the store was restored.
//
// Another process may have sent a create that was accepted before this process opened the outbox: from a copy of the
// data, or before the data were put back to an older state. The request that tells the floor therefore also looks
// through the newest records for the create's mark.

// findFloor learns the floor of the creates of a job and saves it before anything is sent. It settles the creates that
// another process has sent before, and takes them out of the job. failed is an error of the store, kept is an error of
// the database.
func (b *Outbox) findFloor(
	ctx context.Context, claim storage.Claim, shop woo.Doer, j *job,
) (before []Settlement, failed, kept error) {
	needed := func(w intent.Write) bool { return w.Lost == 0 || w.Floor == intent.NoFloor }
	if !slices.ContainsFunc(j.writes, needed) {
		return nil, nil, nil
	}
	newest, failed := b.newest(ctx, shop, *j)
	if failed != nil {
		return nil, failed, nil
	}
	var highest int64
	for _, s := range newest {
		highest = max(highest, s.id)
	}
	settled := make([]Settlement, 0, len(j.writes))
	var left []intent.Write
	for _, w := range j.writes {
		if !needed(w) {
			left = append(left, w)
			continue
		}
		if b.ofAnotherProcess(w) {
			if i := slices.IndexFunc(newest, func(s sighting) bool { return carriesMark(w, s) }); i >= 0 {
				before = append(before, b.sentBefore(w, newest[i]))
				continue
			}
		}
		w.Floor = highest
		left, settled = append(left, w), append(settled, Settlement{Write: w})
	}
	j.writes = left
	if len(settled) == 0 {
		return before, nil, nil
	}
	return before, nil, b.repo.SettleWrites(ctx, claim, settled)
}

// ofAnotherProcess says whether another process may have sent a write that this one has not sent.
func (b *Outbox) ofAnotherProcess(w intent.Write) bool {
	return w.Attempts <= 1 && w.Lost == 0 && w.AcceptedAt.Before(b.opened)
}

// carriesMark says whether a record proves that a create was sent before.
func carriesMark(w intent.Write, s sighting) bool {
	switch intent.Targets[w.Resource].Recognised {
	case intent.ByMeta:
		return intent.MarkerOf(s.raw) == w.ID
	case intent.ByContent:
		return intent.Created(w, s.raw) && !dateOf(s.raw, "date_created_gmt").Before(w.AcceptedAt)
	}
	return false // the store itself refuses a second one
}

// sentBefore settles a create that another process has sent. It is looked up like a create whose answer was lost. A
// person decides when no record has its mark and one is merely equal.
func (b *Outbox) sentBefore(w intent.Write, s sighting) Settlement {
	w.Floor, w.Lost = s.id-1, 1
	if intent.Targets[w.Resource].Recognised != intent.ByMeta {
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeUncertain, Records: []int64{s.id}, Theirs: s.raw,
			Message: fmt.Sprintf(
				"%s/%d is the same and was made after this was accepted: another process may have sent it (a copy of "+
					"this data, or its state of an earlier time). Nothing is sent. If it is the one: "+
					"⟨adopt %s %d⟩. If not: ⟨retry⟩ sends it",
				w.Resource, s.id, w.ID, s.id)}
		return Settlement{Write: w}
	}
	w.State, w.NextAt = intent.Unknown, b.opts.Now().UTC()
	w.Reason = &intent.Reason{Code: intent.CodeNoAnswer, Over: true, Message: fmt.Sprintf(
		"%s/%d carries its mark: another process has sent it (a copy of this data, or its state of an earlier time)",
		w.Resource, s.id)}
	return Settlement{Write: w}
}

const (
	// mostPagesBefore is how many pages are looked through for marks of writes that another process may have sent.
	mostPagesBefore = 10
	// clocksApart is the largest expected difference between the store's clock and ours.
	clocksApart = time.Hour
)

// newest reads the newest record of a collection. When another process may have sent some of the writes, it reads all
// records back to the time at which the oldest of those writes was accepted.
func (b *Outbox) newest(ctx context.Context, shop woo.Doer, j job) ([]sighting, error) {
	t := intent.Targets[j.writes[0].Resource]
	lists, err := b.listsOf(ctx, shop, j.writes[0].StoreID, j.writes[0].Resource)
	if err != nil {
		return nil, err
	}
	query := lists[0]
	size, since := 1, time.Time{}
	query.Set("_fields", "id")
	for _, w := range j.writes {
		if b.ofAnotherProcess(w) && t.Recognised != intent.ByUnique && (since.IsZero() || w.AcceptedAt.Before(since)) {
			since, size = w.AcceptedAt, fullPage
		}
	}
	if !since.IsZero() {
		query.Set("_fields", "id,date_created_gmt,meta_data,note,customer_note,topic,delivery_url,name")
		if t.Recognised == intent.ByMeta {
			query.Set("include_meta", intent.MarkerKey)
		}
	}
	if t.Orderable {
		query.Set("orderby", "id")
		query.Set("order", "desc")
	}
	var newest []sighting
	for page := 1; ; page++ {
		if t.Orderable {
			query.Set("per_page", strconv.Itoa(size))
			query.Set("page", strconv.Itoa(page))
		}
		answer, err := read(ctx, shop, j.path, query)
		if isGone(err) { // no such order or product: the store's answer to the create will say so
			return nil, nil
		}
		if e, ok := woo.AsError(err); ok && size > 1 && e.Status >= http.StatusInternalServerError && page == 1 {
			size = max(size/5, 1) // the page is too heavy
			page--
			continue
		}
		if err != nil {
			return nil, err
		}
		list, ids, err := recordsIn(answer.Body)
		if err != nil {
			return nil, fmt.Errorf("outbox: newest of %s: %w", j.path, err)
		}
		oldest := time.Time{}
		for i, record := range list {
			newest = append(newest, sighting{id: ids[i], raw: record})
			oldest = dateOf(record, "date_created_gmt")
		}
		if since.IsZero() || !t.Orderable || len(list) < size || page == mostPagesBefore ||
			oldest.Before(since.Add(-clocksApart)) {
			return newest, nil
		}
	}
}

// dateOf returns a date of a record by the store's clock; zero when the record has none.
func dateOf(record []byte, member string) time.Time {
	o, err := document.Parse(record)
	if err != nil {
		return time.Time{}
	}
	at, err := time.Parse(storage.WooTime, document.Text(o, member))
	if err != nil {
		return time.Time{}
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
