package pace

import "time"

// costs learns what requests of each class cost, so that a page of 100 orders and a list of bare ids can be compared.
// Within a class the cost grows with the size of the answer. The start of WordPress costs about as much as startBytes
// of answer (by recordings: one order against a page of 100).
//
// The cost of a class is the mean of its first answers, divided by the slowness of the store at that time. The cost
// then stays. It need not be right in seconds, but it must not move while two numbers of slots are compared.
type costs struct {
	classes map[string]*classCost
	// slowness is how many times longer the store takes now than when it was first measured.
	slowness float64
}

type classCost struct {
	seen    int
	perByte float64 // seconds
}

const (
	startBytes = 16 << 10
	// learnFrom is the number of answers after which the cost of a class is known.
	learnFrom = 4
	// maxClasses bounds the memory if a caller invents classes. All further classes share one entry.
	maxClasses = 64
)

// work returns the cost of one answer in seconds, and learns from the answer.
func (c *costs) work(o Outcome, elapsed time.Duration) float64 {
	if c.classes == nil {
		c.classes = make(map[string]*classCost)
		c.slowness = 1
	}
	class := c.classes[o.Class]
	if class == nil {
		key := o.Class
		if len(c.classes) >= maxClasses {
			key = ""
		}
		if class = c.classes[key]; class == nil {
			class = &classCost{}
			c.classes[key] = class
		}
	}
	size := float64(o.Bytes + startBytes)
	took := max(elapsed.Seconds(), 1e-6)
	if class.seen < learnFrom {
		class.seen++
		class.perByte += (took/size/c.slowness - class.perByte) / float64(class.seen)
		return class.perByte * size
	}
	work := class.perByte * size
	c.slowness += 0.1 * (took/work - c.slowness)
	return work
}
