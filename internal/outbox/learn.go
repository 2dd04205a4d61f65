package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// lessonsOf returns the lessons in memory, which a Step has loaded.
func (b *Outbox) lessonsOf(storeID int64) Lessons {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lessons[storeID].clone()
}

// learn notes a lesson. change returns whether the lesson was new. Lessons are saved at the end of the job; a lesson
// that a crash loses is learned again.
func (b *Outbox) learn(storeID int64, change func(*Lessons) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.lessons[storeID].clone()
	if !change(&l) {
		return
	}
	b.lessons[storeID] = l
	b.unkept[storeID] = true
}

// keepLessons saves what was learned since the last call.
func (b *Outbox) keepLessons(ctx context.Context, claim storage.Claim) error {
	b.mu.Lock()
	l, unkept := b.lessons[claim.StoreID].clone(), b.unkept[claim.StoreID]
	delete(b.unkept, claim.StoreID)
	b.mu.Unlock()
	if !unkept {
		return nil
	}
	return b.repo.KeepLessons(context.WithoutCancel(ctx), claim, l)
}

// learnMarker notes what became of the marker of a create that was answered, or found.
func (b *Outbox) learnMarker(w intent.Write, record []byte, id int64) {
	if intent.Targets[w.Resource].Recognised != intent.ByMeta {
		return
	}
	taken := intent.MarkerOf(record) != w.ID
	b.learn(w.StoreID, func(l *Lessons) bool {
		was, known := l.Markers[w.Resource]
		if known && was.Taken == taken {
			return false
		}
		if l.Markers == nil {
			l.Markers = map[storage.Resource]MarkerLesson{}
		}
		l.Markers[w.Resource] = MarkerLesson{Taken: taken, Seen: b.opts.Now().UTC(), Record: id}
		return true
	})
}

// markersTaken says whether a store is known to take markers away.
func (b *Outbox) markersTaken(storeID int64, r storage.Resource) bool {
	return b.lessonsOf(storeID).Markers[r].Taken
}

// goAlone notes that writes of a resource cannot be sent together.
func (b *Outbox) goAlone(storeID int64, r storage.Resource) {
	b.learn(storeID, func(l *Lessons) bool {
		if l.Alone == nil {
			l.Alone = map[storage.Resource]time.Time{}
		}
		l.Alone[r] = b.opts.Now().UTC()
		return true
	})
}

func (b *Outbox) mustGoAlone(storeID int64, r storage.Resource) bool {
	seen, ok := b.lessonsOf(storeID).Alone[r]
	return ok && b.opts.Now().Sub(seen).Abs() < lessonLasts
}

// learnPages notes the page size with which a look-up ended; 0 is the full size.
func (b *Outbox) learnPages(storeID int64, r storage.Resource, kept int) {
	b.learn(storeID, func(l *Lessons) bool {
		if l.PerPage[r] == kept {
			return false
		}
		if l.PerPage == nil {
			l.PerPage = map[storage.Resource]int{}
		}
		if l.PerPage[r] = kept; kept == 0 {
			delete(l.PerPage, r)
		}
		return true
	})
}

// learnAuthor notes the user who is the author of our refunds.
func (b *Outbox) learnAuthor(w intent.Write, record []byte) {
	if w.Resource != storage.Refunds || intent.MarkerOf(record) != w.ID {
		return
	}
	o, err := document.Parse(record)
	by := document.Number(o, "refunded_by")
	if err != nil || by == 0 {
		return
	}
	b.learn(w.StoreID, func(l *Lessons) bool {
		changed := l.RefundAuthor != by
		l.RefundAuthor = by
		return changed
	})
}

// learnLineMarks notes what became of the marks of the lines that an update added.
func (b *Outbox) learnLineMarks(w intent.Write, sent, record json.RawMessage) {
	body, err := document.Parse(sent)
	if err != nil {
		return
	}
	added := intent.NewLinesOf(body)
	if len(added) == 0 {
		return
	}
	taken := !bytes.Contains(record, []byte(w.ID)) // a store writes the following slash as \/
	b.learn(w.StoreID, func(l *Lessons) bool {
		if was, known := l.Markers[compare.OrderLines]; known && was.Taken == taken {
			return false
		}
		if l.Markers == nil {
			l.Markers = map[storage.Resource]MarkerLesson{}
		}
		l.Markers[compare.OrderLines] = MarkerLesson{Taken: taken, Seen: b.opts.Now().UTC(), Record: w.RecordID}
		return true
	})
}

