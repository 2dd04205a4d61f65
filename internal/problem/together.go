package problem

import (
	"fmt"
	"strings"
)

// mostTold is how many problems are told one by one; of more the rest is counted.
const mostTold = 20

// Together is one problem of several: under head each message has a line of its own. Code, hint and details are those
// of the first. One alone is given as it is.
func Together(head string, all []*Problem) *Problem {
	if len(all) == 1 {
		return all[0]
	}
	var b strings.Builder
	b.WriteString(head)
	for _, p := range all[:min(len(all), mostTold)] {
		b.WriteString("\n     " + p.Message)
	}
	if more := len(all) - mostTold; more > 0 {
		fmt.Fprintf(&b, "\n     and %d more", more)
	}
	together := *all[0]
	together.Message = b.String()
	return &together
}
