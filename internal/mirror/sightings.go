package mirror

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// sightings are what a step saw of the store that people should know.
func (s *step) sightings() storage.Sightings {
	seen := storage.Sightings{
		HiddenOrders: len(s.About.Hidden.Known),
		UnseenOrders: s.About.Hidden.Missing,
		Volatile:     s.watch.Learned(),
	}
	if sign := s.Asker.BehindCache(); sign != "" {
		seen.Cache = sign
		s.warn(
			"a cache in front of the store answers API requests (" + sign +
				"); every request is made past it. Exclude /wp-json/ from it",
		)
	}
	if n := seen.UnseenOrders; n > 0 {
		s.warn(
			fmt.Sprintf(
				"orders: the store counts %d that it shows in no list, so the mirror lacks them: "+
					"nothing registers their status, or they are drafts of order pages",
				n,
			),
		)
	}
	for _, c := range roster.Collections {
		if st := s.states[c]; st != nil && st.Denied != "" && !st.Missing {
			seen.Refused = append(seen.Refused, c.Resource)
		}
	}
	return seen
}
