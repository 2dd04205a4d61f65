package doctor

import (
	"fmt"
	"io"
	"strings"
)

// Paint colours parts of the terminal report. A nil function leaves its text plain.
type Paint struct {
	Good, Bad, Warn, Faint, Strong func(string) string
}

func use(f func(string) string, s string) string {
	if f == nil {
		return s
	}
	return f(s)
}

// TextOptions choose what the terminal report shows besides its findings.
type TextOptions struct {
	Paint       Paint
	Width       int  // columns; 0 means 100
	Permissions bool // the map of what the key may do
	Checklist   bool // the published checklist
	Skipped     bool // the checks that could not be asked
	Verbose     bool // evidence and general cause of every finding
}

type textWriter struct {
	out   io.Writer
	opt   TextOptions
	width int
	err   error
}

// WriteText prints the report for a person: what is wrong, why we are sure, what to do; then what works.
func (r *Report) WriteText(out io.Writer, opt TextOptions) error {
	w := &textWriter{out: out, opt: opt, width: opt.Width}
	if w.width <= 20 || w.width > 110 {
		w.width = 100
	}
	w.head(r)
	shown := false
	for _, f := range r.Findings {
		if f.Root {
			w.finding(f, r)
			shown = true
		}
	}
	if !shown {
		w.line("")
	}
	w.list("What works", r.Works)
	if opt.Checklist {
		w.checklist(r)
	}
	if opt.Permissions {
		w.permissions(r)
	}
	if opt.Skipped {
		w.skipped(r)
	}
	for _, c := range r.Crashes {
		w.line("%s the check %s failed itself (%s); the others were asked", use(opt.Paint.Warn, "!"), c.ID, c.Error)
	}
	w.line("%s", use(opt.Paint.Faint, fmt.Sprintf("%d requests in %.1f s, nothing was changed on the store. Skipped checks: %d.", r.Requests, r.Elapsed.Seconds(), len(r.Skipped))))
	return w.err
}

func (w *textWriter) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

func (w *textWriter) head(r *Report) {
	p := w.opt.Paint
	switch r.Status {
	case Healthy:
		w.line("%s %s", use(p.Good, "Healthy:"), use(p.Strong, r.Target.Base)+" can be used for "+scopeNames(r.Target))
	case Warnings:
		w.line("%s %s works, and something should be looked at", use(p.Warn, "Warning:"), use(p.Strong, r.Target.Base))
	default:
		root := r.Root()
		w.line("%s %s", use(p.Bad, "Problem:"), use(p.Strong, root.Title))
		w.line("         %s", use(p.Faint, r.Target.Base))
	}
}

func (w *textWriter) finding(f Finding, r *Report) {
	p := w.opt.Paint
	mark := map[Severity]string{Problem: use(p.Bad, "✗ problem"), Warning: use(p.Warn, "! warning"), Note: use(p.Faint, "· note")}[f.Severity]
	w.line("")
	w.line("%s  %s  %s", mark, use(p.Strong, f.Title), use(p.Faint, "["+f.ID+"]"))
	w.wrap("  Why: ", f.Why+"."+surely(f.Confidence))
	if w.opt.Verbose {
		w.wrap("  Cause: ", f.Cause)
		w.wrap("  Not to be confused: ", f.Tell)
		for _, line := range f.Evidence {
			w.wrap("  Seen: ", line)
		}
	}
	if f.Severity != Note || w.opt.Verbose {
		for _, fix := range f.Fix {
			w.fix(fix)
		}
	}
	if f.Adopt != nil {
		w.wrap("  Stop-gap: ", "Waybill can "+f.Adopt.Says+" by itself: --adopt")
	}
	for _, other := range r.Findings {
		if other.Because == f.ID {
			w.wrap("  Follows from it: ", other.Title+" ["+other.ID+"]")
		}
	}
	w.line("  %s", use(p.Faint, "more: "+f.Docs))
}

func surely(c Confidence) string {
	switch c {
	case Likely:
		return " Other causes of this are rare."
	case Possible:
		return " This is the best of several explanations."
	}
	return ""
}

var kindNames = map[FixKind]string{
	FixMenu: "Click", FixWPCLI: "WP-CLI", FixPHP: "PHP", FixApache: "Apache", FixNginx: "nginx", FixHost: "To the host's support", FixClient: "In the integration",
	FixWaybill: "Waybill", FixCheck: "See it before and after",
}

func (w *textWriter) fix(fix Fix) {
	name := kindNames[fix.Kind]
	if !strings.Contains(fix.Text, "\n") && (fix.Kind == FixMenu || fix.Kind == FixHost || fix.Kind == FixClient || fix.Kind == FixWaybill) {
		w.wrap("  "+name+": ", fix.Text)
		return
	}
	// What is to be pasted is never wrapped.
	w.line("  %s:", name)
	for _, line := range strings.Split(fix.Text, "\n") {
		w.line("      %s", line)
	}
}

// wrap breaks prose at blanks.
func (w *textWriter) wrap(label, text string) {
	if text == "" {
		return
	}
	indent := strings.Repeat(" ", 4)
	line := label
	length := len([]rune(label))
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		if i > 0 && length+n+1 > w.width {
			w.line("%s", line)
			line, length = indent, len(indent)
		} else if i > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	w.line("%s", line)
}

func (w *textWriter) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	w.line("")
	w.line("%s", use(w.opt.Paint.Strong, title))
	for _, line := range lines {
		w.wrap("  "+use(w.opt.Paint.Good, "✓")+" ", line)
	}
}

func (w *textWriter) checklist(r *Report) {
	w.line("")
	w.line("%s", use(w.opt.Paint.Strong, "The usual questions"))
	for _, a := range r.Checklist {
		w.wrap("  - "+a.Question+" ", use(w.opt.Paint.Strong, a.Answer)+". "+a.Detail)
	}
}

func (w *textWriter) permissions(r *Report) {
	w.line("")
	w.line("%s", use(w.opt.Paint.Strong, "What this key may do"))
	widest := 0
	for _, p := range r.Permissions {
		widest = max(widest, len(p.Endpoint))
	}
	for _, p := range r.Permissions {
		methods := strings.Join(p.Methods, " ")
		if methods == "" {
			methods = use(w.opt.Paint.Bad, "nothing")
		}
		line := fmt.Sprintf("  %-*s  %s", widest, p.Endpoint, methods)
		if p.Note != "" {
			line += use(w.opt.Paint.Faint, "  "+p.Note)
		}
		w.line("%s", line)
	}
	if len(r.Permissions) == 0 {
		w.line("  not known: the key was not let in")
	}
}

func (w *textWriter) skipped(r *Report) {
	w.line("")
	w.line("%s", use(w.opt.Paint.Strong, "Not asked"))
	for _, s := range r.Skipped {
		w.wrap("  "+s.ID+": ", s.Reason)
	}
}
