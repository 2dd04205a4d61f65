package sandbox

import "github.com/waybillhq/waybill/sandbox/internal/fault"

// A Fault is something that happens to the requests it matches: a delay, a lost request or answer, a page in place of
// JSON, a damaged body, headers that disappear. It can be written as JSON. A fault that is part of a breakage
// (breakages.go) bears the id of the breakage as its name.
type Fault = fault.Fault

// Match selects the requests of a [Fault]; the zero value selects all.
type Match = fault.Match

// Answer is what is given in place of the store's answer.
type Answer = fault.Answer

// Thrown is an error that a plugin throws after a record was stored.
type Thrown = fault.Thrown

// Rewrite replaces what a regular expression finds in a body.
type Rewrite = fault.Rewrite

// Drop says when a connection is closed without an answer.
type Drop = fault.Drop

// The moments of a drop: before the store has seen the request, or after it has acted.
const (
	BeforeCommit = fault.BeforeCommit
	AfterCommit  = fault.AfterCommit
)

// Duration reads and writes texts such as "250ms" in JSON.
type Duration = fault.Duration

// ArmedFault is a fault in force and how often it happened.
type ArmedFault = fault.Armed

// AddFault puts a fault in force and returns its id. Of several faults that match a request only the one added first
// happens. The error says why the fault can never happen.
func (s *Store) AddFault(f Fault) (id string, err error) { return s.faults.Add(f) }

// RemoveFault ends the fault with an id, or all faults with a name, and returns how many it ended.
func (s *Store) RemoveFault(idOrName string) int { return s.faults.Remove(idOrName) }

// ClearFaults ends all faults. It does not undo what [Store.Break] changed in the store itself; see [Store.Mend].
func (s *Store) ClearFaults() { s.faults.Clear() }

// Faults returns the faults in force.
func (s *Store) Faults() []ArmedFault { return s.faults.List() }
