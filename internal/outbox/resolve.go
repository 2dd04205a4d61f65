package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// resolveKnown settles unknown updates and deletes of one collection by reading their records.
func (b *Outbox) resolveKnown(ctx context.Context, shop woo.Doer, path string, writes []intent.Write) []Settlement {
	settled := make([]Settlement, 0, len(writes))
	records, clock, err := b.current(ctx, shop, job{path: path, writes: writes})
	for _, w := range writes {
		record := records[w.RecordID]
		switch {
		case err != nil:
			settled = append(settled, b.lookLater(w, err))
		case record == nil && w.Action == intent.Delete:
			settled = append(settled, b.doneAfterAll(w, w.Reason, nil))
		case record == nil:
			w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
			w.Reason = &intent.Reason{Code: intent.CodeGone, Status: http.StatusNotFound,
				Message: "the record was deleted on the store"}
			settled = append(settled, Settlement{Write: w})
		case intent.AddsStock(w) && compare.StockFate(w, record) == compare.InDoubt:
			settled = append(settled, b.doubt(w, record))
		case !b.inEffect(w, record):
			_, over := b.waited(w, clock)
			if over && w.Reason != nil && w.Reason.Code == intent.CodeIgnored {
				settled = append(settled, b.kept(w, record))
				continue
			}
			if s := b.movedOn(ctx, shop, w, record, clock, over); s != nil {
				settled = append(settled, *s)
				continue
			}
			settled = append(settled, b.missed(w, clock))
		default:
			s := b.doneAfterAll(w, w.Reason, record)
			s.Write = b.saysStepMissing(ctx, shop, saysAfterwards(ctx, shop, s.Write, w.Reason), record)
			settled = append(settled, s)
		}
	}
	return settled
}

// resolveCreates settles unknown creates. It reads the records that are newer than everything known before the writes
// left, and finds each write's own among them.
func (b *Outbox) resolveCreates(
	ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, writes []intent.Write,
) error {
	v, err := b.lookAbove(ctx, shop, writes)
	if err != nil {
		return b.settleLater(ctx, claim, round, writes, err)
	}
	traces, err := b.traces(ctx, v, writes)
	if err != nil {
		return err
	}
	var merged map[string]sighting
	missing := b.behind(ctx, shop, writes[0], v)
	if again := b.sendsAgain(writes, traces, v.clock); len(again) > 0 && missing == 0 {
		hidden, err := b.unlisted(ctx, shop, v, again)
		if err != nil {
			return b.settleLater(ctx, claim, round, writes, err)
		}
		if v.newer = append(v.newer, hidden...); len(hidden) > 0 {
			if traces, err = b.traces(ctx, v, writes); err != nil {
				return err
			}
		}
		if merged, err = b.mergedInto(ctx, shop, v, b.sendsAgain(writes, traces, v.clock)); err != nil {
			return b.settleLater(ctx, claim, round, writes, err)
		}
	}
	var settled []Settlement
	var found []intent.Write
	for _, w := range writes {
		tr := traces[w.ID]
		if w.Lost == 0 {
			// Every request of the write has its verdict, and a person sends the write again. So only proof counts: an
			// equal record of another program would pass for the write's.
			if tr.suspects = nil; tr.unproved {
				tr.record = nil
			}
		}
		switch {
		case tr.record != nil:
			o, _ := document.Parse(tr.record)
			w.RecordID = document.Number(o, "id")
			found = append(found, w)
		case missing != 0:
			settled = append(settled, b.lagging(w, missing))
		case merged[w.ID].raw != nil:
			settled = append(settled, mayBeMerged(w, merged[w.ID]))
		case len(tr.suspects) > 0:
			settled = append(settled, b.doubtful(ctx, shop, w, tr, v.clock))
		default:
			s, err := b.notSeen(ctx, w, v.clock)
			if err != nil {
				return err
			}
			if s.Write.State == intent.Parked && s.Write.Reason.Code == intent.CodeVanished {
				if s, err = b.answeredAnother(ctx, w, v, s); err != nil {
					return err
				}
			}
			if s.Write.State == intent.Pending && v.setBack(w) {
				// Later records of the write are above what is there now. Above the old floor the search would fail
				// once too many other records follow.
				s.Write.Floor = v.newest
			}
			settled = append(settled, s)
		}
	}
	if err := b.settle(ctx, claim, round, settled...); err != nil || len(found) == 0 {
		return err
	}
	return b.resolveFound(ctx, claim, shop, round, found, traces)
}

