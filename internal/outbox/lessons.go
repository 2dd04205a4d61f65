package outbox

import (
	"fmt"
	"maps"
	"sort"
	"time"

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
	// ReadsLag is the longest time by which reads were seen to lag behind a write, and SeenLag when that was last seen;
	// 0 where they never did.
	ReadsLag time.Duration `json:"reads_lag,omitempty"`
	SeenLag  time.Time     `json:"seen_lag,omitzero"`
	// AskedLimit is when the limit was last asked for, in vain or not.
	AskedLimit time.Time `json:"asked_limit,omitzero"`
}

// MarkerLesson is what became of markers.
type MarkerLesson struct {
	Taken bool      `json:"taken"`
	Seen  time.Time `json:"seen"`
	// Record is the record that taught the lesson.
	Record int64 `json:"record,omitempty"`
}

// lessonLasts is how long it is believed that batches are refused, or that the limit cannot be known: whoever runs the
// store may mend it.
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
		lines = append(lines, fmt.Sprintf(
			"this store's reads lag behind its writes, by %s at most so far: what is missing "+
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
