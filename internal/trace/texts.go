package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people are told of the way of an order, every sentence of it.

const (
	restoreInShop = "An order that was deleted for good does not come back. If that was a mistake, enter it anew."
	untrashInShop = "If that was a mistake, restore the order in the shop: WooCommerce > Orders > Trash."

	// These are followed by a remedy in the words of who shows them.
	goOn        = "Go on with it"
	copyNow     = "Let Waybill serve, or copy once"
	findCause   = "Find the cause and its fix"
	compareAll  = "Compare the mirror with the shop"
	checkHooks  = "To have orders at once again, have the webhooks looked after"
	fetchIt     = "Fetch it now"
	readOn      = "Let the program behind it read on"
	seeAnswer   = "See what the receiver answers"
	sendIt      = "Send it"
	sendAgain   = "Have it looked for at the receiver, then send it again"
	mendAndSend = "Have the receiver mended, then send it again"
	decide      = "See both sides and decide"
	askWhich    = "Have it looked for at the receiver: it may have taken this order for another one."

	mayNotWrite = "; the shop does not let the key write it"
)

func placed(order storage.Record) string {
	return fmt.Sprintf("order %s was placed in the shop; its status is %s", storage.OrderNumber(order), order.Status)
}

func heldWithoutChange() string {
	return "the order is in the mirror; the log of changes does not reach back to its coming"
}

func cameAs(order storage.Record, c storage.Change) string {
	after := ""
	if wait := c.At.Sub(order.Created); !order.Created.IsZero() && c.Kind == storage.Created && wait > 0 {
		after = ", " + lasting(wait) + " after it was placed"
	}
	if c.Origin == storage.Own {
		return fmt.Sprintf("it was made by write %s and is change %d of the log%s", c.WriteID, c.Seq, after)
	}
	return fmt.Sprintf("it was noticed and copied as change %d of the log (%s)%s", c.Seq, c.Kind, after)
}

func changed(c storage.Change, n int) string {
	switch c.Kind {
	case storage.Deleted:
		return fmt.Sprintf("it was deleted for good in the shop: change %d of the log", c.Seq)
	case storage.Trashed:
		return fmt.Sprintf("it was put into the trash of the shop: change %d of the log", c.Seq)
	case storage.Created, storage.Updated, storage.Restored:
	}
	if c.Origin == storage.Own {
		return fmt.Sprintf("the last of %d changes is number %d (%s), by write %s", n, c.Seq, c.Kind, c.WriteID)
	}
	return fmt.Sprintf("the last of %d changes is number %d (%s)", n, c.Seq, c.Kind)
}

// How the mirror of a shop stands.

func currentAsOf() string { return "the mirror shows the shop as it was then" }

func marked(n int) string {
	return fmt.Sprintf("the mirror shows the shop as it was then; %d records are known to have changed since "+
		"and are read next", n)
}

func shopPaused(st storage.Store) string {
	return "the shop " + st.Name + " is paused in Waybill, so what happened in it since is not known"
}

func shopRefuses(why string) string {
	return "the shop cannot be read until this is mended, then it goes on by itself: " + why
}

func shopFailed(s follow.Standing) string {
	text := "the last look at the shop failed and is tried again"
	if !s.NextAt.IsZero() {
		text += " at " + s.NextAt.UTC().Format(time.RFC3339)
	}
	return text + ": " + s.Problem.Message
}

func firstCopy() string { return "the first copy of the shop is not finished" }

func nobodyFollows(age time.Duration) string {
	return "the mirror is " + lasting(age) + " old, and no process follows the shop"
}

func late(age time.Duration) string {
	return "not yet: the mirror is " + lasting(age) + " behind the shop; the process that follows it has not caught up"
}

// Orders that the mirror does not hold.

func notHeld(word string) Hop {
	says := fmt.Sprintf("the mirror holds no order called %q", word)
	return Hop{Link: Copied, State: Skipped, Says: says, Who: Nobody}
}

func notInShop(st storage.Store, word string) Hop {
	return Hop{Link: Placed, State: Skipped, Who: Nobody, Says: fmt.Sprintf(
		"the shop %s has no order with the id %s, and the mirror has never held one: it was not placed there, "+
			"or it was deleted for good before it was copied", st.Name, word)}
}

func shopNotAsked(st storage.Store, err error) Hop {
	return Hop{Link: Placed, State: Broken, Who: You, Fix: findCause,
		Remedy: Remedy{Do: ExamineStore, Store: st.Name},
		Says:   "the mirror holds no such order, and the shop could not be asked for it: " + problem.From(err).Message}
}

func inAnotherShop(name string) string { return ". The shop " + name + " has an order of that name" }

