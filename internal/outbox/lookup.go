package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// sighting is a record on the store that is newer than a write. When the store cannot show the record, only its id is
// known.
type sighting struct {
	id  int64
	raw json.RawMessage
}

// view is what a look-up saw.
type view struct {
	// newer are the records above the lowest floor, by id. For a write whose floor is above them, these are the newest
	// of all records.
	newer []sighting
	// older are records at or below every floor that the look-up also saw. Only a marker counts among them: a cluster
	// of databases gives ids out of order (docs/woocommerce/lists.md#ids-out-of-order).
	older []sighting
	// newest is the highest id on the store, among all records that lists show.
	newest int64
	clock  http.Header // of the first answer: later records may have been missed
}

// lookAbove reads a collection from the highest id down to a floor, whatever the status of the records. It asks for
// each status by name, because "any" leaves some out, and for the trash in a request of its own.
func (b *Outbox) lookAbove(ctx context.Context, shop woo.Doer, writes []intent.Write) (view, error) {
	t := intent.Targets[writes[0].Resource]
	lowest, highest := writes[0].Floor, writes[0].Floor
	for _, w := range writes {
		lowest, highest = min(lowest, w.Floor), max(highest, w.Floor)
	}
	lists, err := b.listsOf(ctx, shop, writes[0].StoreID, writes[0].Resource)
	if err != nil {
		return view{}, err
	}
	var v view
	seen := map[int64]json.RawMessage{}
	for _, query := range lists {
		setFields(query, t, writes)
		if err := b.readDown(ctx, shop, writes[0], query, lowest, highest, &v, seen); err != nil {
			b.forgetStatuses(writes[0].StoreID)
			return view{}, err
		}
	}
	for id, raw := range seen {
		if id > lowest || v.newest < highest {
			v.newer = append(v.newer, sighting{id: id, raw: raw})
		} else {
			v.older = append(v.older, sighting{id: id, raw: raw})
		}
	}
	sort.Slice(v.newer, func(i, j int) bool { return v.newer[i].id < v.newer[j].id })
	return v, nil
}

// setFields asks only for the fields by which the writes can be recognised, because meta data can be megabytes.
func setFields(query url.Values, t intent.Target, writes []intent.Write) {
	fields := map[string]bool{"id": true, "status": true, "meta_data": true, "created_via": true, "refunded_by": true,
		"refunded_payment": true, "author": true, "line_items": true, "shipping_lines": true, "fee_lines": true, "billing": true, "total": true,
		"date_paid": true}
	keys := map[string]bool{intent.MarkerKey: true}
	for _, f := range t.Fields {
		fields[f] = true
	}
	for _, w := range writes {
		body, err := document.Parse(w.Body)
		if err != nil {
			continue
		}
		for name := range body {
			fields[name] = true
		}
		var meta []document.Object
		_ = json.Unmarshal(body["meta_data"], &meta) // a value that is no list has no keys
		for _, entry := range meta {
			keys[document.Text(entry, "key")] = true
		}
	}
	query.Set("_fields", strings.Join(document.SortedKeys(fields), ","))
	if t.Recognised == intent.ByMeta {
		query.Set("include_meta", strings.Join(document.SortedKeys(keys), ","))
	}
}

// listsOf returns the requests that together show every record of a resource.
func (b *Outbox) listsOf(ctx context.Context, shop woo.Doer, storeID int64, r storage.Resource) ([]url.Values, error) {
	t := intent.Targets[r]
	first := t.Route.Everything()
	if r == storage.Orders {
		statuses, err := b.statuses(ctx, shop, storeID)
		if err != nil {
			return nil, err
		}
		first.Set("status", strings.Join(statuses, ","))
	}
	lists := []url.Values{first}
	if t.Route.HasTrash() {
		trash := t.Route.Everything()
		trash.Set("status", storage.StatusTrash)
		lists = append(lists, trash)
	}
	return lists, nil
}

