package trace

import "github.com/waybillhq/waybill/internal/storage"

// redact leaves of an order's way what anybody may see: how each link stands, since when, and who acts. What was seen
// is said in words of our own, since words of shops and receivers may hold anything. Of the shop its name is left.
func redact(c Chain) Chain {
	shown := Chain{Store: storage.Store{Name: c.Store.Name}, Order: c.Order, Number: c.Number, Status: c.Status}
	for _, h := range c.Hops {
		shown.Hops = append(shown.Hops, redactHop(h))
	}
	shown.Verdict = redactHop(c.Verdict)
	return shown
}

func redactHop(h Hop) Hop {
	return Hop{Link: h.Link, Name: publicName(h), State: h.State, At: h.At, Says: publicly(h), Who: h.Who,
		Until: h.Until}
}

// publicName is the name of a receiver; the number of a write is nobody else's business.
func publicName(h Hop) string {
	if h.Link == Write {
		return ""
	}
	return h.Name
}
