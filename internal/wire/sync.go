package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// SyncReport is what a sync of one or several stores did.
type SyncReport struct {
	Stores   []Synced `json:"stores"`
	Requests int64    `json:"requests"`
}

// Synced is what it did for one store.
type Synced struct {
	Store    string  `json:"store"`
	Created  int     `json:"created"`
	Updated  int     `json:"updated"`
	Trashed  int     `json:"trashed"`
	Restored int     `json:"restored"`
	Deleted  int     `json:"deleted"`
	LastSeq  int64   `json:"last_seq,omitempty"`
	Requests int64   `json:"requests"`
	Seconds  float64 `json:"seconds"`
	// Swept is what was compared record by record, whatever its date.
	Swept    *mirror.Swept `json:"swept,omitempty"`
	Warnings []string      `json:"warnings"`
	Error    *Error        `json:"error,omitempty"`
	// Diagnosis is why it failed, where the doctor found out.
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
	// Writes is what became of the writes that waited; absent when none did.
	Writes *WritesSent `json:"writes,omitempty"`
}

// WritesSent counts what became of writes that waited to be sent.
type WritesSent struct {
	Done     int `json:"done"`
	Waiting  int `json:"waiting"`
	Parked   int `json:"parked"`
	Rejected int `json:"rejected"`
}

// SyncedOf is what a sync of one store did.
func SyncedOf(r follow.Report) Synced {
	warnings := r.Warnings
	if warnings == nil {
		warnings = []string{}
	}
	return Synced{
		Swept: sweptOf(r.Swept), Store: r.Store.Name, Created: r.Applied.Created, Updated: r.Applied.Updated,
		Trashed:  r.Applied.Trashed,
		Restored: r.Applied.Restored, Deleted: r.Applied.Deleted, LastSeq: r.Applied.LastSeq,
		Requests: r.Requests, Seconds: r.Took.Seconds(), Warnings: warnings, Diagnosis: r.Diagnosis,
	}
}

// sweptOf is nil when nothing was swept.
func sweptOf(did mirror.Swept) *mirror.Swept {
	if did == (mirror.Swept{}) {
		return nil
	}
	return &did
}

// Round is a piece of work on a store that is followed.
type Round struct {
	At      time.Time `json:"at"`
	Store   string    `json:"store"`
	Changes int       `json:"changes"`
	LastSeq int64     `json:"last_seq,omitempty"`
	Sent    int64     `json:"requests"`
	Idle    bool      `json:"idle"`
	Next    time.Time `json:"next,omitzero"`
	// Swept is what was compared record by record, whatever its date.
	Swept *mirror.Swept `json:"swept,omitempty"`
	Error *Error        `json:"error,omitempty"`
	// Diagnosis is why it failed, where the doctor found out.
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

// RoundOf is a round that ended at a time.
func RoundOf(r follow.Round, at time.Time) Round {
	event := Round{
		At: at, Store: r.Store.Name, Changes: r.Result.Applied.Changes(), LastSeq: r.Result.Applied.LastSeq,
		Sent: r.Result.Requests, Idle: r.Result.Idle, Next: r.NextDue, Swept: sweptOf(r.Result.Swept),
		Diagnosis: r.Diagnosis,
	}
	if r.Err != nil {
		event.Error = ErrorOf(problem.From(r.Err))
	}
	return event
}

// WritesSentOf counts writes by what became of them.
func WritesSentOf(writes []outbox.Write) (sent WritesSent) {
	for _, w := range writes {
		switch w.State {
		case outbox.Done:
			sent.Done++
		case outbox.Rejected:
			sent.Rejected++
		case outbox.Parked:
			sent.Parked++
		default:
			sent.Waiting++
		}
	}
	return sent
}