// statusesLast is how long the list of order statuses is used before it is read again: a plugin may register a status
// at any time.
const statusesLast = 5 * time.Minute

// forgetStatuses makes the next look-up read the statuses of a store again. The store refuses a list that names a
// status which no plugin registers any more.
func (b *Outbox) forgetStatuses(storeID int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.orderStatuses, storeID)
}

func (b *Outbox) statuses(ctx context.Context, shop woo.Doer, storeID int64) ([]string, error) {
	now := b.opts.Now()
	b.mu.Lock()
	known := b.orderStatuses[storeID]
	b.mu.Unlock()
	if len(known.names) > 0 && now.Sub(known.at).Abs() < statusesLast {
		return known.names, nil
	}
	names, err := woo.OrderStatuses(ctx, shop)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.orderStatuses[storeID] = knownStatuses{names: names, at: now}
	return names, nil
}

// setBack says that the store's ids have gone below the floor of a write: the newest record was deleted for good, or
// the store was restored from an older state. The floor then proves nothing, but a marker still does.
func (v view) setBack(w intent.Write) bool { return v.newest < w.Floor }

// readDown reads one list down to the lowest floor of the writes, and adds the records to seen.
func (b *Outbox) readDown(ctx context.Context, shop woo.Doer, w intent.Write, query url.Values, lowest, highest int64,
	v *view, seen map[int64]json.RawMessage) error {
	t := intent.Targets[w.Resource]
	path := t.Route.List(w.ParentID)
	size := b.sizeOf(w.StoreID, w.Resource)
	for offset := 0; ; {
		asked := 0
		if t.Orderable {
			asked = size.Now()
			query.Set("per_page", strconv.Itoa(asked))
			query.Set("offset", strconv.Itoa(offset))
			query.Set("orderby", "id")
			query.Set("order", "desc")
		}
		answer, err := read(ctx, shop, path, query)
		switch {
		case err == nil:
		case t.Orderable && b.shrink(ctx, shop, path, query, size, asked, err):
			continue
		case t.Orderable && pagesize.TooHeavy(err):
			n, err := b.idsOnly(ctx, shop, path, query, asked, err, seen)
			if err != nil {
				return err
			}
			offset += n
			continue
		default:
			return err
		}
		if v.clock == nil {
			v.clock = answer.Header
		}
		list, ids, err := recordsIn(answer.Body)
		if err != nil {
			return fmt.Errorf("outbox: list of %s: %w", path, err)
		}
		below := false
		for i, record := range list {
			id := ids[i]
			seen[id], v.newest = record, max(v.newest, id)
			below = below || id <= lowest
		}
		size.Succeeded(asked)
		// Paging is by position. A record that is created meanwhile pushes another one to the next page, where it is
		// seen again. A record that is deleted meanwhile pulls another one out of sight; the next look finds it,
		// because a miss is never the last look. When a store gives smaller pages than asked for, reading continues to
		// the total or to an empty page.
		offset += len(list)
		if v.newest < highest {
			// The store was set back: later records are among its newest.
			below = below && offset >= setBackDepth
		}
		whole := answer.Total >= 0 && offset >= answer.Total
		if len(list) == 0 || !t.Orderable || below || whole || answer.Total < 0 && len(list) < asked {
			b.learnPages(w.StoreID, w.Resource, size.Kept())
			return nil
		}
	}
}

// setBackDepth is how many of the newest records are looked through when ids have gone below the floor.
const setBackDepth = 300

// sizeOf returns the page size of a resource, of which this process has one for each store.
func (b *Outbox) sizeOf(storeID int64, r storage.Resource) *pagesize.Size {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := lane{storeID, r}
	if b.sizes[at] == nil {
		b.sizes[at] = pagesize.New(fullPage, b.lessons[storeID].PerPage[r])
	}
	return b.sizes[at]
}

