package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Progress is how far the work on a store is.
type Progress struct {
	StoreID int64 `json:"store_id"`
	// Resource and Task say what is being worked on.
	Resource storage.Resource `json:"resource"`
	Task     Task             `json:"task"`
	// Done of Total records are read in a backfill. Total is 0 for a resource that is followed live.
	Done  int `json:"done"`
	Total int `json:"total"`
	// Requests is the number of requests that this step has sent so far. Changes is the number of changes that it has
	// written.
	Requests int64 `json:"requests"`
	Changes  int   `json:"changes"`
	// Rate is the number of records a second since the task began in this step.
	Rate float64 `json:"rate"`
	// Trouble says in a few words what came in place of an answer that is being asked for again; empty while all goes
	// well.
	Trouble string `json:"trouble,omitempty"`
	// Until is when a sync for which a person waits gives up on a store out of reach; zero while the store is in reach.
	Until time.Time `json:"until,omitzero"`
}

// Task is a kind of work.
type Task string

// The kinds of work.
const (
	TaskBackfill Task = "backfill"
	TaskPoll     Task = "poll"
	TaskReread   Task = "reread"
	TaskCensus   Task = "census"
	TaskSweep    Task = "sweep"
	TaskList     Task = "list"
	TaskVerify   Task = "verify"
	// TaskWait waits for another process that works on the mirror.
	TaskWait Task = "wait"
)

// Left returns how long the rest will take at the present rate; 0 when unknown.
func (p Progress) Left() time.Duration {
	if p.Rate <= 0 || p.Total <= p.Done {
		return 0
	}
	return time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second))
}

// Swept is what sweeps compared in a step.
type Swept struct {
	// Records is how many records were compared, with Requests requests. Differences is how many of the records were
	// brought up to date, together with what followed from them.
	Records     int   `json:"records"`
	Differences int   `json:"differences"`
	Requests    int64 `json:"requests"`
	// Recent says that only the newest records of a large collection were compared.
	Recent bool `json:"recent,omitempty"`
}

// Add returns the sum of what two steps compared.
func (a Swept) Add(b Swept) Swept {
	return Swept{a.Records + b.Records, a.Differences + b.Differences, a.Requests + b.Requests, a.Recent || b.Recent}
}
