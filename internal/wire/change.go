package wire

import (
	"github.com/waybillhq/waybill/internal/feed/event"
	"github.com/waybillhq/waybill/internal/records"
)

// Change is a change that was seen.
type Change = event.Change

// ChangeOf is a change of the log.
func ChangeOf(c records.NamedChange) Change { return event.ChangeOf(c.Change, c.Store) }

// Event is what a receiver of changes gets.
type Event = event.Event

// EventOf is the event of a change of the log, without a record.
func EventOf(c records.NamedChange) Event { return event.Of(c.Change, c.Store) }
