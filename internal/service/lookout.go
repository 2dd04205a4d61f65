package service

import (
	"context"
	"sync"
	"time"
)

// lookout looks for problems as long as a process works.
type lookout struct {
	quit context.CancelFunc
	loop sync.WaitGroup
}

// lookOut begins to look for problems. A process that only serves the API looks too: where nobody else works, that is
// what it finds.
func (s *Service) lookOut() *lookout {
	ctx, quit := context.WithCancel(context.Background())
	l := &lookout{quit: quit}
	l.loop.Go(func() {
		ticker := time.NewTicker(s.looker.Every())
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := s.looker.LookWhenDue(ctx); err != nil && ctx.Err() == nil {
					s.opts.Logger.WarnContext(ctx, "cannot look for problems", "error", err)
				}
			}
		}
	})
	return l
}

// stop ends the looking and returns when nobody looks any more.
func (l *lookout) stop() {
	l.quit()
	l.loop.Wait()
}
