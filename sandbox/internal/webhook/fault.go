package webhook

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// FaultKind is what goes wrong with a delivery.
type FaultKind string

// The ways in which deliveries of real stores fail.
const (
	// Lost: nothing is sent, and nothing is counted (docs/checks/webhook-random-loss.md).
	Lost FaultKind = "lost"
	// Duplicate: sent twice.
	Duplicate FaultKind = "duplicate"
	// Late: sent only after Delay, by the store's clock (docs/checks/webhook-queue-stuck.md).
	Late FaultKind = "late"
	// Reordered: sent after the next one in the queue.
	Reordered FaultKind = "reordered"
	// Blocked: the host lets no request out, which counts as a failure (docs/checks/webhook-egress-blocked.md).
	Blocked FaultKind = "blocked"
)

// Fault makes deliveries fail.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// Topic restricts the fault to a topic ("order.updated") or to the topics of a resource ("order."); empty means
	// all.
	Topic string `json:"topic,omitempty"`
	// Probability is the share of deliveries that the fault happens to; 0 means all.
	Probability float64 `json:"probability,omitempty"`
	// Times is how many deliveries the fault happens to; 0 means all.
	Times int `json:"times,omitempty"`
	// Delay of a late delivery.
	Delay time.Duration `json:"delay,omitempty"`
}

// faults are the faults in force.
type faults struct {
	mu     sync.Mutex
	active []*Fault
	random *rand.Rand
}

// AddFault puts a fault in force. end, or ClearFaults, ends it. The error says that the kind is unknown.
func (h *Hooks) AddFault(f Fault) (end func(), err error) {
	switch f.Kind {
	case Lost, Duplicate, Late, Reordered, Blocked:
	default:
		return nil, fmt.Errorf("webhook fault %q is not known: use lost, duplicate, late, reordered or blocked", f.Kind)
	}
	if f.Probability < 0 || f.Probability > 1 {
		return nil, fmt.Errorf("webhook fault %s: probability %g is not between 0 and 1", f.Kind, f.Probability)
	}
	if f.Kind == Late && f.Delay <= 0 {
		return nil, fmt.Errorf("webhook fault late needs a delay")
	}
	h.faults.mu.Lock()
	defer h.faults.mu.Unlock()
	h.faults.active = append(h.faults.active, &f)
	return func() {
		h.faults.mu.Lock()
		defer h.faults.mu.Unlock()
		h.faults.active = slices.DeleteFunc(h.faults.active, func(active *Fault) bool { return active == &f })
	}, nil
}

// ClearFaults ends all faults of deliveries.
func (h *Hooks) ClearFaults() {
	h.faults.mu.Lock()
	defer h.faults.mu.Unlock()
	h.faults.active = nil
}

// take tells whether a fault of a kind happens to a delivery of a topic, and uses up one of the fault's times.
func (f *faults) take(kind FaultKind, topic string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range f.active {
		if fault.Kind != kind || !strings.HasPrefix(topic, fault.Topic) || fault.Times < 0 {
			continue
		}
		if fault.Probability > 0 && f.random.Float64() >= fault.Probability {
			continue
		}
		if fault.Times > 0 {
			if fault.Times--; fault.Times == 0 {
				fault.Times = -1 // used up; 0 would mean all
			}
		}
		return *fault, true
	}
	return Fault{}, false
}

// deliveries is how often a delivery of a topic is sent: 0, 1 or 2.
func (f *faults) deliveries(topic string) int {
	if _, lost := f.take(Lost, topic); lost {
		return 0
	}
	if _, twice := f.take(Duplicate, topic); twice {
		return 2
	}
	return 1
}
