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
	// Says is the sentence that is read first: what is so, and why. It begins with the name of what it is about.
	Says string
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

// More says whether a is more urgent than b.
func More(a, b Colour) bool { return a.rank() < b.rank() }