// settleLater settles creates that could not be looked for.
func (b *Outbox) settleLater(
	ctx context.Context, claim storage.Claim, round *Round, writes []intent.Write, err error,
) error {
	settled := make([]Settlement, len(writes))
	for i, w := range writes {
		if isGone(err) && intent.Targets[w.Resource].Route.Nested() {
			settled[i] = b.parentGone(w)
		} else {
			settled[i] = b.lookLater(w, err)
		}
	}
	return b.settle(ctx, claim, round, settled...)
}

// notSeen settles a create of which the store shows nothing. A pull may have met its record, which is gone for good
// since. Only a person can tell whether it was deleted, or the store took it back when it refused the create.
func (b *Outbox) notSeen(ctx context.Context, w intent.Write, clock http.Header) (Settlement, error) {
	if listedOnly(w) {
		return b.deletedIfItLasts(w, w.Reason.Records[0], clock), nil
	}
	ref, err := b.repo.SeenEffect(ctx, w)
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && ref.ID <= w.Floor:
		return b.missed(w, clock), nil
	case err != nil:
		return Settlement{}, err
	}
	w, over := b.waited(w, clock)
	if !over {
		w.State = intent.Unknown
		return Settlement{Write: w}, nil
	}
	w.State, w.MissedAt = intent.Parked, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeUncertain, Records: []int64{ref.ID}, Message: fmt.Sprintf(
		"%s; %s was seen as its doing and is gone: nothing is sent again. If somebody deleted it on "+
			"purpose: ⟨discard %s⟩. If it is still wanted: ⟨retry⟩ sends it anew", intent.HowLost(w), ref, w.ID)}
	return Settlement{Write: w}, nil
}

// answeredAnother settles a create that is not to be seen while the record that the store answered exists with other
// values than were sent. A plugin may have rewritten it, so sending again could make another record.
func (b *Outbox) answeredAnother(ctx context.Context, w intent.Write, v view, s Settlement) (Settlement, error) {
	for _, seen := range v.newer {
		if seen.id <= w.Floor || !slices.Contains(s.Write.Reason.Records, seen.id) {
			continue
		}
		made, err := b.madeBefore(ctx, w, []int64{seen.id})
		if _, another := made[seen.id]; err != nil || another || intent.MarkerOf(seen.raw) != "" {
			return s, err
		}
		ref := storage.Ref{Resource: w.Resource, ID: seen.id}
		s.Write.Reason = &intent.Reason{Code: intent.CodeUncertain, Status: s.Write.Reason.Status,
			Records: []int64{seen.id}, Theirs: seen.raw, Fields: lacking(w, seen.raw), Message: fmt.Sprintf(
				"the store answered that it made %s, which is there and not as it was asked for (%s): something there "+
					"may have written it anew. Nothing is sent again. If it is the one: ⟨adopt %s %d⟩. If not: "+
					"⟨retry⟩ sends it anew", ref, compare.Colons(lacking(w, seen.raw)), w.ID, seen.id)}
	}
	return s, nil
}

// doubtful settles a create of which the store shows a record that could be it, without proof. While the store may
// still be working, the record may yet get its marker; after that a person must look.
func (b *Outbox) doubtful(
	ctx context.Context, shop woo.Doer, w intent.Write, tr trace, clock http.Header,
) Settlement {
	w, over := b.waited(w, clock)
	how := intent.HowLost(w)
	reason := &intent.Reason{Code: intent.CodeUncertain, Records: make([]int64, len(tr.suspects))}
	names := make([]string, len(tr.suspects))
	for i, s := range tr.suspects {
		reason.Records[i] = s.id
		names[i] = fmt.Sprintf("%s/%d", w.Resource, s.id)
	}
	if !over {
		reason.Message = fmt.Sprintf("%s; %s could be it and is watched until the store can no longer be at it", how,
			strings.Join(names, ", "))
		w.State, w.Reason = intent.Unknown, intent.EvidenceOf(reason, w)
		return Settlement{Write: w}
	}
	what := "nothing proves it" // for kinds of records without a mark
	switch marked := intent.Targets[w.Resource].Recognised == intent.ByMeta; {
	case marked && len(names) > 1:
		what = "lack the mark that would prove one of them"
	case marked:
		what = "lacks the mark that would prove it"
	}
	lacks := lacking(w, tr.suspects[0].raw)
	if w.Resource == storage.Refunds {
		what += " (the same refund, made in the shop at that moment, looks alike)"
		lacks = append(lacks, b.stockOtherwise(ctx, shop, w, tr.suspects[0].id)...)
	}
	if len(lacks) > 0 {
		what += fmt.Sprintf(", and %s/%d is not as it was asked for (%s)", w.Resource, tr.suspects[0].id,
			compare.Colons(lacks))
	}
	if w.Resource == storage.Refunds {
		what += "; whether the stock came back, e-mails went out and the order's status followed cannot be told from it"
	}
	reason.Fields = lacks
	reason.Message = fmt.Sprintf(
		"%s, and %s could be it but %s: nothing is sent again. Look at the store. If it is the one: "+
			"⟨adopt %s %d⟩. If not: ⟨retry⟩ sends it anew",
		how, strings.Join(names, ", "), what, w.ID, tr.suspects[0].id)
	reason.Theirs = tr.suspects[0].raw
	w.State, w.Reason, w.MissedAt = intent.Parked, reason, time.Time{}
	return Settlement{Write: w}
}

