package doctor_test

import (
	"slices"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

// TestEveryCheckSaysWhichQuestionsItAnswers: those of its area, or its own. A list of ids that somebody has to remember
// would lack the next one.
func TestEveryCheckSaysWhichQuestionsItAnswers(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, q := range doctor.Questions() {
		known[q.ID] = true
	}
	answered := map[string]int{}
	for _, c := range doctor.Checks() {
		for _, question := range c.Answers() {
			answered[question]++
			if !known[question] {
				t.Errorf("%s answers %q, which is no question", c.ID, question)
			}
		}
		blocks := c.Area == doctor.AreaBlocking && !slices.Contains([]string{"rate-limit", "cf-origin-5xx",
			"maintenance-core"}, c.ID)
		if blocks && !slices.Contains(c.Answers(), "in-the-way") {
			t.Errorf("%s stands in the way, and answers %q", c.ID, c.Answers())
		}
		if c.Answers() == nil {
			t.Errorf("nothing says which questions the area %s answers", c.Area)
		}
	}
	for _, question := range []string{"owner-role", "key-of-user", "read-write", "ssl", "in-the-way", "rate-limit",
		"multisite", "role-changed", "capabilities", "authentication"} {
		if answered[question] == 0 {
			t.Errorf("no check answers %s", question)
		}
	}
}
