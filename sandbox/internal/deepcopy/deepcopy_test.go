package deepcopy

import (
	"math/rand/v2"
	"testing"
	"time"
)

type node struct {
	name  string
	next  *node
	tags  []string
	notes map[string]*node
	any   any
	at    time.Time
	rule  func() string
}

func TestCopySharesNothingThatCanChange(t *testing.T) {
	t.Parallel()
	original := &node{name: "a", tags: []string{"x"}, at: time.Now().UTC(), rule: func() string { return "r" }}
	original.next = original
	original.notes = map[string]*node{"self": original}
	original.any = []any{original, 1, "s"}

	kept := Of(original)
	original.name, original.tags[0] = "changed", "changed"
	original.notes["more"] = nil
	original.any.([]any)[1] = 2

	switch {
	case kept == original, kept.name != "a", kept.tags[0] != "x", len(kept.notes) != 1:
		t.Errorf("the copy changed with the original: %+v", kept)
	case kept.next != kept, kept.notes["self"] != kept, kept.any.([]any)[0] != any(kept):
		t.Error("what was one thing became several")
	case kept.any.([]any)[1] != 1:
		t.Error("values behind interfaces are shared")
	case kept.at != original.at || kept.rule() != "r":
		t.Error("times and functions must be the same")
	}
}

func TestCopiedRandomSourceContinuesWhereTheOriginalStood(t *testing.T) {
	t.Parallel()
	original := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // repeatable on purpose
	original.Uint64()
	kept := Of(original)
	first, second := original.Uint64(), original.Uint64()
	if kept.Uint64() != first || kept.Uint64() != second {
		t.Error("the copy draws other numbers")
	}
}

func TestNilsAndEmptyThingsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	kept := Of(struct {
		p *node
		s []string
		e []string
		m map[string]int
		i any
	}{e: []string{}})
	if kept.p != nil || kept.s != nil || kept.e == nil || kept.m != nil || kept.i != nil {
		t.Errorf("got %+v", kept)
	}
}
