package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Channel is where people are told of problems.
type Channel struct {
	Name   string `json:"name"`
	Kind   string `json:"kind" enum:"mail,slack,hook,heartbeat"`
	Target string `json:"target" doc:"Where it leads: addresses of mail, or the host of a hook, whose address is a secret."`
	Grave  bool   `json:"grave" doc:"Only grave problems are told."`
	// EverySeconds is how often a heartbeat is called.
	EverySeconds float64   `json:"every_seconds,omitempty" doc:"How often a heartbeat is called; for how long others gather what there is to tell."`
	SentAt       time.Time `json:"sent_at,omitzero" doc:"When a message was last taken."`
	Failures     int64     `json:"failures" doc:"Attempts in a row that nothing came of."`
	FailingSince time.Time `json:"failing_since,omitzero"`
	Why          string    `json:"why,omitempty" doc:"Why the last attempt failed."`
	CreatedAt    time.Time `json:"created_at"`
}

// ChannelOf is a channel in JSON.
func ChannelOf(c storage.Channel) Channel {
	return Channel{Name: c.Name, Kind: string(c.Kind), Target: c.Target, Grave: c.Grave,
		EverySeconds: c.Every.Seconds(), SentAt: c.SentAt,
		Failures: c.Failures, FailingSince: c.FailingSince, Why: c.Why, CreatedAt: c.CreatedAt}
}

// ChannelsOf are channels in JSON.
func ChannelsOf(all []storage.Channel) []Channel {
	views := make([]Channel, len(all))
	for i, c := range all {
		views[i] = ChannelOf(c)
	}
	return views
}

// NewChannel is a channel that was made, with what its messages are signed with, which is shown this once.
type NewChannel struct {
	Channel
	Secret string `json:"secret,omitempty" doc:"What the messages of a JSON hook are signed with, as Standard Webhooks has it; shown this once."`
}

// AlertMessage is a message to a channel, and what became of it.
type AlertMessage struct {
	ID        string    `json:"id" doc:"The same at every attempt: Message-ID of a mail, Webhook-Id of a hook."`
	State     string    `json:"state" enum:"pending,sent,failed"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	Attempts  int64     `json:"attempts"`
	CreatedAt time.Time `json:"created_at"`
	NextAt    time.Time `json:"next_at,omitzero" doc:"When it is tried next."`
	DoneAt    time.Time `json:"done_at,omitzero" doc:"When it was taken or given up."`
	Error     string    `json:"error,omitempty" doc:"Why the last attempt failed."`
}

// AlertMessagesOf are messages in JSON.
func AlertMessagesOf(all []storage.Alert) []AlertMessage {
	views := make([]AlertMessage, len(all))
	for i, a := range all {
		views[i] = AlertMessage{ID: a.ID, State: string(a.State), Subject: a.Subject, Text: a.Text,
			Attempts: a.Attempts, CreatedAt: a.CreatedAt, NextAt: a.NextAt, DoneAt: a.DoneAt, Error: a.Error}
	}
	return views
}
