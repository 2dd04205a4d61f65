package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/fault"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// A Fault is something that happens to the requests it matches: a delay, a lost request or answer, a page in place of
// JSON, a damaged body, headers that disappear. It can be written as JSON.
type Fault = fault.Fault

// Match selects the requests of a [Fault]; the zero value selects all.
type Match = fault.Match

// Answer is given in place of the store's.
type Answer = fault.Answer

// Thrown is an error that a plugin throws after a record was stored.
type Thrown = fault.Thrown

// Rewrite changes a body.
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

// AddFault puts a fault in force and returns its id. Of several that match a request the one added first happens.
func (s *Store) AddFault(f Fault) (id string, err error) { return s.faults.Add(f) }

// RemoveFault ends the fault of an id, or all faults of a name, and says how many there were.
func (s *Store) RemoveFault(idOrName string) int { return s.faults.Remove(idOrName) }

// ClearFaults ends all faults. What [Store.Break] changed in the store itself stays; see [Store.Mend].
func (s *Store) ClearFaults() { s.faults.Clear() }

// Faults returns the faults in force.
func (s *Store) Faults() []ArmedFault { return s.faults.List() }

// Breakage is a way in which stores fail, by its id in docs/checks. Behind a colon stands the plugin that
// fails so.
type Breakage struct {
	ID string `json:"id"`
	// What says in a sentence what is wrong with the store then.
	What   string  `json:"what"`
	Faults []Fault `json:"faults,omitempty"`
	// Since is the first version of WooCommerce that can be broken like this,
	// Until the first one that cannot any more; "" when there is none.
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`

	// set changes the store itself and returns what undoes it.
	set func(s *Store) (undo func())
}

// Breakages lists every way in which a store can be broken by name, sorted by id.
func Breakages() []Breakage {
	all := slices.Concat(
		tlsBreakages(), networkBreakages(), routingBreakages(), pluginBreakages(), transportBreakages(),
		blockingBreakages(), serverBreakages(), readingBreakages(), storeBreakages(), webhookBreakages(),
		refusalBreakages(), writingBreakages(),
	)
	slices.SortFunc(all, func(a, b Breakage) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Break makes the store fail in a way named by its id in docs/checks. It may be broken in several ways at
// once.
func (s *Store) Break(id string) error {
	all := Breakages()
	at, found := slices.BinarySearchFunc(all, id, func(b Breakage, id string) int { return strings.Compare(b.ID, id) })
	if !found {
		return unknownBreakage(id)
	}
	if err := all[at].suits(s.shop.Version()); err != nil {
		return err
	}
	for _, f := range all[at].Faults {
		f.Name = id
		if _, err := s.faults.Add(f); err != nil {
			return err
		}
	}
	if all[at].set == nil {
		return nil
	}
	undo := all[at].set(s)
	s.broken.mu.Lock()
	defer s.broken.mu.Unlock()
	if s.broken.undo == nil {
		s.broken.undo = map[string][]func(){}
	}
	s.broken.undo[id] = append(s.broken.undo[id], undo)
	return nil
}

// On is a version of WooCommerce that can be broken like this, the newest one where it can.
func (b Breakage) On() string {
	if b.Until != "" {
		return olderVersion
	}
	return core.Newest
}

// olderVersion can be broken in every way that the newest one can not.
const olderVersion = "10.0.2"

// suits refuses a version of WooCommerce that cannot be broken like this.
func (b Breakage) suits(version string) error {
	is := func(limit string) bool {
		have, err := capability.ParseVersion(version)
		wanted, _ := capability.ParseVersion(limit)
		return err == nil && limit != "" && have.AtLeast(wanted)
	}
	switch {
	case is(b.Until):
		return fmt.Errorf(
			"WooCommerce %s cannot be broken by %s: it happens before %s only; start the sandbox with an older "+
				"version, such as %s",
			version, b.ID, b.Until, olderVersion,
		)
	case b.Since != "" && !is(b.Since):
		return fmt.Errorf(
			"WooCommerce %s cannot be broken by %s: it happens from %s on; start the sandbox with a newer version, "+
				"such as %s",
			version, b.ID, b.Since, core.Newest,
		)
	}
	return nil
}

// Mend undoes [Store.Break].
func (s *Store) Mend(id string) {
	s.faults.Remove(id)
	s.broken.mu.Lock()
	undo := s.broken.undo[id]
	delete(s.broken.undo, id)
	s.broken.mu.Unlock()
	for _, u := range slices.Backward(undo) {
		u()
	}
}
