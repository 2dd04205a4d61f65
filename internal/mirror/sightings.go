package mirror

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// sightings returns what a step saw of the store that people should know. With more to do, what is missing now may be
// found by the next step, so only the last step tells it.
func (s *step) sightings(ctx context.Context, more bool) storage.Sightings {
	seen := storage.Sightings{
		HiddenOrders: len(s.About.Hidden.Known),
		UnseenOrders: s.About.Hidden.Missing,
		Volatile:     s.watch.Learned(),
	}
	if sign := s.Asker.BehindCache(); sign != "" {
		seen.Cache = sign
		s.warn(behindCache(sign))
	}
	if n := seen.UnseenOrders; n > 0 && !more {
		s.warn(unseenOrders(n))
	}
	seen.Unlisted = s.unlisted(ctx)
	for _, u := range seen.Unlisted {
		if !more {
			s.warn(unlisted(u))
		}
	}
	for _, c := range roster.Collections {
		if st := s.states[c]; st != nil && st.Denied != "" && !st.Missing {
			seen.Refused = append(seen.Refused, c.Resource)
			if st.Closed {
				seen.Closed = append(seen.Closed, c.Resource)
			}
		}
	}
	return seen
}

// unlisted returns the collections of which the store counts more records than its lists show.
func (s *step) unlisted(ctx context.Context) []storage.Unlisted {
	var all []storage.Unlisted
	for _, c := range roster.Collections {
		st := s.states[c]
		if st == nil || !st.Live || st.Fill != nil {
			continue
		}
		if st.Census.Skew <= 0 && st.Census.Hidden == 0 {
			continue
		}
		held, err := s.repo.Counts(ctx, s.StoreID, c.Resource)
		if err != nil {
			continue // the next step tells
		}
		// Some may have been found since in another way: under their ids, or among the newest.
		counted, shows := 0, s.of(c).counting().listable(held)
		if st.Census.Skew > 0 {
			counted = st.Census.Total
		}
		if counted = max(counted, shows) + st.Census.Hidden; counted > shows {
			all = append(all, storage.Unlisted{
				Resource: c.Resource, Counted: counted, Shown: shows, OnePage: st.Census.Stuck,
			})
		}
	}
	return all
}
