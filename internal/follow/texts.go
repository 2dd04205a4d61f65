package follow

import (
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people about why a store is not followed, or not as a whole.

func nothingCopied(st storage.Store) error {
	return problem.New(problem.RecordNotFound, "nothing of %s has been copied yet", st.Name).
		Next("Copy it first: waybill sync %s --once", st.Name)
}

func pausedStore(st storage.Store) *problem.Problem {
	return problem.New(problem.StorePaused, "store %s is paused", st.Name).
		Next("Resume it: waybill stores resume %s", st.Name)
}

func sendsNothing(st storage.Store) error {
	return problem.New(problem.StorePaused, "the store %s is paused, so nothing is sent to it", st.Name).
		Next("Resume it: waybill stores resume %s", st.Name)
}

// onePageOnly names what a store shows of some resources, of which it gives one page only.
func onePageOnly(st storage.Store, shown []string) error {
	return problem.New(problem.PagesUnheeded, "%s shows only %s: it gives its first page whatever page is asked for",
		st.Name, strings.Join(shown, " and ")).
		Next("Something on the store, or in front of it, takes page and offset out of the address: a plugin that "+
			"pages lists by its own, or a cache that leaves them out when it compares addresses. Switch it off for "+
			"/wp-json/wc/, then: waybill sync %s --once", st.Name)
}

// vanished names the records that are gone from a store at once, and says what follows.
func vanished(st storage.Store, gone []string, follows string) error {
	return problem.New(problem.RecordsVanished, "%s are gone from %s at once; %s",
		strings.Join(gone, " and "), st.Name, follows).
		Next("Find out first whether an old backup, a staging copy or another shop answers at the address. If they "+
			"were deleted on purpose: waybill sync %s --once --accept-loss", st.Name)
}
