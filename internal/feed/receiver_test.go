package feed_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// receiver is somebody who gets events. How it answers is up to the test.
type receiver struct {
	*testing.T
	url string

	mu sync.Mutex
	// came are all requests, taken those that it said yes to, in their order.
	came, taken []came
	// answer is the status of an answer; 0 hangs up. It is asked outside the lock, and may wait.
	answer func(came) int
	header http.Header
	// says is the body of its answers, reply that of its answer to an event.
	says  string
	reply func(came) string
	over  chan struct{}
}

// came is an event as it came.
type came struct {
	ID           string
	Header       http.Header
	Type         string           `json:"type"`
	Seq          int64            `json:"seq"`
	Store        string           `json:"store"`
	Record       json.RawMessage  `json:"record"`
	ResourceName storage.Resource `json:"resource"`
	RecordID     int64            `json:"id"`
	Test         bool             `json:"test"`
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{T: t, answer: func(came) int { return http.StatusNoContent }, header: http.Header{},
		over: make(chan struct{})}
	server := httptest.NewServer(r)
	r.url = server.URL
	t.Cleanup(func() {
		close(r.over)
		server.CloseClientConnections()
		server.Close()
	})
	return r
}

// ServeHTTP takes an event.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	c := came{ID: req.Header.Get("Webhook-Id"), Header: req.Header.Clone()}
	if err != nil || json.Unmarshal(body, &c) != nil {
		r.Errorf("what came is no event: %s", body)
	}
	r.mu.Lock()
	r.came = append(r.came, c)
	answer := r.answer
	r.mu.Unlock()
	status := answer(c)
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if status < 300 {
		r.taken = append(r.taken, c)
	}
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	if status == http.StatusOK {
		text := r.says
		if r.reply != nil {
			text = r.reply(c)
		}
		_, _ = io.WriteString(w, text)
	}
}

func (r *receiver) answers(how func(came) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = how
}

func (r *receiver) all() (seen, taken []came) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.came), slices.Clone(r.taken)
}

// hang waits until the test ends.
func (r *receiver) hang(came) int {
	<-r.over
	return 0
}

// whole fails where changes are missing, where a record's came out of order, and where what was repeated bore another
// id. First taken counts: what comes again is known by its id.
func (r *receiver) whole(want []storage.Change) {
	r.Helper()
	_, taken := r.all()
	ids := map[int64]string{}
	latest := map[string]int64{}
	for _, c := range taken {
		if id, again := ids[c.Seq]; again {
			if id != c.ID {
				r.Errorf("change %d came as %s and as %s", c.Seq, id, c.ID)
			}
			continue
		}
		ids[c.Seq] = c.ID
		record := c.Store + string(c.ResourceName) + string(rune(c.RecordID))
		if c.Seq < latest[record] {
			r.Errorf("of %s %d, change %d came after %d", c.ResourceName, c.RecordID, c.Seq, latest[record])
		}
		latest[record] = c.Seq
	}
	distinct := map[string]bool{}
	for _, id := range ids {
		distinct[id] = true
	}
	if len(distinct) != len(ids) {
		r.Errorf("%d changes have %d ids", len(ids), len(distinct))
	}
	var missing []int64
	for _, c := range want {
		if ids[c.Seq] == "" {
			missing = append(missing, c.Seq)
		}
	}
	if len(missing) > 0 || len(ids) != len(want) {
		r.Errorf("of %d changes %d came; missing are %v", len(want), len(ids), missing)
	}
}

// waitFor waits for a condition; the test's own end is the limit.
func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for !is() {
		if t.Context().Err() != nil {
			t.Fatalf("it did not come to it that %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
