package mirror

import (
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// tally counts what a step does and shows the counts to the observer.
type tally struct {
	mu       sync.Mutex
	observe  func(Progress)
	requests func() int64
	applied  storage.Applied
	sweeps   Swept
	progress Progress
	began    time.Time
	before   int // Done when the task began in this step
	now      func() time.Time
}

// begin starts a task.
func (t *tally) begin(r storage.Resource, task Task, done, total int) {
	t.mu.Lock()
	t.progress.Resource, t.progress.Task, t.progress.Done, t.progress.Total, t.progress.Rate = r, task, done, total, 0
	t.began, t.before = t.now(), done
	t.mu.Unlock()
	t.show()
}

// read counts records of the task.
func (t *tally) read(n int) {
	t.mu.Lock()
	t.progress.Done += n
	t.mu.Unlock()
}

// swept counts what a sweep compared.
func (t *tally) swept(part Swept) {
	t.mu.Lock()
	t.sweeps = t.sweeps.Add(part)
	t.mu.Unlock()
}

// trouble notes what came in place of an answer, or "" when the store answers again.
func (t *tally) trouble(what string) {
	t.mu.Lock()
	same := t.progress.Trouble == what
	t.progress.Trouble = what
	t.mu.Unlock()
	if !same {
		t.show()
	}
}

// committed counts what a transaction wrote.
func (t *tally) committed(a storage.Applied) {
	t.mu.Lock()
	t.applied = t.applied.Add(a)
	t.mu.Unlock()
	t.show()
}

func (t *tally) changes() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.applied.Changes()
}

func (t *tally) show() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.Requests = t.requests()
	t.progress.Changes = t.applied.Changes()
	if spent := t.now().Sub(t.began).Seconds(); spent > 0 {
		t.progress.Rate = float64(t.progress.Done-t.before) / spent
	}
	t.observe(t.progress)
}