// resolveFound settles creates whose record was found. The list was read earlier and with few fields, so the records
// are read as they are now, and compared with what was asked for.
func (b *Outbox) resolveFound(
	ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, found []intent.Write,
	traces map[string]trace,
) error {
	path := intent.Targets[found[0].Resource].Route.List(found[0].ParentID)
	records, clock, err := b.current(ctx, shop, job{path: path, writes: found})
	for _, w := range found {
		tr, record := traces[w.ID], records[w.RecordID]
		var s Settlement
		switch {
		case err != nil:
			w.RecordID = 0
			s = b.lookLater(w, err)
		case record == nil && (isDraft(w, tr.record) || len(compare.Shortfalls(w, tr.record)) > 0):
			// The record seen a moment ago was a refused draft, or half of one, and is now gone.
			w.RecordID = 0
			s = b.missed(w, clock)
		case record == nil: // we created it, and it is deleted since, or not to be seen yet
			s = b.deletedIfItLasts(w, w.RecordID, clock)
		case isDraft(w, record) && !tr.unproved && !intent.SaidDone(w): // a done one is no refused draft
			w.RecordID = 0
			if s, err = b.draftLeft(ctx, shop, w, record, clock); err != nil {
				return err
			}
		default:
			if lacks := b.shortfalls(ctx, shop, w, record); len(lacks) > 0 {
				if err := b.half(ctx, claim, shop, round, w, record, tr.others, lacks, clock); err != nil {
					return err
				}
				continue
			}
			s = b.foundWhole(ctx, shop, w, tr, record)
		}
		if err := b.settle(ctx, claim, round, s); err != nil {
			return err
		}
	}
	return nil
}

// lacking names the fields in which a record that could be a write's differs from what was asked for.
func lacking(w intent.Write, record json.RawMessage) []intent.FieldError {
	lacks := compare.Shortfalls(w, record)
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	if err1 == nil && err2 == nil {
		if w.Resource == storage.Refunds {
			lacks = append(lacks, compare.RefundLines(body, o)...)
		}
		lacks = append(lacks, compare.NoPictures(body, o)...)
	}
	kept := slices.DeleteFunc(compare.KeptOthers(w, w.Body, record), func(k intent.FieldError) bool {
		return slices.ContainsFunc(lacks, func(f intent.FieldError) bool { return f.Field == k.Field })
	})
	return append(lacks, kept...)
}

// foundWhole settles a create whose record is there as it was asked for.
func (b *Outbox) foundWhole(
	ctx context.Context, shop woo.Doer, w intent.Write, tr trace, record json.RawMessage,
) Settlement {
	if !tr.unproved {
		b.learnMarker(w, record, w.RecordID)
	}
	b.learnAuthor(w, record)
	if listedOnly(w) || w.Reason != nil && w.Reason.Code == intent.CodeVanished {
		b.learnLag(w.StoreID, b.opts.Now().Sub(w.SentAt)) // the store said that it was there, and did not show it
	}
	was, denied, how := w.Reason, contradicted(w.Reason), intent.HowLost(w)
	w = b.done(w)
	w.Reason = denied
	switch {
	case tr.unproved:
		w.Reason = &intent.Reason{Code: intent.CodeUnproved, Records: []int64{w.RecordID},
			Message: how + "; it was found by its content, because this store takes the mark away"}
	case len(tr.whole) > 1:
		return Settlement{Write: doubled(w, tr.whole),
			Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}}
	case len(tr.others) > 0:
		w.Reason = &intent.Reason{Code: intent.CodeGhost, Records: tr.others,
			Message: fmt.Sprintf("%s carries its mark too, and is not as it was asked for: a copy that something in "+
				"the store has made of %s (a translation, a split, a renewal), or what a request that died has left. "+
				"Look at it: a copy belongs there, and only what is empty may be deleted",
				idList(w.Resource, tr.others), w.Ref())}
	}
	w = b.saysStepMissing(ctx, shop, saysAfterwards(ctx, shop, saysHowFound(w, how), was), record)
	w = saysTrashed(compare.SaysKept(w, compare.KeptOthers(w, w.Body, record)), record)
	if w.Resource == intent.Webhooks {
		return Settlement{Write: w}
	}
	return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}}
}