// notCopied says why an order that the shop has is not in the mirror.
func notCopied(st storage.Store, s follow.Standing, order storage.Record, now time.Time) Hop {
	h := Hop{Link: Copied, State: Waiting, Who: Nobody}
	if slices.Contains(st.Facts.Seen.Refused, storage.Orders) {
		h.State, h.Who, h.Fix, h.Remedy = Broken, You, findCause, Remedy{Do: ExamineStore, Store: st.Name}
		h.Says = "the shop shows this order and refuses the list of orders, so nothing new is copied"
		return h
	}
	if b := behind(st, s, now); b.State != Done {
		b.Link = Copied
		b.Says = "the order is in the shop and not in the mirror: " + b.Says
		return b
	}
	since := now.Sub(order.Created)
	if since > lateAfter {
		h.State, h.Who = Broken, You
		h.Says = fmt.Sprintf("the order is in the shop with the status %s, and no list of the shop shows it: "+
			"a plugin hides its status, or hides this order", order.Status)
		h.Fix, h.Remedy = compareAll, Remedy{Do: VerifyOrders, Store: st.Name}
		return h
	}
	h.Says = "not yet: the order is " + lasting(since) + " old and is copied with the next look at the shop"
	h.Until, h.Fix, h.Remedy = s.NextAt, fetchIt, Remedy{Do: Fetch, Store: st.Name, Order: order.ID}
	return h
}

// Consumers and subscriptions.

func acknowledged(c storage.Consumer, last storage.Change) string {
	return fmt.Sprintf("consumer %s has acknowledged change %d (it stands at %d)", c.Name, last.Seq, c.Seq)
}

