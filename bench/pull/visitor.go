package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// visits are the waits of a visitor, the middle one and the longest of ten.
type visits struct{ median, ninth time.Duration }

func (v visits) String() string {
	return fmt.Sprintf("%s (9 of 10 under %s)", v.median.Round(time.Millisecond), v.ninth.Round(time.Millisecond))
}

// visitor asks for a page of the shop every half second, as a person who clicks would.
type visitor struct {
	cancel context.CancelFunc
	done   chan []time.Duration
}

func watchVisitor(ctx context.Context, page string) *visitor {
	ctx, cancel := context.WithCancel(ctx)
	v := &visitor{cancel: cancel, done: make(chan []time.Duration, 1)}
	go func() {
		var waits []time.Duration
		for ctx.Err() == nil {
			began := time.Now()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
			if err != nil {
				break
			}
			answer, err := http.DefaultClient.Do(req)
			if err == nil {
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				waits = append(waits, time.Since(began))
			}
			_ = sleep(ctx, 500*time.Millisecond)
		}
		v.done <- waits
	}()
	return v
}

// stop ends the visits and sums them up.
func (v *visitor) stop() visits {
	v.cancel()
	waits := <-v.done
	if len(waits) == 0 {
		return visits{}
	}
	slices.Sort(waits)
	return visits{median: waits[len(waits)/2], ninth: waits[len(waits)*9/10]}
}
