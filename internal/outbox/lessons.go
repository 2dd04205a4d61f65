package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Lessons are what sending to a store has taught about it. They are kept with the writes, because each was paid for
// with a lost answer or a failed request.
type Lessons struct {
	// Markers says per resource whether the store keeps the marker of a create: "kept", or "taken" where an answer came
	// back without it, because a plugin takes such meta data away or the API does not show it.
	Markers map[storage.Resource]MarkerLesson `json:"markers,omitempty"`
	// Alone are resources whose batch is refused, and when that was seen.
	Alone map[storage.Resource]time.Time `json:"alone,omitempty"`
	// PerPage is how many records of a resource a look-up asks for, where a full page was too heavy.
	PerPage map[storage.Resource]int `json:"per_page,omitempty"`
	// RefundAuthor is the user that refunds of ours show as their author: the owner of the key.
	RefundAuthor int64 `json:"refund_author,omitempty"`
	// ExecutionLimit is the store's max_execution_time; nil while it is not known, 0 where the store sets none.
	ExecutionLimit *time.Duration `json:"execution_limit,omitempty"`
	// ReadsLag is the longest time for which reads were seen to show the store as it was before a write, and SeenLag when
	// that was last seen; 0 where they never did.
	ReadsLag time.Duration `json:"reads_lag,omitempty"`
	SeenLag  time.Time     `json:"seen_lag,omitzero"`
	// AskedLimit is when that was asked for, in vain or not.
	AskedLimit time.Time `json:"asked_limit,omitzero"`
}

// MarkerLesson is what became of markers.
type MarkerLesson struct {
	Taken bool      `json:"taken"`
	Seen  time.Time `json:"seen"`
	// Record is the one that taught it.
	Record int64 `json:"record,omitempty"`
}

// lessonLasts is how long a refused batch and an unknown limit are believed: whoever runs the store may mend it.
const lessonLasts = 24 * time.Hour

// Describe says what was learned in sentences for people, none when nothing is out of the ordinary.
func (l Lessons) Describe() []string {
	var lines []string
	for _, resource := range sortedResources(l.Markers) {
		if m := l.Markers[resource]; m.Taken {
			lines = append(lines, fmt.Sprintf(
				"this store takes the mark %s away from %s (seen at %s/%d): a lost create is compared by content, "+
					"and waits for a person when in doubt",
				intent.MarkerKey, resource, resource, m.Record))
		}
	}
	for _, resource := range sortedResources(l.Alone) {
		lines = append(lines, fmt.Sprintf("this store refuses batches of %s: they are written one by one", resource))
	}
	if l.ReadsLag > 0 {
		lines = append(lines, fmt.Sprintf("this store's reads lag behind its writes, by %s at most so far: what is missing "+
			"is looked for longer before it is sent again", l.ReadsLag.Round(time.Second)))
	}
	for _, resource := range sortedResources(l.PerPage) {
		lines = append(lines, fmt.Sprintf("this store fails on large pages of %s: look-ups ask for %d at a time",
			resource, l.PerPage[resource]))
	}
	return lines
}

func sortedResources[V any](m map[storage.Resource]V) []storage.Resource {
	list := make([]storage.Resource, 0, len(m))
	for r := range m {
		list = append(list, r)
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	return list
}

func (l Lessons) clone() Lessons {
	l.Markers, l.Alone, l.PerPage = maps.Clone(l.Markers), maps.Clone(l.Alone), maps.Clone(l.PerPage)
	return l
}

// Lessons gives what was learned about a store.
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

// lessonsOf are the lessons in memory, which a Step has loaded.
func (b *Outbox) lessonsOf(storeID int64) Lessons {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lessons[storeID].clone()
}

// learn notes a lesson; change says whether there was anything new in it. It is kept at the end of the job: a lesson
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

// keepLessons writes down what was learned since.
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

// goAlone notes that writes of a resource cannot travel together.
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

// fullPage is the most records a page of WooCommerce holds.
const fullPage = 100

// learnPages notes the size of pages that a look-up ended with; 0 is the full one.
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

// learnAuthor notes whom refunds of ours show as their author.
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

// learnLineMarks notes what became of the marks of lines that an update added.
func (b *Outbox) learnLineMarks(w intent.Write, sent, record json.RawMessage) {
	body, err := document.Parse(sent)
	if err != nil {
		return
	}
	added := intent.NewLinesOf(body)
	if len(added) == 0 {
		return
	}
	taken := !bytes.Contains(record, []byte(w.ID)) // a store writes the slash behind it as \/
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

// certain says whether a record without our marker, equal in all that was named, may be taken for ours: its values must
// tell it from any other, and nothing but a store that loses markers, or saves them too late, may have kept the marker
// away.
func certain(w intent.Write, record json.RawMessage, l Lessons) bool {
	t := intent.Targets[w.Resource]
	if t.Recognised != intent.ByMeta {
		return true // it is recognised by nothing else
	}
	o, err := document.Parse(record)
	if err != nil {
		return false
	}
	if w.Resource == storage.Refunds {
		if l.RefundAuthor == 0 || document.Number(o, "refunded_by") != l.RefundAuthor {
			return false
		}
	} else if !l.Markers[w.Resource].Taken {
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
