package verdict

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

// Receiving says how a receiver of changes stands.
func Receiving(s storage.Subscription, now time.Time) Verdict {
	why := ""
	if s.Why != "" {
		why = ": " + lower(ended(s.Why))
	}
	switch {
	case s.State == storage.SubscriptionEnded:
		return act("Ended", s.Name+" was ended by its receiver, which wants nothing more. Changes wait"+stop(why),
			Receiver, "If that was a mistake, mend the receiver and resume the subscription.")
	case s.State == storage.SubscriptionPaused:
		return act(Paused, s.Name+" is paused, and changes wait"+stop(why), You,
			"Mend the receiver where it failed, then resume: nothing is lost.")
	case s.Failures > 0:
		next := "Changes wait and are sent again by themselves."
		if s.RestUntil.After(now) {
			next = "Changes wait; they are sent again in " + frame.Lasts(s.RestUntil.Sub(now)) + "."
		}
		v := heals("Tried again", fmt.Sprintf("%s has not taken anything for %s", s.Name,
			frame.Lasts(now.Sub(s.FailingSince)))+stop(why), next)
		v.Who = Receiver
		return v
	}
	return well("Takes everything", s.Name+" takes what it is sent.")
}

// stop ends a sentence that may go on with a reason.
func stop(why string) string {
	if why == "" {
		return "."
	}
	return why
}

// Reading says how a named reader of the log stands.
func Reading(c storage.Consumer, lag feed.Lag, now time.Time) Verdict {
	if lag.Waiting == 0 {
		return well("Has everything", c.Name+" has read everything.")
	}
	n := counted(lag.Waiting, "change", "changes")
	if lag.More {
		n = "more than " + n
	}
	says := fmt.Sprintf("%s is %s behind, the oldest from %s ago", c.Name, n, frame.Lasts(now.Sub(lag.Since)))
	switch {
	case c.SeenAt.IsZero():
		return act("Never read", says+"; it has never read.", Receiver, "Start the program that reads as "+c.Name+".")
	case now.Sub(c.SeenAt) > LateAfter:
		return act("Silent", fmt.Sprintf("%s; it last read %s ago.", says, frame.Lasts(now.Sub(c.SeenAt))), Receiver,
			"Look after the program that reads as "+c.Name+"; it goes on where it stopped.")
	}
	return heals("Reads", says+".", "It is reading.")
}
