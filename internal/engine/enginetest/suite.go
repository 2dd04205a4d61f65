package enginetest

import (
	"context"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage"
)

// Bench is an empty database for one test.
type Bench struct {
	// Open gives one process's access to the database. A test that calls Open twice plays two processes.
	Open func(t *testing.T) storage.Database
	// Exec runs a statement that every database understands, without the engine's knowledge.
	Exec func(t *testing.T, statement string)
}

// Run runs the suite; bench makes an empty database for each test.
func Run(t *testing.T, bench func(t *testing.T) Bench) {
	for name, test := range map[string]func(*bundle){
		"a wake-up runs the task of that store":                         wakeRunsTheTask,
		"a wake-up during a job is not lost":                            wakeDuringAJob,
		"a job knows whether somebody woke its store":                   jobKnowsWoken,
		"one store never runs twice at once and no wake-up is lost":     manyWakes,
		"more to do runs again at once, a time is kept":                 againAtOnceOrThen,
		"failed and panicking tasks are delayed longer each time":       failuresAreDelayed,
		"stop ends work which the next start takes up":                  stopAndStart,
		"stop is safe before start and twice":                           stopIsSafe,
		"what is entered before start is run by start":                  enrolledBeforeStart,
		"a database that does not answer is no failure":                 outagesAreNoFailures,
		"a store removed while its job runs runs no more":               removedRunsNoMore,
		"a removed store is in no calendar and cannot be woken":         removedIsGone,
		"two processes share stores and never one at once":              twoProcesses,
		"a wake-up in one process runs in another":                      wakeAcrossProcesses,
		"a killed process's store goes on, and its job is told":         killedWhileWorking,
		"a process killed before it took the turn keeps nobody waiting": killedBeforeTaking,
		"a hold keeps jobs from a store until it is released":           holdKeepsJobsOff,
		"an errand reaches its task and comes back answered":            errandIsAnswered,
		"workers are listed while they run":                             workersAreListed,
		"a process for some stores leaves the others":                   onlySomeStores,
		"tasks are a table":                                             tasksAreATable,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bench(t)
			test(&bundle{T: t, bench: b, db: b.Open(t)})
		})
	}
}

// patience is how long a test waits for an event that must come. It only ends a hanging test.
const patience = 2 * time.Minute

// bundle is a test with its database and its helpers.
type bundle struct {
	*testing.T
	bench Bench
	db    storage.Database
}

// engine makes an engine that is stopped when the test ends.
func (b *bundle) engine(opts engine.Options) *engine.Engine { return b.engineOn(b.db, opts) }

func (b *bundle) engineOn(db storage.Database, opts engine.Options) *engine.Engine {
	b.Helper()
	e, err := engine.New(b.Context(), db, opts)
	b.ok(err)
	b.Cleanup(func() {
		if err := e.Stop(context.Background()); err != nil {
			b.Errorf("Stop: %v", err)
		}
	})
	return e
}

// started returns a running engine with one task, Pull.
func (b *bundle) started(pull engine.Work, observe func(engine.Report)) *engine.Engine {
	b.Helper()
	return b.start(engine.Options{Tasks: pulling(pull), Observe: observe})
}

func (b *bundle) start(opts engine.Options) *engine.Engine {
	b.Helper()
	e := b.engine(opts)
	b.ok(e.Start(b.Context()))
	return e
}

func pulling(pull engine.Work) engine.Tasks { return engine.Tasks{engine.Pull: {Work: pull}} }

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// store adds a store that is not in the calendar yet.
func (b *bundle) store(name string) int64 {
	b.Helper()
	var st storage.Store
	b.within(func(tx storage.Tx) (err error) {
		st, err = tx.CreateStore(b.Context(), storage.Store{
			Name: name, HomeURL: "https://" + name + ".example", RESTRoot: "https://" + name + ".example/wp-json/",
			Auth: storage.AuthBasic,
		})
		return err
	})
	return st.ID
}

func (b *bundle) remove(id int64) {
	b.Helper()
	b.within(func(tx storage.Tx) error {
		if _, err := tx.LockStore(b.Context(), id); err != nil {
			return err
		}
		return tx.RemoveStore(b.Context(), id)
	})
}

func (b *bundle) within(work func(tx storage.Tx) error) {
	b.Helper()
	b.ok(b.db.Within(b.Context(), work))
}

func (b *bundle) wake(storeID int64) {
	b.Helper()
	b.within(func(tx storage.Tx) error { return tx.Wake(b.Context(), engine.Pull, storeID) })
}

func receive[T any](b *bundle, from <-chan T, what string) T {
	b.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		b.Fatalf("waited in vain for %s", what)
	}
	panic("unreachable")
}
