package pagesize

import "sync"

// Size is how many records a page of one resource asks for. It falls when a store fails on large pages, and a larger
// one is tried now and then, by one page at a time and less and less often. The chains of a resource share it.
type Size struct {
	mu       sync.Mutex
	full     int
	current  int // 0: full
	good     int // pages since the last change
	patience int // pages before a larger size is tried; 0: the first time
	trying   int // the larger size that one page is out to try; 0: none
}

// sizes are the steps down from a full page. Two is the smallest that can overlap.
var sizes = []int{50, 20, 10, 5, 2}

// recovery is how many pages must succeed before a larger size is tried the first time.
const recovery = 12

// New is a size that begins with full pages, or with what [Size.Kept] gave when it was last remembered.
func New(full, kept int) *Size { return &Size{full: full, current: kept} }

// Now is the size that works.
func (s *Size) Now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size()
}

func (s *Size) size() int {
	if s.current == 0 {
		return s.full
	}
	return s.current
}

// Next is the size for the next page: the one that works, or once in a while the next larger one.
func (s *Size) Next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == 0 || s.trying != 0 || s.good < max(s.patience, recovery) {
		return s.size()
	}
	s.trying = s.full
	for _, size := range sizes {
		if size > s.current {
			s.trying = min(s.trying, size)
		}
	}
	return s.trying
}

// Succeeded counts a page of a size.
func (s *Size) Succeeded(size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.good++
	if s.trying == 0 || size < s.trying {
		return
	}
	s.current, s.trying, s.good = s.trying, 0, 0
	if s.current >= s.full {
		s.current = 0
	}
}

// Failed takes the next smaller size after a page of a size failed; false when there is none.
func (s *Size) Failed(size int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trying != 0 && size >= s.trying {
		s.trying, s.good, s.patience = 0, 0, 2*max(s.patience, recovery)
		return true
	}
	if size > s.size() {
		return true // smaller already
	}
	for _, smaller := range sizes {
		if smaller < s.size() {
			s.current, s.good, s.trying = smaller, 0, 0
			return true
		}
	}
	return false
}

// Kept is the size to remember, 0 for the full one.
func (s *Size) Kept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}
