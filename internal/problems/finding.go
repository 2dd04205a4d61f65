package problems

import (
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Finding is a problem as one look finds it.
type Finding struct {
	storage.ProblemKey
	Words
	// Until is when it is known whether it has healed itself; zero when not known.
	Until time.Time
	// Since is when it began, SeenAt when it was last seen anew.
	Since, SeenAt time.Time
	// Affected is in the order of subjects.
	Affected []storage.Affected
}

// Words are what people are told of a problem.
type Words struct {
	// Grave says that data does not arrive, or is not written.
	Grave                 bool
	Who                   string
	Title, Why, Fix, Docs string
	// own says that they speak of one store, and by name: they are for nobody but its own people.
	own bool
	// plain are the words to use where they are for others too.
	plain *Words
}

// findingOf is the problem of what is affected by one cause at one host.
func findingOf(key storage.ProblemKey, of []instance) Finding {
	slices.SortFunc(of, func(a, b instance) int { return strings.Compare(a.Subject, b.Subject) })
	f := Finding{ProblemKey: key, Words: spoken(of), Since: of[0].Since}
	for _, one := range of {
		if one.Since.Before(f.Since) {
			f.Since = one.Since
		}
		if one.seen.After(f.SeenAt) {
			f.SeenAt = one.seen
		}
		if one.until.After(f.Until) && f.Who == Nobody {
			f.Until = one.until
		}
		f.Grave = f.Grave || one.words.Grave
		f.Affected = append(f.Affected, one.Affected)
	}
	return f
}

// spoken are the words for several that are affected: those that most of them have. Where they belong to more than one
// group, nobody is told what was seen of one alone.
func spoken(of []instance) Words {
	if len(of) == 1 {
		return of[0].words
	}
	apart := severalGroups(of)
	counts, whys := map[Words]int{}, map[Words]string{}
	var most Words
	for i, one := range of {
		w := one.words
		if w.plain != nil && (w.own || apart) {
			w = *w.plain
		}
		why := w.Why
		w.Why, w.Grave, w.plain = "", false, nil
		if counts[w]++; counts[w] == 1 {
			whys[w] = why
		} else if whys[w] != why {
			whys[w] = "" // it was seen of one alone
		}
		if n := counts[w]; i == 0 || n > counts[most] || n == counts[most] && w.Title < most.Title {
			most = w
		}
	}
	most.Why = whys[most]
	return most
}

func severalGroups(of []instance) bool {
	return slices.ContainsFunc(of, func(i instance) bool { return i.group != of[0].group })
}
