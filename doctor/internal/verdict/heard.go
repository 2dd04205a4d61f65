package verdict

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// hear takes what was lost to a ban out of the evidence that the checks look at: it says nothing about the request
// that was lost, which would have failed whatever it asked for. What got no answer in time is taken out with it: it
// could not be asked again. What stayed refused by a rate limit is taken out likewise, when the store answered others.
func hear(ev *evidence.Evidence) heard {
	var h heard
	if lost, answered := banFrom(ev.Exchanges); lost != nil {
		h.Ban = Answer{
			ID: "fail2ban-ban", Confidence: Likely, Shown: []string{evidence.Describe(lost[0])},
			Why: fmt.Sprintf("%d requests were answered, and from %q on no connection came about any more", answered,
				lost[0].ID),
		}
		ev = without(ev, func(x *evidence.Exchange) bool {
			return evidence.TimedOut(x) || slices.ContainsFunc(lost,
				func(l *evidence.Exchange) bool { return l.ID == x.ID && l.Started == x.Started })
		})
	}
	if ev.Way != evidence.WayNone {
		ev = without(ev, func(x *evidence.Exchange) bool {
			return x.Status == http.StatusTooManyRequests && !evidence.Limited.Has(x)
		})
	}
	// An answer of a kind that comes and goes says nothing about the request that got it.
	comes := map[string]bool{}
	for _, x := range evidence.ViewOf(ev).Wavered() {
		comes[evidence.DoubtKind(x)] = true
	}
	if len(comes) > 0 {
		ev = without(ev, func(x *evidence.Exchange) bool {
			return !evidence.Flaky.Has(x) && evidence.Doubtful(x) && comes[evidence.DoubtKind(x)]
		})
	}
	h.View = evidence.ViewOf(ev)
	return h
}

// banFrom finds the moment from which on nothing but lost connections came about, after answers: the first connection
// lost to it. Requests go out side by side, so an answer that was under way when the ban came may arrive after the
// first lost connection: what counts is that no request that began after it was answered.
func banFrom(list []evidence.Exchange) (lost []*evidence.Exchange, answered int) {
	var let []*evidence.Exchange
	for i := range list {
		switch x := &list[i]; {
		case x.Status > 0:
			let = append(let, x)
		case x.Fault != nil &&
			slices.Contains([]string{"refused", "reset", "closed", "connect-timeout"}, x.Fault.Class):
			lost = append(lost, x)
		}
	}
	slices.SortStableFunc(lost, func(a, b *evidence.Exchange) int { return cmp.Compare(Ended(a), Ended(b)) })
	for len(lost) > 0 && slices.ContainsFunc(let,
		func(x *evidence.Exchange) bool { return x.Started > Ended(lost[0]) }) {
		lost = lost[1:] // this one was chance, others were let in later
	}
	// Where the site answers and the API never did, something guards the API's path: nobody was banned for anything.
	atAPI := slices.ContainsFunc(let,
		func(x *evidence.Exchange) bool { return !x.Of(evidence.Home) && !x.Of(evidence.StaticFile) })
	// A server that drops a method drops it from the first on.
	answeredBefore := slices.ContainsFunc(lost, func(l *evidence.Exchange) bool {
		return slices.ContainsFunc(let,
			func(x *evidence.Exchange) bool { return x.Request.Method == l.Request.Method })
	})
	if len(lost) < 3 || len(let) < 2 || !atAPI || !answeredBefore {
		return nil, 0
	}
	return lost, len(let)
}

// without is the evidence with some exchanges left out.
func without(ev *evidence.Evidence, out func(*evidence.Exchange) bool) *evidence.Evidence {
	rest := *ev
	rest.Exchanges = slices.DeleteFunc(slices.Clone(ev.Exchanges), func(x evidence.Exchange) bool { return out(&x) })
	return &rest
}

// Ended is when an exchange was over, counted from the beginning of the run.
func Ended(x *evidence.Exchange) time.Duration { return x.Started + x.Elapsed }
