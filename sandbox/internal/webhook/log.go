package webhook

import (
	"slices"
	"sync"
	"time"
)

// Delivery is one request to a receiver, as WooCommerce's log shows it.
type Delivery struct {
	ID        string    `json:"id"`
	WebhookID int64     `json:"webhook_id"`
	Topic     string    `json:"topic"`
	URL       string    `json:"url"`
	At        time.Time `json:"at"` // by the store's clock
	// Status is that of the answer; 0 when there was none, and Error says why.
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
	Body   []byte `json:"body"`
}

// deliveryLog keeps the latest deliveries.
type deliveryLog struct {
	mu   sync.Mutex
	kept []Delivery
}

const logSize = 200

func (l *deliveryLog) add(d Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) == logSize {
		l.kept = slices.Delete(l.kept, 0, 1)
	}
	l.kept = append(l.kept, d)
}

func (l *deliveryLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = nil
}

// Deliveries returns the latest deliveries, oldest first.
func (h *Hooks) Deliveries() []Delivery {
	h.log.mu.Lock()
	defer h.log.mu.Unlock()
	return slices.Clone(h.log.kept)
}
