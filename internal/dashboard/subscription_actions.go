package dashboard

import (
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

func (d *dashboard) subscriptionOf(v *frame.Visit) (storage.Subscription, error) {
	return d.Subscriptions.Find(v.Context(), v.Session.Caller.GroupID, v.PathValue("name"))
}

// tried is what a receiver answered to a test.
type tried struct {
	receiverRow
	feed.Tried
}

func (d *dashboard) tryReceiver(v *frame.Visit) error {
	s, err := d.subscriptionOf(v)
	if err != nil {
		return err
	}
	answer, err := d.Subscriptions.Test(v.Context(), s)
	if err != nil {
		return err
	}
	return v.Show(triedView, frame.Page{Title: "Test of " + s.Name, Here: frame.Subscriptions,
		Data: tried{d.receiver(s), answer}})
}

func (d *dashboard) pauseSubscription(v *frame.Visit) error {
	s, err := d.subscriptionOf(v)
	if err != nil {
		return err
	}
	back := d.receiver(s).Path
	if !v.Confirmed() {
		return v.Confirm(frame.Subscriptions, frame.Confirmation{Title: "Pause " + s.Name + "?", Back: back,
			Button: "Pause it", Says: []string{"Nothing is sent to " + s.Target + " until it is resumed.",
				"Changes wait in their order; none is lost."}})
	}
	if _, err := d.Subscriptions.Pause(v.Context(), s); err != nil {
		return err
	}
	return v.Done(back, s.Name+" is paused.")
}

func (d *dashboard) resumeSubscription(v *frame.Visit) error {
	s, err := d.subscriptionOf(v)
	if err != nil {
		return err
	}
	if _, err := d.Subscriptions.Resume(v.Context(), s); err != nil {
		return err
	}
	return v.Done(d.receiver(s).Path, s.Name+" goes on where it stopped.")
}

// recoverSince sends again what was given up since a time.
func (d *dashboard) recoverSince(v *frame.Visit) error {
	s, err := d.subscriptionOf(v)
	if err != nil {
		return err
	}
	text := v.Text("since")
	since, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		return sinceUnreadable(text)
	}
	back := d.receiver(s).Path
	failed, err := d.Subscriptions.Deliveries(v.Context(), storage.EventQuery{SubscriptionID: s.ID,
		State: storage.EventFailed, DoneFrom: since, Limit: mostCounted + 1})
	if err != nil {
		return err
	}
	n := frame.Count(min(len(failed), mostCounted))
	if len(failed) > mostCounted {
		n = "more than " + n
	}
	if !v.Confirmed() {
		return v.Confirm(frame.Subscriptions, frame.Confirmation{Title: "Send again what " + s.Name + " did not take?",
			Back: back, Button: "Send again", Fields: [][2]string{{"since", text}}, Says: []string{
				"Given up since " + since.Format("2 January 2006, 15:04") + " UTC: " + n + ".",
				"Each is sent with its own id and the record as it is now, in the order of the changes.",
				"It costs no request to a shop."}})
	}
	sent, err := d.Subscriptions.RedeliverFailed(v.Context(), s, since)
	if err != nil {
		return err
	}
	return v.Done(back, "Sent again: "+frame.Count(sent)+".")
}

// mostCounted is how many events are counted for a person.
const mostCounted = 10000
