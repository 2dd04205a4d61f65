package wire

import "time"

// Health is how a process and what it works with are.
type Health struct {
	Version  string   `json:"version"`
	Database string   `json:"database" enum:"sqlite,postgres"`
	LastSeq  int64    `json:"last_seq" doc:"Number of the newest change."`
	Workers  []Worker `json:"workers" doc:"The processes that pull and send."`
}

// Worker is a process that works for stores.
type Worker struct {
	Host      string    `json:"host"`
	PID       int       `json:"pid"`
	Role      string    `json:"role"`
	StartedAt time.Time `json:"started_at"`
	SeenAt    time.Time `json:"seen_at"`
}
