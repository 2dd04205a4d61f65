package outbox

import (
	"fmt"
	"maps"
	"sort"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Lessons are what sending to a store has taught about it. They are kept with the writes, because each lesson cost a
// lost answer or a failed request.
type Lessons struct {
	// Markers says for each resource whether the store keeps the marker of a create. A marker is taken when an answer
	// comes without it, because a plugin removes such meta data or the API does not show it.
	Markers map[storage.Resource]MarkerLesson `json:"markers,omitempty"`
	// Alone are the resources whose batches are refused, with the time of the last refusal.
	Alone map[storage.Resource]time.Time `json:"alone,omitempty"`
	// PerPage is how many records of a resource a look-up asks for, when a full page was too heavy.
	PerPage map[storage.Resource]int `json:"per_page,omitempty"`
	// RefundAuthor is the id of the user who is the author of our refunds: the owner of the key.
	RefundAuthor int64 `json:"refund_author,omitempty"`
	// ExecutionLimit is the store's max_execution_time; nil while it is not known, 0 when the store sets none.
	ExecutionLimit *time.Duration `json:"execution_limit,omitempty"`
	// ReadsLag is the longest time by which reads were seen to lag behind a write; 0 if they never did. SeenLag is when
	// that was last seen.
	ReadsLag time.Duration `json:"reads_lag,omitempty"`
	SeenLag  time.Time     `json:"seen_lag,omitzero"`
	// AskedLimit is when the limit was last asked for, with or without success.
	AskedLimit time.Time `json:"asked_limit,omitzero"`
}

// MarkerLesson says whether a store takes markers away, and when that was last seen.
type MarkerLesson struct {
	Taken bool      `json:"taken"`
	Seen  time.Time `json:"seen"`
	// Record is the record that taught the lesson.
	Record int64 `json:"record,omitempty"`
}

// lessonLasts is how long two lessons count: that batches are refused, and that the limit cannot be known. The operator
// of the store may mend either.
const lessonLasts = 24 * time.Hour

// Describe says in sentences for people what was learned; empty when nothing is unusual.
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
