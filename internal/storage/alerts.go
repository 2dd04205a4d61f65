package storage

import (
	"context"
	"time"
)

// Channel is where people are told of problems.
type Channel struct {
	ID int64
	// Name is unique.
	Name string
	Kind ChannelKind
	// Target is where it leads, for people and without what may be secret. Sealed is how it is reached, encrypted; the
	// owner of what is sealed is the name.
	Target string
	Sealed []byte
	// Grave says that only grave problems are told.
	Grave bool
	// Every is how often a heartbeat is called, and how long others gather what there is to tell at least; zero for not
	// at all.
	Every time.Duration
	// Look is the number of the look up to which it was decided what to tell; NextAt is when that is done next, or when
	// a heartbeat is called next.
	Look   int64
	NextAt time.Time
	// Failures counts the attempts in a row that nothing came of, FailingSince is the first of them, Why the last one.
	Failures     int64
	FailingSince time.Time
	Why          string
	// SentAt is when a message was last taken; zero for never.
	SentAt    time.Time
	CreatedAt time.Time
}

// ChannelKind is what kind of channel it is.
type ChannelKind string

// The kinds of channels.
const (
	ChannelMail      ChannelKind = "mail"
	ChannelSlack     ChannelKind = "slack" // a hook that takes what Slack takes
	ChannelHook      ChannelKind = "hook"  // a hook that takes signed JSON
	ChannelHeartbeat ChannelKind = "heartbeat"
)

// Told is what a channel was last told of a problem.
type Told struct {
	ChannelID, ProblemID int64
	// State is that of the problem as it was told: open or resolved.
	State ProblemState
	// At is when it was told, Before when the message before that was; zero for none.
	At, Before time.Time
}

// Alert is a message on its way to a channel, or what became of it.
type Alert struct {
	// ID names it wherever it goes: the same at every attempt.
	ID        string
	ChannelID int64
	// Subject and Text are the message for people, Body is it for programs: JSON.
	Subject, Text, Body string
	State               AlertState
	Attempts            int64
	// NextAt is when it is tried next. Nobody but who set BusyUntil sends it before that.
	CreatedAt, NextAt, BusyUntil, DoneAt time.Time
	// Error says why the last attempt failed.
	Error string
}

// AlertState is what became of an [Alert].
type AlertState string

// The states of alerts.
const (
	AlertPending AlertState = "pending"
	AlertSent    AlertState = "sent"
	AlertFailed  AlertState = "failed" // given up
)

// AlertReader looks at channels and at what was told.
type AlertReader interface {
	// Channels lists channels by name.
	Channels(ctx context.Context) ([]Channel, error)
	// Channel is one by its name; [ErrNotFound] when there is none.
	Channel(ctx context.Context, name string) (Channel, error)
	// Alerts lists up to limit messages of a channel, the newest first; 0 means no limit.
	Alerts(ctx context.Context, channelID int64, limit int) ([]Alert, error)
}

// AlertTx keeps channels and messages. Messages go with their channel; what was told goes with its channel and problem.
type AlertTx interface {
	// AddChannel keeps a channel and gives it an ID; [ErrExists] when its name is taken. The transaction is lost then.
	AddChannel(ctx context.Context, c Channel) (Channel, error)
	// LockChannel reads a channel and keeps others from changing it until the transaction ends; [ErrNotFound] when it
	// is gone.
	LockChannel(ctx context.Context, id int64) (Channel, error)
	// SaveChannel replaces what is kept of a channel, but not its name and kind.
	SaveChannel(ctx context.Context, c Channel) error
	// DropChannel forgets a channel; one that is gone is no error.
	DropChannel(ctx context.Context, id int64) error
	// Told lists what a channel was told of problems that stand, that it was last told to be open, or that it was told
	// of since a time.
	Told(ctx context.Context, channelID int64, since time.Time) ([]Told, error)
	// SaveTold keeps what a channel was told. A problem that is gone is left out.
	SaveTold(ctx context.Context, told []Told) error
	// AddAlert keeps a message.
	AddAlert(ctx context.Context, a Alert) error
	// NextAlert is the oldest message of a channel that waits; [ErrNotFound] when none does.
	NextAlert(ctx context.Context, channelID int64) (Alert, error)
	// SaveAlert replaces what became of a message; one that is gone is no error.
	SaveAlert(ctx context.Context, a Alert) error
	// DropAlerts forgets up to limit messages that were sent or given up before a time, and says how many.
	DropAlerts(ctx context.Context, before time.Time, limit int) (int64, error)
}