// shrink takes a smaller page size after a page that was too heavy, or larger than the store allows. It returns false
// for a store that fails even on a single id: smaller pages would not help there.
func (b *Outbox) shrink(
	ctx context.Context, shop woo.Doer, path string, query url.Values, size *pagesize.Size, asked int, failure error,
) bool {
	if pagesize.Ceiling(asked, 0, 0, 0, failure) > 0 {
		return size.Failed(asked)
	}
	if !pagesize.TooHeavy(failure) {
		return false
	}
	probe := url.Values{}
	for name, values := range query {
		probe[name] = values
	}
	probe.Set("per_page", "1")
	probe.Set("_fields", "id")
	_, err := read(ctx, shop, path, probe)
	return err == nil && size.Failed(asked)
}

// idsOnly moves past records that the store cannot show even in the smallest page, by reading only their ids.
func (b *Outbox) idsOnly(ctx context.Context, shop woo.Doer, path string, query url.Values, asked int, failure error,
	seen map[int64]json.RawMessage) (int, error) {
	only := url.Values{}
	for name, values := range query {
		only[name] = values
	}
	only.Set("_fields", "id")
	answer, err := read(ctx, shop, path, only)
	if err != nil {
		return 0, failure
	}
	list, ids, err := recordsIn(answer.Body)
	if err != nil || len(list) == 0 {
		return 0, failure
	}
	for i, record := range list {
		if id := ids[i]; seen[id] == nil {
			seen[id] = record
		}
	}
	return min(len(list), asked), nil
}

// trace is what a look-up found of one create.
type trace struct {
	record json.RawMessage // the record that is ours; nil when there is none
	// unproved says that the record carries no marker and was taken for ours by its content.
	unproved bool
	others   []int64    // further records with our marker
	whole    []int64    // all records with our marker that are complete and not in the trash
	suspects []sighting // records that could be ours
}

// traces judges what a look-up saw for each of several creates of one collection. A record counts for one write only.
func (b *Outbox) traces(ctx context.Context, v view, writes []intent.Write) (map[string]trace, error) {
	w := writes[0]
	ids := make([]int64, len(v.newer))
	for i, s := range v.newer {
		ids[i] = s.id
	}
	made, err := b.madeBefore(ctx, w, ids)
	if err != nil {
		return nil, err
	}
	lessons := b.lessonsOf(w.StoreID)
	found := map[string]trace{}
	taken := map[int64]bool{}
	for _, w := range writes {
		found[w.ID] = proved(w, v, taken)
	}
	like := map[string][]sighting{}
	for _, w := range writes {
		if found[w.ID].record != nil {
			continue
		}
		tr := found[w.ID]
		for _, s := range v.newer {
			if s.id <= w.Floor && !v.setBack(w) || taken[s.id] {
				continue
			}
			if by, other := made[s.id]; other && explainsLost(by, w, s.raw, lessons.RefundAuthor) {
				continue
			}
			switch how := compare.Stand(w, s.raw, lessons.RefundAuthor); {
			// It is as old as the store's state, or was made since the store was set back: a person must look.
			case how == compare.Equal && s.id <= w.Floor:
				tr.suspects = append(tr.suspects, s)
			case how == compare.Equal:
				like[w.ID] = append(like[w.ID], s)
			case how == compare.Possible && s.id > w.Floor:
				tr.suspects = append(tr.suspects, s)
			}
		}
		found[w.ID] = tr
	}
	for _, w := range writes {
		tr := found[w.ID]
		equal := slices.DeleteFunc(like[w.ID], func(s sighting) bool { return taken[s.id] })
		// Several equal records count as ours only when as many equal writes of ours wait for them.
		several := len(equal) > 1 && intent.Targets[w.Resource].Recognised == intent.ByMeta &&
			len(equal) > likewise(writes, w, found)
		if tr.record == nil && len(equal) > 0 && !several && certain(w, equal[0].raw, lessons) {
			tr.record, tr.unproved, tr.suspects = equal[0].raw, intent.Targets[w.Resource].Recognised == intent.ByMeta,
				nil
			taken[equal[0].id] = true
		} else {
			tr.suspects = append(tr.suspects, equal...)
		}
		found[w.ID] = tr
	}
	// A record of another write is no suspect.
	for id, tr := range found {
		tr.suspects = slices.DeleteFunc(tr.suspects, func(s sighting) bool { return taken[s.id] })
		found[id] = tr
	}
	return found, b.leaveToOthers(ctx, writes, found)
}

