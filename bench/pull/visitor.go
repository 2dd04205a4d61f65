package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// visits are the waits of a visitor.
type visits []time.Duration

// String gives the median and the ninth of ten.
func (v visits) String() string {
	if len(v) == 0 {
		return "no visit"
	}
	sorted := slices.Sorted(slices.Values(v))
	middle, ninth := sorted[len(sorted)/2], sorted[len(sorted)*9/10]
	return fmt.Sprintf("%s (9 of 10 under %s)", middle.Round(time.Millisecond), ninth.Round(time.Millisecond))
}

// visitor asks for a page of the shop every half second, as a person who clicks would.
type visitor struct {
	cancel context.CancelFunc
	done   chan visits
}

func watchVisitor(ctx context.Context, page string) *visitor {
	ctx, cancel := context.WithCancel(ctx)
	v := &visitor{cancel: cancel, done: make(chan visits, 1)}
	go func() {
		var waits visits
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

// stop ends the visits.
func (v *visitor) stop() visits {
	v.cancel()
	return <-v.done
}
