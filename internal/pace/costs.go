package pace

import "time"

// costs learns what requests of each class cost, so that a page of 100 orders and a list of bare ids can be compared.
// Within a class the cost grows with the size of the answer; WordPress's own start costs about as much as startBytes of
// it (recordings: one order against a page of 100).
//
// The cost of a class is the mean of its first answers, taken at the slowness of the store at that time, and stays. It
// need not be right in seconds: what matters is that it does not move while two numbers of slots are compared.
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
	// learnFrom is how many answers it takes before the cost of what was asked is known.
	learnFrom = 4
	// maxClasses bounds the memory should a caller invent classes; all further ones share one.
	maxClasses = 64
)

// work is the cost of one answer in seconds, and learns from it.
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
