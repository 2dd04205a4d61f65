package webhook

import (
	"slices"
	"time"
)

// The statuses of webhooks.
const (
	Active   = "active"
	Paused   = "paused"
	Disabled = "disabled"
)

// LegacyVersion is the API that left WooCommerce with version 9.0. A webhook with that version sends nothing any more
// (docs/checks/webhook-legacy-version.md).
const LegacyVersion = -1

// Webhook is one row of WooCommerce's table of webhooks.
type Webhook struct {
	ID     int64
	UserID int64 // who made it: payloads are built as this user
	Name   string
	Status string
	// Topic is empty when the topic given was not valid exactly as written (recordings: wh-topic-order-created-upper).
	Topic  string
	URL    string
	Secret string
	// Version is that of the API whose records are sent: 1, 2, 3 or LegacyVersion.
	Version int
	// Failures are the failures in a row.
	Failures int
	// Pending is set until a ping was answered with 200. Until then every saving of an active webhook pings again.
	Pending           bool
	Created, Modified time.Time // UTC; Modified is zero until the first change
}

// State is what a snapshot of the store keeps of its webhooks.
type State struct {
	webhooks   []*Webhook // by ascending id
	nextID     int64
	queue      []*action        // in the order of their ids
	waiting    map[subject]bool // the queue without what a fault delays
	nextAction int64
}

// find returns the webhook with that id.
func (s *State) find(id int64) (*Webhook, bool) {
	at, found := slices.BinarySearchFunc(s.webhooks, id, func(w *Webhook, id int64) int { return int(w.ID - id) })
	if !found {
		return nil, false
	}
	return s.webhooks[at], true
}

// insert adds a webhook under the next number.
func (s *State) insert(w *Webhook) {
	s.nextID++
	w.ID = s.nextID
	s.webhooks = append(s.webhooks, w)
}

// remove deletes a webhook. Deliveries that wait for it are not sent (recordings: dlv-run-51-dlv-queued-delete).
func (s *State) remove(id int64) {
	s.webhooks = slices.DeleteFunc(s.webhooks, func(w *Webhook) bool { return w.ID == id })
}
