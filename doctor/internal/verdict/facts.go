package verdict

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

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
	if len(lost) < 3 || len(let) < 2 || !atAPI {
		return nil, 0
	}
	return lost, len(let)
}

// hear takes what was lost to a ban out of the evidence that the checks look at: it says nothing about the request
// that was lost, which would have failed whatever it asked for. What stayed refused by a rate limit is taken out
// likewise, when the store answered others.
func hear(ev *evidence.Evidence) heard {
	var h heard
	if lost, answered := banFrom(ev.Exchanges); lost != nil {
		h.Ban = Answer{
			ID: "fail2ban-ban", Confidence: Likely, Shown: []string{evidence.Describe(lost[0])},
			Why: fmt.Sprintf("%d requests were answered, and from %q on no connection came about any more", answered,
				lost[0].ID),
		}
		ev = without(ev, func(x *evidence.Exchange) bool {
			return slices.ContainsFunc(lost,
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

// without is the evidence with some exchanges left out.
func without(ev *evidence.Evidence, out func(*evidence.Exchange) bool) *evidence.Evidence {
	rest := *ev
	rest.Exchanges = slices.DeleteFunc(slices.Clone(ev.Exchanges), func(x evidence.Exchange) bool { return out(&x) })
	return &rest
}

// Ended is when an exchange was over, counted from the beginning of the run.
func Ended(x *evidence.Exchange) time.Duration { return x.Started + x.Elapsed }

// The stages of a verdict. Each knows what was decided before it and cannot ask for what comes after: that is what the
// types are for.
type (
	// heard is the evidence without what was lost to a ban or to a rate limit.
	heard struct {
		*evidence.View
		Ban Answer // connections that fail after others came about
	}
	// fronted knows who answers in place of the store.
	fronted struct {
		heard
		Front Answer
	}
	// routed knows what is wrong with the road to the API.
	routed struct {
		fronted
		Route Answer
	}
	// keyed knows what happens to the key.
	keyed struct {
		routed
		Key Answer
	}
	// granted knows what was seen of the permissions of the key's owner.
	granted struct {
		keyed
		Rights rights
	}
)

// Facts is everything that was decided about the evidence.
type Facts struct {
	granted
	Partly Answer   // what answers in place of some of the API, while the rest passes
	Causes []Answer // what the key's owner lacks, the one that explains most first
	// Unknown are the scopes whose rights show on records alone, of which the shop has none: scope and kind of record.
	Unknown map[evidence.Scope]string
}

// Decide goes through the stages.
func Decide(ev *evidence.Evidence) *Facts {
	h := hear(ev)
	f := fronted{heard: h, Front: h.decideFront()}
	r := routed{fronted: f, Route: f.decideRoute()}
	k := keyed{routed: r, Key: r.decideKey()}
	g := granted{keyed: k}
	facts := &Facts{Partly: k.decidePartly()}
	// without headers or status, nothing says what the key may do
	if k.LateHeaders() == nil && k.OverwrittenStatus() == nil {
		g.Rights = k.decideRights()
		if k.Known() {
			facts.Causes = g.rightsCauses()
			facts.Unknown = g.unknownRights()
		}
	}
	facts.granted = g
	return facts
}

// Undecided is the evidence alone, for when deciding failed.
func Undecided(ev *evidence.Evidence) *Facts {
	f := &Facts{}
	f.View = &evidence.View{Evidence: ev, Target: ev.Target}
	return f
}
