package verdict

// Colour is what a state means to who looks.
type Colour string

// The colours, the most urgent first.
const (
	Act   Colour = "act"   // somebody must act
	Heals Colour = "heals" // it heals by itself
	Idle  Colour = "idle"  // nothing is meant to happen
	Good  Colour = "good"
)

// rank orders colours by urgency.
func (c Colour) rank() int {
	for i, one := range []Colour{Act, Heals, Idle, Good} {
		if c == one {
			return i
		}
	}
	return 4
}

// Verdict is how something stands.
type Verdict struct {
	Colour Colour
	// Word names the state: On time, Late, Down, …
	Word string
	// Says is the sentence that is read first: what is so, and why. It names what it is about. Detail is what else was
	// seen; it may be empty.
	Says, Detail string
	// Who takes the next step, such as You; empty where nobody must.
	Who string
	// Fix is that step.
	Fix string
}

// State is the word with its colour, for a row.
func (v Verdict) State() State { return State{v.Colour, v.Word} }

// State is a word with its colour.
type State struct {
	Colour Colour
	Word   string
}

// Before says whether a is more urgent than b. Of two that need somebody, orders that do not come go before writes that
// wait.
func Before(a, b Verdict) bool {
	if a.Colour != b.Colour {
		return a.Colour.rank() < b.Colour.rank()
	}
	return a.weight() < b.weight()
}

func (v Verdict) weight() int {
	switch v.Word {
	case Down:
		return 0
	case Late:
		return 1
	}
	return 2
}

// act needs somebody, heals does not, idle is meant to be so, well is well.
func act(word, says, who, fix string) Verdict {
	return Verdict{Colour: Act, Word: word, Says: says, Who: who, Fix: fix}
}

func heals(word, says, next string) Verdict {
	return Verdict{Colour: Heals, Word: word, Says: says, Fix: next}
}

func idle(word, says, who, fix string) Verdict {
	return Verdict{Colour: Idle, Word: word, Says: says, Who: who, Fix: fix}
}

func well(word, says string) Verdict { return Verdict{Colour: Good, Word: word, Says: says} }