// certain says whether a record without our marker, equal in all that was named, may be taken for ours. One of the
// values must identify a record, and on this store a marker must have been seen to be missing. A refund is never
// certain: a person who works in the shop with the account of our key can make the same refund while our request is
// under way, and the store keeps nothing that tells the two apart (docs/woocommerce/orders.md#refund-unmarked).
func certain(w intent.Write, record json.RawMessage, l Lessons) bool {
	t := intent.Targets[w.Resource]
	if t.Recognised != intent.ByMeta {
		return true // nothing else identifies such a record
	}
	if w.Resource == storage.Refunds || !l.Markers[w.Resource].Taken {
		return false
	}
	sent, err1 := document.Leaves(w.Body)
	have, err2 := document.RecordLeaves(record)
	if err1 != nil || err2 != nil {
		return false
	}
	for path, value := range sent {
		named := slices.Contains(compare.Identifying[w.Resource], path) || strings.HasPrefix(path, "meta_data[") &&
			!strings.HasPrefix(path, "meta_data[_")
		if stored, there := have[path]; named && !document.Absent(value) && !compare.IsZeroID(path, value) && there &&
			(compare.Holds(path, value, stored, true) || document.Alike(value, stored)) {
			return true
		}
	}
	return false
}

// lagOf returns how long a record must be absent to count as gone, on a store whose reads were seen to lag. It is twice
// the longest lag seen. A lag counts for a day.
func (b *Outbox) lagOf(storeID int64) time.Duration {
	l := b.lessonsOf(storeID)
	if b.opts.Now().Sub(l.SeenLag).Abs() >= lessonLasts {
		return 0
	}
	return 2 * l.ReadsLag
}

// learnLag notes that a read showed a store as it had been lag earlier. The lag may seem long only because nobody
// looked in between, so at most [lasts] is noted.
func (b *Outbox) learnLag(storeID int64, lag time.Duration) {
	now := b.opts.Now().UTC()
	lag = min(lag, lasts)
	b.learn(storeID, func(l *Lessons) bool {
		if lag <= 0 || lag <= l.ReadsLag && now.Sub(l.SeenLag).Abs() < lessonLasts/2 {
			return false
		}
		l.ReadsLag, l.SeenLag = max(lag, l.ReadsLag), now
		return true
	})
}

// Interrupted returns the reason of a write whose process ended while its request was under way.
func Interrupted() *intent.Reason {
	return &intent.Reason{Code: intent.CodeNoAnswer, Silent: true, Cut: true,
		Message: "the process that sent it ended before the answer: it is looked for on the store"}
}

// findLimit asks a store for its limit before it is first needed, and once a day.
//
// Failure policy: a store that does not tell gets the default limit, which is longer than most stores allow.
func (b *Outbox) findLimit(ctx context.Context, shop woo.Doer, storeID int64) {
	now := b.opts.Now().UTC()
	if b.opts.StoreLimit > 0 || now.Sub(b.lessonsOf(storeID).AskedLimit).Abs() < lessonLasts {
		return
	}
	answer, err := shop.Do(ctx, woo.Request{Path: woo.RouteSystemStatus.List(0),
		Query: url.Values{"_fields": {"environment"}}})
	var limit *time.Duration
	switch e, failed := woo.AsError(err); {
	case err == nil:
		limit = executionLimit(answer.Body)
	case failed && e.Kind == woo.KindAPI && e.EffectiveStatus() < http.StatusInternalServerError &&
		e.Status != http.StatusTooManyRequests:
		// The key may not read the limit, which will stay so for a while.
	default:
		return // the next look-up asks again
	}
	b.learn(storeID, func(l *Lessons) bool {
		l.AskedLimit, l.ExecutionLimit = now, limit
		return true
	})
}

func executionLimit(status json.RawMessage) *time.Duration {
	var s struct {
		Environment struct {
			Limit *json.Number `json:"php_max_execution_time"`
		} `json:"environment"`
	}
	if json.Unmarshal(status, &s) != nil || s.Environment.Limit == nil {
		return nil
	}
	seconds, err := s.Environment.Limit.Int64()
	if err != nil || seconds < 0 {
		return nil
	}
	limit := time.Duration(seconds) * time.Second
	return &limit
}

// Lessons returns what was learned about a store.
func (b *Outbox) Lessons(ctx context.Context, storeID int64) (Lessons, error) {
	b.mu.Lock()
	known, ok := b.lessons[storeID]
	b.mu.Unlock()
	if ok {
		return known.clone(), nil
	}
	kept, err := b.repo.OutboxLessons(ctx, storeID)
	if err != nil {
		return Lessons{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, raced := b.lessons[storeID]; !raced {
		b.lessons[storeID] = kept
	}
	return b.lessons[storeID].clone(), nil
}

// lasts is how long a record that the store has shown before, in an answer or a list, must be absent until it counts as
// gone. Even then its create is not sent again.
const lasts = 5 * time.Minute
