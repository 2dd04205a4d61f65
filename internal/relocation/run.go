package relocation

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"

	"github.com/waybillhq/waybill/internal/storage"
)

// Options say between which databases a move goes, and who follows its progress.
type Options struct {
	// From and To name the databases for people, without passwords.
	From, To string
	// Observe is called with the progress of the move; nil means no observer.
	Observe func(Progress)
}

// Progress is how far a move has come.
type Progress struct {
	Task  Task
	Table string
	Rows  int64 // rows of the table so far
}

// Task is what a move is doing.
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
	// Resumed says that an earlier run had begun the move. Waiting is how many writes wait to be sent in the new
	// database.
	Resumed bool  `json:"resumed,omitempty"`
	Waiting int64 `json:"waiting_writes"`
	// Differences name the rows that are not the same in both databases. A move with differences does not end.
	Differences []string `json:"differences,omitempty"`
}

// Count is a table that was moved.
type Count struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	// Hash is over all rows, the same in both databases.
	Hash string `json:"hash"`
}

// rowsAtOnce is how many rows one transaction copies.
const rowsAtOnce = 1000

// Run moves everything, or continues a move that was interrupted. The error is a *problem.Problem with the code
// move_refused, data_moved or move_differs.
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

// begin closes the old database and marks the new one. The order is such that a kill between the steps does no harm.
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
	// Two states are allowed besides an empty new database. An old database that was itself moved here earlier may move
	// on. A run that was killed before it closed the old database has marked the new one and copied nothing.
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

// carry copies the rows that have not been copied yet.
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

// Abandon opens a database again whose move has not ended. The rows that were copied stay in the new database, which is
// of no further use.
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
