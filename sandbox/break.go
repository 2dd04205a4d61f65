package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// Breakages lists every breakage by name, sorted by id. The lists are in the files breakages_….go, by what is broken.
func Breakages() []Breakage {
	all := slices.Concat(
		tlsBreakages(), networkBreakages(), routingBreakages(), siteBreakages(), transportBreakages(),
		blockingBreakages(), serverBreakages(), readingBreakages(), storeBreakages(), webhookBreakages(),
		pluginBreakages(), writingBreakages(),
	)
	slices.SortFunc(all, func(a, b Breakage) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Break makes the store fail in the way that an id of docs/checks names. Several breakages may be in force at once.
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

func unknownBreakage(id string) error {
	return fmt.Errorf(
		"the sandbox cannot be broken in the way %q; sandbox.Breakages and `waybill sandbox fault list --ways` list "+
			"the ways",
		id,
	)
}
