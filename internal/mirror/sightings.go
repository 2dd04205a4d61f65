package mirror

import (
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
		s.warn(behindCache(sign))
	}
	if n := seen.UnseenOrders; n > 0 {
		s.warn(unseenOrders(n))
	}
	for _, c := range roster.Collections {
		if st := s.states[c]; st != nil && st.Denied != "" && !st.Missing {
			seen.Refused = append(seen.Refused, c.Resource)
		}
	}
	return seen
}
