package verdict

import "github.com/waybillhq/waybill/internal/trace"

// Order says where an order is.
func Order(number string, c trace.Chain) Verdict {
	h := c.Verdict
	v := Verdict{Colour: Good, Word: "arrived", Says: "Order " + number + " is where it should be.",
		Detail: capital(ended(h.Says)), Fix: h.Fix}
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
