package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
)

// Order says where an order is.
func Order(number string, c trace.Chain) Verdict {
	h := c.Verdict
	v := Verdict{Colour: Good, Word: "arrived", Says: "Order " + number + " is where it should be.",
		Detail: capital(ended(h.Says)), Fix: Step(h)}
	switch h.State {
	case trace.Broken:
		v.Colour, v.Word, v.Says = Act, "stopped", stopsAt(number, h)
	case trace.Waiting:
		v.Colour, v.Word, v.Says = Heals, "on its way", waitsAt(number, h)
	case trace.Skipped:
		v.Colour, v.Word, v.Says = Idle, "not here", "Order "+number+" is not here."
	case trace.Done:
	}
	switch h.Who {
	case trace.You:
		v.Who = You
	case trace.Host:
		v.Who = Host
	case trace.Receiver:
		v.Who = Receiver
	case trace.Nobody:
	}
	return v
}

// stopsAt says where an order has stopped.
func stopsAt(number string, h trace.Hop) string {
	order := "Order " + number
	switch h.Link {
	case trace.Subscription:
		return order + " has not reached " + h.Name + "."
	case trace.Consumer:
		return order + " is not read by " + h.Name + "."
	case trace.Current:
		return order + " may be out of date: its shop cannot be read."
	case trace.Write:
		return "A write to order " + number + " needs your decision."
	case trace.Placed, trace.Copied:
	}
	return order + " does not go on."
}

// waitsAt says where an order is on its way to.
func waitsAt(number string, h trace.Hop) string {
	order := "Order " + number
	switch h.Link {
	case trace.Subscription:
		return order + " is on its way to " + h.Name + "."
	case trace.Consumer:
		return order + " is copied; " + h.Name + " has not read it yet."
	case trace.Current:
		return order + " is copied; its shop is being read."
	case trace.Write:
		return "A write to order " + number + " is on its way."
	case trace.Placed, trace.Copied:
	}
	return order + " is not copied yet."
}

// Undelivered says of an order that a receiver has not taken yet what it answers and when it is tried again. It is the
// verdict of the chain, in fewer words.
func Undelivered(number string, c trace.Chain, e storage.Event, now time.Time) Verdict {
	v := Order(number, c)
	if e.State != storage.EventPending || e.Attempts == 0 {
		return v
	}
	answer := "it does not answer"
	if e.Status > 0 {
		answer = fmt.Sprintf("it answers %d", e.Status)
	}
	v.Says = fmt.Sprintf("Order %s waits: %s does not take it (%s).", number, c.Verdict.Name, answer)
	v.Detail = e.Error
	v.Fix = "It is sent again by itself."
	if left := e.NextAt.Sub(now); left > time.Second {
		v.Fix = "It is sent again by itself in " + frame.Lasts(left) + "."
	}
	if e.Error != "" {
		v.Detail = capital(ended(e.Error))
	}
	return v
}

// Step is what to do so that an order goes on. Where the trace names a command, the page has a place for that.
func Step(h trace.Hop) string {
	if !strings.Contains(h.Fix, "waybill ") {
		return h.Fix
	}
	switch h.Link {
	case trace.Subscription:
		return "Look at what " + h.Name + " answers, and send it again when it is mended."
	case trace.Consumer:
		return "Start or mend the program that reads as " + h.Name + "; it goes on where it stopped."
	case trace.Write:
		return "Open the write and decide."
	case trace.Placed, trace.Copied, trace.Current:
	}
	return "Open the page of the shop: it says what is wrong and what to do."
}
