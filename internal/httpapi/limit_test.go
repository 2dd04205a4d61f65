package httpapi

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

func TestAsManyMayWaitAsAreToldSo(t *testing.T) {
	t.Parallel()
	l := newLimiter(0, time.Now)
	var ends []func()
	for range atOnce {
		end, err := l.begin("a")
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	if _, err := l.begin("a"); !problem.Is(err, problem.TooManyRequests) {
		t.Errorf("one more: %v", err)
	}
	if _, err := l.begin("b"); err != nil {
		t.Errorf("another token: %v", err)
	}
	for _, end := range ends {
		end()
	}
	if _, err := l.begin("a"); err != nil || len(l.waiting) != 2 {
		t.Errorf("after all have ended: %v, %v", err, l.waiting)
	}
}

func TestRequestsComeBackWithTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	l := newLimiter(60, func() time.Time { return now })
	took := func(n int) (allowed int) {
		for range n {
			if l.take(map[string][]string{}, "token", "a") == nil {
				allowed++
			}
		}
		return allowed
	}
	if got := took(100); got != 60 {
		t.Errorf("at first %d", got)
	}
	now = now.Add(10 * time.Second)
	if got := took(100); got != 10 {
		t.Errorf("after ten seconds %d", got)
	}
	now = now.Add(time.Hour)
	if got := took(100); got != 60 {
		t.Errorf("after an hour %d", got)
	}
}
