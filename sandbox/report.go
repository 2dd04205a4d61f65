package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/recording"
)

// Report is the result of a [Replay].
type Report struct {
	Total int `json:"total"`
	Equal int `json:"equal"`
	// Different are the ids of the steps that differ, in the order of the file.
	Different []string `json:"different"`
	// Sections count the steps of each section, in the order of the file.
	Sections []SectionCount `json:"sections"`
	// Steps are the results of the steps that differ.
	Steps []StepResult `json:"steps"`
}

// SectionCount says how many steps of a section are equal.
type SectionCount struct {
	Name  string `json:"name"`
	Total int    `json:"total"`
	Equal int    `json:"equal"`
}

// StepResult is what became of one step.
type StepResult struct {
	ID      string `json:"id"`
	Section string `json:"section"`
	Request string `json:"request"` // method and address, or the server operation
	As      string `json:"as,omitempty"`
	Auth    string `json:"auth,omitempty"`
	Note    string `json:"note,omitempty"` // what the recording says about the step
	// Status is what the store answered; 0 for server operations.
	Status      int          `json:"status,omitempty"`
	Differences []Difference `json:"differences"`
}

// Difference is one point in which an answer differs from the recorded one.
type Difference struct {
	Path string `json:"path"` // "status", "header allow", "$.line_items[0].total"
	Want string `json:"want"`
	Got  string `json:"got"`
}

func differences(found []recording.Difference) []Difference {
	all := make([]Difference, len(found))
	for i, d := range found {
		all[i] = Difference(d)
	}
	return all
}

// shownDifferences bounds how many differences of one step are printed.
const shownDifferences = 12

// WriteText prints the report for people: each difference with its path, what was recorded and what the store answered,
// then the counts.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, step := range r.Steps {
		fmt.Fprintf(&b, "✗ %s", step.ID)
		if step.As != "" {
			fmt.Fprintf(&b, "  (%s, as %s by %s)", step.Section, step.As, step.Auth)
		} else {
			fmt.Fprintf(&b, "  (%s)", step.Section)
		}
		fmt.Fprintf(&b, "\n  %s\n", step.Request)
		if step.Note != "" {
			fmt.Fprintf(&b, "  %s\n", step.Note)
		}
		for i, d := range step.Differences {
			if i == shownDifferences {
				fmt.Fprintf(&b, "    … and %d more\n", len(step.Differences)-i)
				break
			}
			fmt.Fprintf(&b, "    %s\n      want %s\n      got  %s\n", d.Path, d.Want, d.Got)
		}
		b.WriteByte('\n')
	}
	for _, section := range r.Sections {
		fmt.Fprintf(&b, "%-16s %5d of %5d equal\n", section.Name, section.Equal, section.Total)
	}
	percent := 100.0
	if r.Total > 0 {
		percent = 100 * float64(r.Equal) / float64(r.Total)
	}
	fmt.Fprintf(&b, "%-16s %5d of %5d equal (%.2f %%)\n", "all", r.Equal, r.Total, percent)
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteJSON prints the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
