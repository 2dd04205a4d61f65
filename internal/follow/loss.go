package follow

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// told is what a sync that came to its end has to tell as an error all the same; nil when the mirror holds all that the
// store has.
func told(st storage.Store, res mirror.Result) error {
	if lost := lossProblem(st, res); lost != nil {
		return lost
	}
	return onePageProblem(st, res)
}

// onePageProblem says that the lists of a store show one page only, so that the mirror lacks the other records; nil
// when they show all.
func onePageProblem(st storage.Store, res mirror.Result) error {
	var parts []string
	for _, u := range res.Seen.Unlisted {
		if u.OnePage {
			parts = append(parts, fmt.Sprintf("%d of %d %s", u.Shown, u.Counted, u.Resource))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return problem.New(problem.PagesUnheeded, "%s shows only %s: it gives its first page whatever page is asked for",
		st.Name, strings.Join(parts, " and ")).
		Next("Something on the store, or in front of it, takes page and offset out of the address: a plugin that "+
			"pages lists by its own, or a cache that leaves them out when it compares addresses. Switch it off for "+
			"/wp-json/wc/, then: waybill sync %s --once", st.Name)
}

// lossProblem says that the mirror keeps records of which the store has lost a large share; nil when it has not.
func lossProblem(st storage.Store, res mirror.Result) error {
	if len(res.Losses) == 0 {
		return nil
	}
	parts := make([]string, len(res.Losses))
	for i, l := range res.Losses {
		parts[i] = fmt.Sprintf("about %d of %d %s", l.About, l.Held, l.Resource)
	}
	return problem.New(problem.RecordsVanished, "%s are gone from %s at once; they were not deleted here",
		strings.Join(parts, " and "), st.Name).
		Next("Find out first whether an old backup, a staging copy or another shop answers at the address. If they "+
			"were deleted on purpose: waybill sync %s --once --accept-loss", st.Name)
}
