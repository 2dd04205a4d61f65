package sandbox

import (
	"fmt"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Breakage is a way in which stores fail, by its id in docs/checks. A plugin that fails in this way is named behind a
// colon. A breakage consists of faults that happen to requests, of a change of the store itself, or of both.
type Breakage struct {
	ID string `json:"id"`
	// What says in a sentence what is wrong with the broken store.
	What   string  `json:"what"`
	Faults []Fault `json:"faults,omitempty"`
	// Since is the first version of WooCommerce that can be broken in this way; "" for all old ones. Until is the first
	// version that no longer can; "" for none.
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`

	// set changes the store itself and returns what undoes the change.
	set func(s *Store) (undo func())
}

// On is the version of WooCommerce on which to try the breakage: the newest one, or an older one where the newest can
// no longer be broken in this way.
func (b Breakage) On() string {
	if b.Until != "" {
		return olderVersion
	}
	return core.Newest
}

// olderVersion is for ways to break a store that the newest version no longer has.
const olderVersion = "10.0.2"

// suits gives an error for a version of WooCommerce that cannot be broken in this way.
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

// api matches requests for the REST API.
var api = Match{Path: `/wp-json/|^/wp-json$`}

// inPlace is a breakage in which answer is given in place of the store's.
func inPlace(id, what string, match Match, answer Answer) Breakage {
	return Breakage{ID: id, What: what, Faults: []Fault{{Match: match, Answer: &answer}}}
}

// htmlPage is a page for people.
func htmlPage(title, body string) string {
	return "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body>" + body + "</body></html>\n"
}

// jsonAnswer is an answer in the form of the REST API's errors. headers are names and values in turn.
func jsonAnswer(status int, body string, headers ...string) Answer {
	a := Answer{Status: status, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
		Body: body}
	for i := 0; i+1 < len(headers); i += 2 {
		a.Header[headers[i]] = headers[i+1]
	}
	return a
}
