package alerts

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

const (
	// mostAnHour is how many messages a channel gets of one problem within an hour at most.
	mostAnHour = 2
	hour       = time.Hour
)

// telling is what a channel is to be told: problems that stand, and those that are over.
type telling struct {
	opened, resolved []storage.Problem
	told             []storage.Told
}

// compose decides what a channel is to be told of problems, by what it was told. It asks nobody.
func compose(c storage.Channel, all []storage.Problem, was []storage.Told, grace time.Duration, now time.Time) telling {
	before := make(map[int64]storage.Told, len(was))
	for _, d := range was {
		before[d.ProblemID] = d
	}
	var t telling
	for _, p := range all {
		last := before[p.ID]
		switch {
		case last.State != storage.ProblemOpen && worthTelling(c, p, grace, now):
			if limited(last, now) {
				continue
			}
			t.opened = append(t.opened, p)
			t.told = append(t.told, next(c, p, last, storage.ProblemOpen, now))
		case last.State == storage.ProblemOpen && problems.Merged(p):
			// The wider problem tells it: nobody is told that this one is over.
			last.State = storage.ProblemResolved
			t.told = append(t.told, last)
		case last.State == storage.ProblemOpen && p.State == storage.ProblemResolved:
			if limited(last, now) {
				continue
			}
			t.resolved = append(t.resolved, p)
			t.told = append(t.told, next(c, p, last, storage.ProblemResolved, now))
		}
	}
	for _, list := range [][]storage.Problem{t.opened, t.resolved} {
		slices.SortFunc(list, func(a, b storage.Problem) int {
			switch {
			case a.Grave != b.Grave && a.Grave:
				return -1
			case a.Grave != b.Grave:
				return 1
			}
			return int(b.Affected - a.Affected + a.ID - b.ID)
		})
	}
	return t
}

// worthTelling says whether a channel is to know that a problem stands.
func worthTelling(c storage.Channel, p storage.Problem, grace time.Duration, now time.Time) bool {
	if p.State != storage.ProblemOpen || c.Grave && !p.Grave || now.Sub(p.ChangedAt) < grace {
		return false
	}
	// A channel that takes nothing is told of by the others.
	return p.Kind != problems.KindAlerts || c.Failures == 0
}

// limited says that the channel was told enough of a problem lately.
func limited(last storage.Told, now time.Time) bool {
	return !last.Before.IsZero() && now.Sub(last.Before) < hour
}

func next(
	c storage.Channel, p storage.Problem, last storage.Told, state storage.ProblemState, now time.Time,
) storage.Told {
	return storage.Told{ChannelID: c.ID, ProblemID: p.ID, State: state, At: now, Before: last.At}
}

// well says whether a heartbeat may be called: nothing stands that is worth telling.
func well(c storage.Channel, all []storage.Problem, grace time.Duration, now time.Time) bool {
	return !slices.ContainsFunc(all, func(p storage.Problem) bool {
		return p.Kind != problems.KindAlerts && worthTelling(c, p, grace, now)
	})
}
