package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// readBackAll reads the records of a batch again, all in one request.
func (b *Outbox) readBackAll(ctx context.Context, shop woo.Doer, path string, stale map[int64]*Settlement) {
	if len(stale) == 0 {
		return
	}
	writes := make([]intent.Write, 0, len(stale))
	for _, s := range stale {
		writes = append(writes, s.Write)
	}
	fresh, _, err := b.current(ctx, shop, job{path: path, writes: writes})
	for id, s := range stale {
		switch record := fresh[id]; {
		case err == nil && record != nil && s.Write.Action == intent.Delete && !b.inEffect(s.Write, record):
			*s = b.stillListed(s.Write)
		case err == nil && record != nil:
			*s = nowKnown(*s, record)
		case err == nil:
			*s = b.goneAlready(*s)
		case s.Effects[0].Raw == nil: // deleted for good, as the store says
		case intent.Targets[s.Write.Resource].AnswersDiffer:
			s.Effects = nil // as in readBack: the next pull brings it
		}
	}
}

// readBack replaces a write's answer by a reading made now. When the read fails, the write is in effect nevertheless,
// and the next pull brings the record to the mirror, at worst as a foreign change.
func (b *Outbox) readBack(ctx context.Context, shop woo.Doer, s Settlement) Settlement {
	w := s.Write
	fresh, err := read(ctx, shop, intent.Targets[w.Resource].Route.Record(w.ParentID, w.RecordID), nil)
	switch {
	case err == nil && compare.ID(fresh.Body) != w.RecordID:
		s.Effects = nil
	case err == nil && w.Action == intent.Delete && !b.inEffect(w, fresh.Body):
		return b.stillListed(w)
	case err == nil:
		s = nowKnown(s, fresh.Body)
	case isGone(err):
		s = b.goneAlready(s)
	case s.Effects[0].Raw == nil: // deleted for good, as the store says
	case intent.Targets[w.Resource].AnswersDiffer || w.Action == intent.Delete:
		s.Effects = nil
	}
	return s
}

// goneAlready settles a write that was answered with success and whose record is gone a moment later.
func (b *Outbox) goneAlready(s Settlement) Settlement {
	s.Effects[0].Raw = nil
	if s.Write.Action == intent.Create {
		return b.notShown(s.Write)
	}
	return s
}

// nowKnown replaces the answer of a write by a reading of its record, for the mirror, and to name the values that the
// store keeps in place of those sent: a plugin may change a value after the answer.
func nowKnown(s Settlement, record json.RawMessage) Settlement {
	if staleReading(record, s.Effects[0].Raw) {
		if intent.Targets[s.Write.Resource].AnswersDiffer {
			s.Effects = nil // the next pull brings the record
		}
		return s
	}
	s.Effects[0].Raw = record
	if w := s.Write; w.Action != intent.Delete {
		kept := slices.DeleteFunc(compare.KeptOthers(w, w.Body, record), func(k intent.FieldError) bool {
			return w.Reason != nil && slices.ContainsFunc(w.Reason.Fields,
				func(f intent.FieldError) bool { return f.Field == k.Field })
		})
		s.Write = saysTrashed(compare.SaysKept(w, kept), record)
	}
	return s
}

// notShown settles a create that was answered with success and that a read a moment later does not show. The read may
// come from a copy that lags behind, or something on the store removed the record at once. The record is looked for,
// and the create is never sent again.
func (b *Outbox) notShown(w intent.Write) Settlement {
	id := w.RecordID
	w.RecordID, w.DoneAt = 0, time.Time{}
	s := b.asLost(w, http.StatusCreated,
		fmt.Sprintf("the store answered that it made %s/%d, and does not show it yet", w.Resource, id))
	s.Write.Reason.Code, s.Write.Reason.Records = intent.CodeVanished, []int64{id}
	return s
}

// stillListed settles a delete that the store called done and whose record a read a moment later still shows. The read
// may come from a copy that lags behind, or a plugin keeps the record without an error (pre_trash_post).
func (b *Outbox) stillListed(w intent.Write) Settlement {
	w.DoneAt = time.Time{}
	s := b.asLost(w, http.StatusOK, fmt.Sprintf("the store answered that it deleted %s, and still shows it", w.Ref()))
	s.Write.Reason.Code = intent.CodeIgnored
	return s
}

// staleReading says whether a reading of a record is older than the store's answer to a write of it.
func staleReading(read, answer []byte) bool {
	r, err1 := document.Parse(read)
	a, err2 := document.Parse(answer)
	if err1 != nil || err2 != nil || compare.ID(read) != compare.ID(answer) {
		return false
	}
	was, is := document.Text(r, "date_modified_gmt"), document.Text(a, "date_modified_gmt")
	return was != "" && is != "" && was < is // both in the form of WooCommerce: 2026-11-30T10:00:00
}

// stillThere checks, a moment after some orders were answered as made, that they exist. A plugin can delete or trash an
// order at the end of the request that made it (docs/woocommerce/orders.md#deleted-at-once), and "created" would then
// be wrong. stillThere asks for two members of each order, all in one request.
//
// Failure policy: a write that could not be checked stays as it was answered. The next pull brings what became of its
// order.
func (b *Outbox) stillThere(ctx context.Context, shop woo.Doer, settled []Settlement) {
	asked := map[int64]*Settlement{}
	for i := range settled {
		if w := settled[i].Write; w.Resource == storage.Orders && w.Action == intent.Create && w.State == intent.Done {
			asked[w.RecordID] = &settled[i]
		}
	}
	none, lags := false, false
	if sent := len(asked); sent > 1 {
		b.seenTogether(ctx, shop, asked)
		none = len(asked) == sent // then one order is checked for all: the store may lag behind
	}
	for id, s := range asked {
		if lags {
			*s = b.notShown(s.Write)
			continue
		}
		answer, err := read(ctx, shop, woo.RouteOrders.Record(0, id), url.Values{"_fields": {"id,status"}})
		switch {
		case isGone(err):
			*s, lags = b.goneAlready(*s), none
		case err == nil && compare.ID(answer.Body) == id:
			s.Write = saysTrashed(s.Write, answer.Body)
		}
	}
}

// seenTogether removes from asked the orders that a list shows. The list shows no order in the trash.
func (b *Outbox) seenTogether(ctx context.Context, shop woo.Doer, asked map[int64]*Settlement) {
	ids := make([]string, 0, len(asked))
	for id := range asked {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	query := woo.RouteOrders.Everything()
	query.Set("include", strings.Join(ids, ","))
	query.Set("per_page", strconv.Itoa(fullPage))
	query.Set("_fields", "id,status")
	answer, err := read(ctx, shop, woo.RouteOrders.List(0), query)
	if err != nil {
		return
	}
	list, listed, err := recordsIn(answer.Body)
	if err != nil {
		return
	}
	for i, record := range list {
		if !compare.InTrash(record) {
			delete(asked, listed[i])
		}
	}
}
