package relocation

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"

	"github.com/waybillhq/waybill/internal/storage"
)

// Options say how a move is told.
type Options struct {
	// From and To name the databases, for people and without passwords.
	From, To string
	// Observe is told how far it is; nil is told nothing.
	Observe func(Progress)
}

// Progress is how far a move is.
type Progress struct {
	Task  Task
	Table string
	Rows  int64 // of the table, so far
}

// Task is what a move is at.
type Task string

// The tasks of a move.
const (
	Copying   Task = "copying"
	Comparing Task = "comparing"
)

// Report is what a move did.
type Report struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Tables []Count `json:"tables"`
	// Resumed says that an earlier run had begun it, Waiting how many writes wait to be sent in the other database.
	Resumed bool  `json:"resumed,omitempty"`
	Waiting int64 `json:"waiting_writes"`
	// Differences name rows that are not the same in both; a move with one does not end.
	Differences []string `json:"differences,omitempty"`
}

// Count is a table that went over.
type Count struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	// Hash is over all rows, alike in both databases.
	Hash string `json:"hash"`
}

// rowsAtOnce is how many rows one transaction carries over.
const rowsAtOnce = 1000

// Run moves everything, or goes on with a move that was interrupted. The error is a *problem.Problem: move_refused,
// data_moved, move_differs.
func Run(ctx context.Context, from, to storage.Archive, opts Options) (Report, error) {
	report := Report{From: opts.From, To: opts.To}
	if opts.Observe == nil {
		opts.Observe = func(Progress) {}
	}
	m, err := begin(ctx, from, to, opts, &report)
	if err != nil {
		return report, err
	}
	if m.State == storage.Arriving {
		if m, err = carry(ctx, from, to, m, opts); err != nil {
			return report, err
		}
		given, err := from.Counters(ctx)
		if err != nil {
			return report, err
		}
		if err := to.SetCounters(ctx, given); err != nil {
			return report, err
		}
		if err := compare(ctx, from, to, opts, &report); err != nil {
			return report, err
		}
		m.State, m.Place = storage.Arrived, nil
		if err := to.EndMove(ctx, m); err != nil {
			return report, err
		}
	}
	return report, from.EndMove(ctx, storage.Move{ID: m.ID, State: storage.Left, Other: opts.To})
}

// begin closes the one database and marks the other, in the order in which a kill between harms nothing.
func begin(ctx context.Context, from, to storage.Archive, opts Options, report *Report) (storage.Move, error) {
	left, err := from.Move(ctx)
	if err != nil {
		return left, err
	}
	arriving, err := to.Move(ctx)
	if err != nil {
		return left, err
	}
	switch {
	case left.State == storage.Leaving && left.ID == arriving.ID:
		report.Resumed = true
		return arriving, nil
	case left.State == storage.Left && left.ID == arriving.ID:
		return arriving, storage.RefuseMoving(left)
	case left.State == storage.Leaving || left.State == storage.Left:
		return left, meantForAnother(left)
	}
	if err := refuseWorking(ctx, from, to); err != nil {
		return left, err
	}
	// A first database that moved here earlier may move on; a run that was killed before it closed the first one has
	// marked the other and carried nothing.
	again := arriving.State == storage.Arriving && arriving.Other == opts.From && len(arriving.Done) == 0
	if !again {
		if err := refuseFilled(ctx, to, opts.To, arriving); err != nil {
			return left, err
		}
		arriving = storage.Move{ID: rand.Text(), State: storage.Arriving, Other: opts.From}
		if err := to.BeginMove(ctx, arriving); err != nil {
			return left, err
		}
	}
	return arriving, from.CloseForMove(ctx, storage.Move{ID: arriving.ID, State: storage.Leaving, Other: opts.To})
}

func refuseWorking(ctx context.Context, databases ...storage.Archive) error {
	for _, db := range databases {
		working, err := db.Working(ctx)
		if err != nil {
			return err
		}
		var names []string
		for _, w := range working {
			names = append(names, fmt.Sprintf("%s on %s (number %d)", w.Role, w.Host, w.PID))
		}
		if len(names) > 0 {
			return processesWork(names)
		}
	}
	return nil
}

func refuseFilled(ctx context.Context, to storage.Archive, name string, m storage.Move) error {
	filled := m.State == storage.Arriving
	for _, t := range storage.Tables() {
		rows, err := to.TableRows(ctx, t, nil, 1)
		if err != nil {
			return err
		}
		filled = filled || len(rows) > 0
	}
	if !filled {
		return nil
	}
	return notEmpty(name)
}

// carry copies what has not come over yet.
func carry(ctx context.Context, from, to storage.Archive, m storage.Move, opts Options) (storage.Move, error) {
	m.Done, m.Place = maps.Clone(m.Done), maps.Clone(m.Place)
	if m.Done == nil {
		m.Done, m.Place = map[string]int64{}, map[string][]string{}
	}
	for _, t := range storage.Tables() {
		place, err := read(t, m.Place[t.Name])
		if err != nil {
			return m, err
		}
		for {
			rows, err := from.TableRows(ctx, t, place, rowsAtOnce)
			if err != nil {
				return m, err
			}
			if len(rows) == 0 {
				break
			}
			place = rows[len(rows)-1][:t.Key:t.Key]
			m.Place[t.Name] = written(place)
			m.Done[t.Name] += int64(len(rows))
			if err := to.AddRows(ctx, t, rows, m); err != nil {
				return m, fmt.Errorf("%s: %w", t.Name, err)
			}
			opts.Observe(Progress{Task: Copying, Table: t.Name, Rows: m.Done[t.Name]})
		}
	}
	return m, nil
}

// Abandon opens a database again whose move has not ended. What has come over stays in the other one, which can only be
// thrown away.
func Abandon(ctx context.Context, from storage.Archive) error {
	m, err := from.Move(ctx)
	if err != nil {
		return err
	}
	switch m.State {
	case storage.Leaving:
		return from.ReopenAfterMove(ctx)
	case storage.Left:
		return storage.RefuseMoving(m)
	}
	return noMove()
}