func unread(c storage.Consumer, last storage.Change) string {
	when := "it has never read"
	if !c.SeenAt.IsZero() {
		when = "it last read at " + c.SeenAt.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("consumer %s has not acknowledged change %d: it stands at %d, and %s", c.Name, last.Seq, c.Seq,
		when)
}

func taken(sub storage.Subscription, e storage.Event) string {
	return fmt.Sprintf("%s has taken it (%s)", sub.Target, answered(e))
}

func givenUp(sub storage.Subscription, e storage.Event) string {
	return fmt.Sprintf("%s did not take it in %d attempts, and it was given up: %s", sub.Target, e.Attempts,
		answered(e))
}

func refusedSoFar(sub storage.Subscription, e storage.Event) string {
	return fmt.Sprintf("%s has not taken it in %d attempts (%s); the next is at %s", sub.Target, e.Attempts,
		answered(e), e.NextAt.UTC().Format(time.RFC3339))
}

func onItsWay(sub storage.Subscription, e storage.Event, now time.Time) string {
	if wait := e.NextAt.Sub(now); wait > 0 {
		return fmt.Sprintf("it is sent to %s in %s", sub.Target, lasting(wait))
	}
	return "it is on its way to " + sub.Target
}

func answered(e storage.Event) string {
	text := "no answer"
	if e.Status > 0 {
		text = fmt.Sprintf("answer %d after %d ms", e.Status, e.Took.Milliseconds())
	}
	if e.Error != "" {
		text += ": " + e.Error
	}
	return text
}

func otherKind(sub storage.Subscription, c storage.Change) string {
	return fmt.Sprintf("subscription %s does not get this: it is sent %s, and the last change is %s.%s", sub.Name,
		selected(sub), c.Resource, c.Kind)
}

// selected is what a subscription is confined to.
func selected(sub storage.Subscription) string {
	var parts []string
	for _, r := range sub.Resources {
		parts = append(parts, string(r))
	}
	text := "changes of " + strings.Join(parts, ", ")
	if len(parts) == 0 {
		text = "changes of all records"
	}
	if len(sub.Kinds) > 0 {
		var kinds []string
		for _, k := range sub.Kinds {
			kinds = append(kinds, string(k))
		}
		text += " of the kind " + strings.Join(kinds, ", ")
	}
	return text
}

func filtered(sub storage.Subscription) string {
	return "filtered: the order as it is now does not meet the filter of subscription " + sub.Name + ": " + sub.Filter
}

func beganLater(sub storage.Subscription) string {
	return fmt.Sprintf("subscription %s begins behind change %d, so it was never to get this one", sub.Name, sub.From)
}

func stopped(sub storage.Subscription) string {
	text := fmt.Sprintf("subscription %s is %s, so the change waits", sub.Name, sub.State)
	if sub.Why != "" {
		text += ": " + sub.Why
	}
	return text
}

func resting(sub storage.Subscription) string {
	text := fmt.Sprintf("%s is left alone until %s, because it failed several times, or asked for that", sub.Target,
		sub.RestUntil.UTC().Format(time.RFC3339))
	if sub.Why != "" {
		text += ": " + sub.Why
	}
	return text
}

func forgotten(sub storage.Subscription) string {
	return "subscription " + sub.Name + " has looked at the change; what became of it is no longer kept"
}

func queued(n int64) string {
	return fmt.Sprintf("the subscription is %d changes behind; they are sent in their order", n)
}

// Writes.

func wrote(w storage.Write) string {
	text := fmt.Sprintf("%s of %s is %s", w.Action, storage.Ref{Resource: w.Resource, ID: w.RecordID}, w.State)
	if w.RecordID == 0 {
		text = fmt.Sprintf("%s of %s is %s", w.Action, w.Resource, w.State)
	}
	if w.Reason != nil && w.State != storage.WriteDone {
		text += " (" + w.Reason.Code + ")"
	}
	return text
}

// How an order was noticed.

func byWebhook() string { return "a webhook of the shop named it" }

func byLook(hook storage.Hook) string {
	return "no webhook of the shop named it, so a look at the shop found it: " + hooksSeen(hook)
}

func hooksOff(hook storage.Hook, s follow.Standing) string {
	return "not yet: the order is found by " + nextLook(s) + ", because " + hooksSeen(hook)
}

func noHook(hook storage.Hook, s follow.Standing) string {
	return "not yet: the shop has sent no webhook for this order, so it is found by " + nextLook(s) + "; " +
		hooksSeen(hook)
}

func nextLook(s follow.Standing) string {
	if s.NextAt.IsZero() {
		return "the next look at the shop"
	}
	return "the look at the shop at " + s.NextAt.UTC().Format(time.RFC3339)
}

// hooksSeen is how the webhooks of a shop stand.
func hooksSeen(hook storage.Hook) string {
	last := "none has ever come"
	if !hook.DeliveredAt.IsZero() {
		last = "the last came at " + hook.DeliveredAt.UTC().Format(time.RFC3339)
	}
	text := "its webhooks are " + string(hook.State) + ", " + last
	if hook.Why != "" {
		text += " (" + hook.Why + ")"
	}
	return text
}

// Receipts.

func receipted(name string, r storage.Receipt) string {
	if r.Reference == "" {
		return name + " says that it has the order"
	}
	return fmt.Sprintf("%s says that it has the order, as %s", name, r.Reference)
}

func receiptedUnsent(name string, r storage.Receipt) string {
	return receipted(name, r) + ", although it was never sent this one"
}

func namedAnother(name string, r storage.Receipt) string {
	return fmt.Sprintf("%s took this order and gave a receipt for another one, %s", name, r.Instead)
}

func lacked(name string, r storage.Receipt) string {
	before := "took the order"
	if !r.GivenAt.IsZero() {
		before = "said that it has the order"
		if r.Reference != "" {
			before += ", as " + r.Reference
		}
	}
	return fmt.Sprintf("%s %s and does not keep it: its list of %s lacks it", name, before,
		r.LackedAt.UTC().Format(time.RFC3339))
}

func receiptNotDue(name string, due time.Time) string {
	return fmt.Sprintf("%s has until %s to say that it has the order", name, due.UTC().Format(time.RFC3339))
}

func receiptMissing(name string, r storage.Receipt, within time.Duration) string {
	return fmt.Sprintf("%s took the order at %s and has not said within %s that it has it: it may have lost it", name,
		r.SentAt.UTC().Format(time.RFC3339), lasting(within))
}

// arrived says how far an order came whose links are all passed.
func arrived(hops []Hop) string {
	var readers, receivers, left int
	for _, h := range hops {
		switch {
		case h.State == Skipped && h.Link == Subscription:
			left++
		case h.Link == Consumer:
			readers++
		case h.Link == Subscription:
			receivers++
		}
	}
	text := "the order is in the mirror as the shop has it"
	if readers+receivers > 0 {
		have := readers + receivers
		text += fmt.Sprintf("; %d of %d readers and receivers have its last change", have, have+left)
	}
	if left > 0 {
		text += fmt.Sprintf(", %d are not meant to get it", left)
	}
	return text
}

// lasting is a time as people say it.
func lasting(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than a second"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}

// Links, and what they show.

func noSuchTime() error {
	return problem.New(problem.InputInvalid, "a link shows an order for up to 90 days").
		Next("Give a time within that").Detail("expires_in_seconds", "is not valid")
}

func nothingToShow(st storage.Store, id int64) error {
	return problem.New(problem.RecordNotFound, "the mirror of %s has never held an order with the id %d", st.Name, id).
		Next("Follow it first: waybill trace, GET /v1/trace")
}

func noLink() error {
	return problem.New(problem.RecordNotFound, "this link shows nothing: it has expired, or was taken away").
		Next("Ask who gave it to you for a new one")
}

// publicly is how a link of the way stands, in words that tell nothing of anybody.
func publicly(h Hop) string {
	if h.Link == "" {
		return "the order has arrived everywhere"
	}
	said := map[Link]map[State]string{
		Placed:  {Done: "the order was placed in the shop", Broken: "the shop could not be asked for the order"},
		Noticed: {Done: "the order was noticed", Waiting: "the order is noticed with the next look at the shop"},
		Copied: {Done: "the order, or a change of it, was copied",
			Waiting: "the order is copied with the next look at the shop",
			Broken:  "the order is no longer in the shop, or cannot be copied"},
		Current: {Done: "what is known of the shop is current", Waiting: "what is known of the shop is late",
			Broken: "the shop cannot be looked at"},
		Consumer:     {Done: "it was read", Waiting: "it has not been read yet"},
		Subscription: {Done: "it was delivered", Waiting: "it is on its way", Broken: "it could not be delivered"},
		Receipt: {Done: "its receipt is there", Waiting: "its receipt is waited for",
			Broken: "its receipt is missing, or is of another order"},
		Write: {Done: "a change was written back", Waiting: "a change is being written back",
			Broken: "a change could not be written back"},
	}
	if text := said[h.Link][h.State]; text != "" {
		return text
	}
	return "it is not meant to pass here"
}
