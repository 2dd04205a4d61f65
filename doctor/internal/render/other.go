package render

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/catalogue"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// WriteJSON prints the report as one indented JSON object. Its form is documented in docs/doctor-report.schema.json.
func (r *Report) WriteJSON(out io.Writer) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// WriteMarkdown prints the report for a ticket.
func (r *Report) WriteMarkdown(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n", r.home(), r.Status)
	fmt.Fprintf(&b, "Asked %s for: %s. %d requests, nothing was changed on the store.\n",
		r.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"), evidence.ScopeNames(r.Target), r.Requests)
	for _, f := range r.Findings {
		if !f.Root {
			continue
		}
		fmt.Fprintf(&b, "\n## %s: %s\n\n`%s`, %s. %s.\n", evidence.Capitalise(string(f.Severity)), f.Title, f.ID,
			f.Confidence, f.Why)
		if f.Cause != "" {
			fmt.Fprintf(&b, "\n%s\n", f.Cause)
		}
		if len(f.Fix) > 0 {
			b.WriteString("\n### What to do\n")
		}
		for _, fix := range f.Fix {
			catalogue.WriteFixMarkdown(&b, fix)
		}
		if len(f.Evidence) > 0 {
			b.WriteString("\n### Seen\n\n")
			for _, line := range f.Evidence {
				fmt.Fprintf(&b, "- `%s`\n", strings.ReplaceAll(line, "`", "'"))
			}
		}
		for _, other := range r.Findings {
			if other.Because == f.ID {
				fmt.Fprintf(&b, "\nFollows from it: %s (`%s`)\n", other.Title, other.ID)
			}
		}
	}
	writeListMarkdown(&b, "What works", r.Works)
	b.WriteString("\n## The usual questions\n\n| question | answer | |\n|---|---|---|\n")
	for _, a := range r.Checklist {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(a.Question), cell(a.Answer), cell(a.Detail))
	}
	if len(r.Permissions) > 0 {
		b.WriteString("\n## What this key may do\n\n| endpoint | methods | |\n|---|---|---|\n")
		for _, p := range r.Permissions {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Endpoint,
				evidence.FirstOf(strings.Join(p.Methods, " "), "nothing"), cell(p.Note))
		}
	}
	if len(r.Site) > 0 {
		b.WriteString("\n## The store\n\n")
		for _, s := range r.Site {
			fmt.Fprintf(&b, "- %s: %s\n", s.Name, cell(s.Value))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(s)
}

func writeListMarkdown(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	for _, line := range lines {
		fmt.Fprintf(b, "- %s\n", line)
	}
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Error   *junitMessage `xml:"error,omitempty"`
	Skipped *junitMessage `xml:"skipped,omitempty"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit prints one test case for each check: problems are failures, warnings and notes pass with their text.
func (r *Report) WriteJUnit(out io.Writer) error {
	suite := junitSuite{Name: "waybill doctor " + r.Target.Base, Time: fmt.Sprintf("%.3f", r.Elapsed.Seconds())}
	area := map[string]catalogue.Area{}
	for _, c := range catalogue.Checks() {
		area[c.ID] = c.Area
	}
	add := func(id string, c junitCase) {
		c.Name, c.Class = id, "doctor."+string(area[id])
		suite.Cases = append(suite.Cases, c)
		suite.Tests++
	}
	for _, f := range r.Findings {
		text := f.Title + "\n" + f.Why + "\n"
		for _, fix := range f.Fix {
			text += catalogue.KindNames[fix.Kind] + ": " + fix.Text + "\n"
		}
		if f.Severity == catalogue.Problem {
			suite.Failures++
			add(f.ID, junitCase{Failure: &junitMessage{Message: f.Title, Type: string(f.Confidence), Text: text}})
		} else {
			add(f.ID, junitCase{Output: string(f.Severity) + ": " + text})
		}
	}
	for _, c := range r.Crashes {
		suite.Errors++
		add(c.ID, junitCase{Error: &junitMessage{Message: c.Error}})
	}
	for _, id := range r.Passed {
		add(id, junitCase{})
	}
	for _, one := range r.NotAsked {
		suite.Skipped++
		suite.Tests++
		suite.Cases = append(suite.Cases, junitCase{Name: string(one.Scope), Class: "doctor.not-asked",
			Skipped: &junitMessage{Message: "there was no room to ask for " + strings.Join(one.Requests, ", ")}})
	}
	for _, s := range r.Skipped {
		suite.Skipped++
		add(s.ID, junitCase{Skipped: &junitMessage{Message: s.Reason}})
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	if err := enc.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}
