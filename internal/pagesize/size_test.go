package pagesize

import (
	"slices"
	"testing"
)

func TestAPageSizeRecovers(t *testing.T) {
	t.Parallel()
	s := New(100, 0)
	var seen []int
	for s.Failed(s.Now()) {
		seen = append(seen, s.Now())
	}
	for s.Now() < 100 {
		for range recovery {
			s.Succeeded(s.Next())
		}
		trial := s.Next()
		if again := s.Next(); again >= trial {
			t.Fatalf("a second page tries %d before the first one is back", again)
		}
		s.Succeeded(trial)
		seen = append(seen, s.Now())
	}
	if want := []int{50, 20, 10, 5, 2, 5, 10, 20, 50, 100}; !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}

func TestAPageSizeThatFailedIsTriedLessAndLess(t *testing.T) {
	t.Parallel()
	s := New(100, 0)
	s.Failed(100)
	trials := 0
	for range 400 {
		size := s.Next()
		if size > 50 {
			trials++
			s.Failed(size)
		} else {
			s.Succeeded(size)
		}
	}
	if s.Now() != 50 || trials > 5 {
		t.Errorf("size %d after %d trials", s.Now(), trials)
	}
}
