package dashboard

import (
	"strings"

	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
)

// stateWord is a word with the colour that it has on every page.
type stateWord = verdict.State

// statusOf is the status of an order. Most are neither good nor bad.
func statusOf(status string) stateWord {
	colour := verdict.Idle
	switch status {
	case "completed", "processing":
		colour = verdict.Good
	case "pending", "on-hold", "checkout-draft":
		colour = verdict.Heals
	case "failed":
		colour = verdict.Act
	}
	return stateWord{Colour: colour, Word: strings.ReplaceAll(status, "-", " ")}
}

// writeState is the state of a write.
func writeState(s outbox.State) stateWord {
	switch s {
	case outbox.Done:
		return stateWord{Colour: verdict.Good, Word: "done"}
	case outbox.Parked:
		return stateWord{Colour: verdict.Act, Word: "needs your decision"}
	case outbox.Rejected:
		return stateWord{Colour: verdict.Act, Word: "refused by the shop"}
	case outbox.Discarded:
		return stateWord{Colour: verdict.Idle, Word: "discarded"}
	case outbox.Unknown:
		return stateWord{Colour: verdict.Heals, Word: "being looked for"}
	case outbox.Sending:
		return stateWord{Colour: verdict.Heals, Word: "being sent"}
	case outbox.Pending:
		return stateWord{Colour: verdict.Heals, Word: "waits to be sent"}
	}
	return stateWord{Colour: verdict.Idle, Word: string(s)}
}

// eventState is the state of an event on its way to a receiver.
func eventState(e storage.Event) stateWord {
	switch e.State {
	case storage.EventDelivered:
		return stateWord{Colour: verdict.Good, Word: "taken"}
	case storage.EventFailed:
		return stateWord{Colour: verdict.Act, Word: "given up"}
	case storage.EventPending:
	}
	if e.Attempts > 0 {
		return stateWord{Colour: verdict.Heals, Word: "tried again"}
	}
	return stateWord{Colour: verdict.Heals, Word: "on its way"}
}

// hopState is the state of a link of the way of an order.
func hopState(s trace.State) stateWord {
	switch s {
	case trace.Done:
		return stateWord{Colour: verdict.Good, Word: "done"}
	case trace.Waiting:
		return stateWord{Colour: verdict.Heals, Word: "on its way"}
	case trace.Broken:
		return stateWord{Colour: verdict.Act, Word: "stopped"}
	case trace.Skipped:
	}
	return stateWord{Colour: verdict.Idle, Word: "not meant to"}
}

// whoActs is how those are called who act.
func whoActs(w trace.Who) string {
	switch w {
	case trace.You:
		return verdict.You
	case trace.Host:
		return verdict.Host
	case trace.Receiver:
		return verdict.Receiver
	case trace.Nobody:
	}
	return ""
}