// leaveToOthers removes from the suspects of writes the records with the name that another open write of ours asks for,
// because that write explains them.
func (b *Outbox) leaveToOthers(ctx context.Context, writes []intent.Write, found map[string]trace) error {
	if !slices.ContainsFunc(writes, func(w intent.Write) bool { return len(found[w.ID].suspects) > 0 }) {
		return nil
	}
	open, err := b.repo.OpenCreates(ctx, writes[0])
	if err != nil {
		return err
	}
	for _, w := range writes {
		tr := found[w.ID]
		tr.suspects = slices.DeleteFunc(tr.suspects, func(s sighting) bool {
			return !compare.Named(w, s.raw) && slices.ContainsFunc(open, func(other intent.Write) bool {
				left := other.Floor != intent.NoFloor && other.Floor < s.id
				return other.ID != w.ID && left && compare.Named(other, s.raw)
			})
		})
		found[w.ID] = tr
	}
	return nil
}

// madeBefore returns the writes of ours that are known to have made some of the records, by the record's id.
func (b *Outbox) madeBefore(ctx context.Context, w intent.Write, ids []int64) (map[int64]intent.Write, error) {
	made, err := b.repo.MadeBy(ctx, w.StoreID, w.Resource, ids)
	if err != nil {
		return nil, err
	}
	writes := map[int64]intent.Write{}
	for id, by := range made {
		if writes[id], err = b.repo.WriteByID(ctx, by); err != nil {
			return nil, err
		}
	}
	return writes, nil
}

// explainsLost says whether w, a done write, has made the record, which is then not a lost write's. The id alone does
// not prove that: a store that is restored from a backup uses ids again. The record then has other content, or its id
// is above a floor that was asked for long after w had made its own. Records in the trash are below no floor.
func explainsLost(w intent.Write, lost intent.Write, record json.RawMessage, author int64) bool {
	if compare.Stand(w, record, author) == compare.Foreign {
		return false
	}
	return w.DoneAt.After(lost.AcceptedAt) || compare.InTrash(record)
}

// proved finds the record that carries a write's marker. Of several it takes one that is complete, since the others
// were left half-made.
func proved(w intent.Write, v view, taken map[int64]bool) trace {
	var tr trace
	best := -1
	for _, s := range slices.Concat(v.older, v.newer) {
		if intent.MarkerOf(s.raw) != w.ID || intent.Targets[w.Resource].Recognised != intent.ByMeta {
			continue
		}
		lacks := len(compare.Shortfalls(w, s.raw))
		if s.id <= w.Floor && !v.setBack(w) && (lacks > 0 || compare.InTrash(s.raw)) {
			continue // an earlier request made and undid it, before a person sent the write again
		}
		taken[s.id] = true
		if lacks == 0 && !compare.InTrash(s.raw) {
			tr.whole = append(tr.whole, s.id)
		}
		switch {
		case tr.record == nil:
		case lacks >= best:
			tr.others = append(tr.others, s.id)
			continue
		default:
			tr.others = append(tr.others, compare.ID(tr.record))
		}
		tr.record, best = s.raw, lacks
	}
	return tr
}

// likewise returns how many writes without a record ask for the same as w.
func likewise(writes []intent.Write, w intent.Write, found map[string]trace) int {
	n := 0
	for _, other := range writes {
		if found[other.ID].record == nil && jsonvalue.Equal(other.Body, w.Body) {
			n++
		}
	}
	return n
}
