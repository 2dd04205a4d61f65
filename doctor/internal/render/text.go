package render

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/doctor/internal/catalogue"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
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
	Skipped     bool // the checks that were skipped, with the reason
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
	if r.Only != "" {
		w.headOfOne(r)
	} else {
		w.head(r)
	}
	for _, f := range r.Findings {
		if f.Root {
			w.finding(f, r)
		}
	}
	w.list("What works", r.Works)
	w.unasked(r)
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
	w.foot(r)
	return w.err
}

func (w *textWriter) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

// head says in a sentence how the store is.
func (w *textWriter) head(r *Report) {
	p := w.opt.Paint
	base := use(p.Strong, r.home())
	works, others, partly := r.thirds()
	seen := len(others) == 0
	asked := strings.Join(slices.Concat(works, others, partly), ", ")
	n := 0
	for _, f := range r.Findings {
		n += evidence.BoolToInt(f.Root && f.Severity == catalogue.Warning)
	}
	switch {
	case r.Status == Problems && r.Target.HasKey && seen:
		w.wrap(use(p.Bad, "✗ Works, and must be mended all the same:")+" ", base)
	case r.Status == Problems:
		w.wrap(use(p.Bad, "✗ Does not work:")+" ", base+": "+r.whatWorks()+".")
	case !r.Target.HasKey && r.Status == Warnings:
		w.wrap(use(p.Warn, "! Without a key, "+evidence.Plural(n, "warning")+":")+" ",
			base+". Whether "+asked+" can be used shows with a key only.")
	case !r.Target.HasKey:
		w.wrap(use(p.Warn, "! Without a key nothing wrong was seen:")+" ",
			base+". Whether "+asked+" can be used shows with a key only.")
	case r.Status == Warnings && seen:
		far := ""
		if len(partly) > 0 {
			far = " as far as it was asked"
		}
		w.wrap(use(p.Warn, "! Works"+far+", with "+evidence.Plural(n, "warning")+":")+" ", base)
	case !seen:
		text := "not seen to work: " + strings.Join(others, ", ")
		if len(works) > 0 {
			text += "; seen to work: " + strings.Join(works, ", ")
		}
		w.wrap(use(p.Warn, "! Not all of it was seen to work, "+evidence.Plural(n, "warning")+":")+" ",
			base+": "+text+".")
	default:
		w.wrap(use(p.Good, wellHead(partly))+" ", base+healthyFor(works, partly))
	}
}

func (w *textWriter) foot(r *Report) {
	text := fmt.Sprintf("%d requests in %.1f s; nothing was changed on the store.", r.Requests, r.Elapsed.Seconds())
	if n := len(r.Skipped); n > 0 && !w.opt.Skipped && r.Only == "" {
		why := "--skipped says why"
		if !slices.ContainsFunc(r.Skipped,
			func(s catalogue.Skipped) bool { return !strings.HasPrefix(s.Reason, catalogue.NotWanted) }) {
			why = "not in --for"
		}
		text += fmt.Sprintf(" %s skipped (%s).", evidence.Plural(n, "check"), why)
	}
	w.line("")
	if r.Target.HasKey && r.Target.Writes() && r.Only == "" {
		w.wrap("", use(w.opt.Paint.Faint, "Not tried: a write that goes through. Writes were sent in a form that "+
			"WooCommerce refuses, so a plugin that refuses them by what is in them was not met, "+
			"nor a database that saves nothing."))
	}
	w.wrap("", use(w.opt.Paint.Faint, text))
}

func (w *textWriter) finding(f catalogue.Finding, r *Report) {
	p := w.opt.Paint
	mark := map[catalogue.Severity]string{catalogue.Problem: use(p.Bad, "✗ Problem:"),
		catalogue.Warning: use(p.Warn, "! Warning:"), catalogue.Note: use(p.Faint, "· Note:")}[f.Severity]
	w.line("")
	w.wrap(mark+" ", use(p.Strong, f.Title))
	w.wrap("  "+use(p.Strong, "Why")+"  ", f.Why+"."+surely(f.Confidence))
	if w.opt.Verbose {
		w.wrap("  Cause: ", f.Cause)
		w.wrap("  Not to be confused: ", f.Tell)
		for _, line := range f.Evidence {
			w.wrap("  Seen: ", line)
		}
	}
	if f.Severity != catalogue.Note || w.opt.Verbose {
		w.fixes(f)
	}
	for _, other := range r.Findings {
		if other.Because == f.ID {
			w.wrap("  Follows from it: ", other.Title+" ["+other.ID+"]")
		}
	}
	w.line("  %s", use(p.Faint, "More: waybill doctor --explain "+f.ID))
}

// fixes prints first what a person can click, or change in the integration where that is tried first, and last what
// shows the fault.
func (w *textWriter) fixes(f catalogue.Finding) {
	var clicks, others, last []catalogue.Fix
	adopting := false
	for i, fix := range f.Fix {
		adopting = adopting || fix.Kind == catalogue.FixWaybill && strings.Contains(fix.Text, "--adopt")
		switch fix.Kind {
		case catalogue.FixMenu:
			clicks = append(clicks, fix)
		case catalogue.FixClient:
			if i == 0 {
				clicks = append(clicks, fix)
			} else {
				others = append(others, fix)
			}
		case catalogue.FixWaybill, catalogue.FixCheck, catalogue.FixLook:
			last = append(last, fix)
		default:
			others = append(others, fix)
		}
	}
	for _, fix := range slices.Concat(clicks, others, last) {
		w.fix(fix)
	}
	if f.Adopt != nil && !adopting {
		w.wrap("  "+use(w.opt.Paint.Strong, "Stop-gap")+"  ", "Waybill can "+f.Adopt.Says+" by itself: --adopt")
	}
}

func surely(c verdict.Confidence) string {
	switch c {
	case verdict.Likely:
		return " Other causes of this are rare."
	case verdict.Possible:
		return " This is the best of several explanations."
	}
	return ""
}

func (w *textWriter) fix(fix catalogue.Fix) {
	name := use(w.opt.Paint.Strong, catalogue.KindNames[fix.Kind])
	prose := fix.Kind == catalogue.FixMenu || fix.Kind == catalogue.FixLook || fix.Kind == catalogue.FixHost ||
		fix.Kind == catalogue.FixClient || fix.Kind == catalogue.FixWaybill && !strings.HasPrefix(fix.Text, "waybill ")
	if prose && !strings.Contains(fix.Text, "\n") {
		w.wrap("  "+name+"  ", fix.Text)
		return
	}
	// What is to be pasted is never wrapped; what is said about it stands above, so that it does not make the line
	// longer.
	w.line("  %s", name)
	for _, line := range strings.Split(fix.Text, "\n") {
		command, about, found := strings.Cut(line, "   # ")
		if found {
			w.wrap("      # ", use(w.opt.Paint.Faint, about))
		}
		w.line("      %s", strings.TrimRight(command, " "))
	}
}

// wrap breaks prose at blanks. The lines that follow are indented like the text, at most by four.
func (w *textWriter) wrap(label, text string) {
	if text == "" {
		return
	}
	indent := strings.Repeat(" ", min(visible(label), 4))
	if strings.HasSuffix(label, "# ") {
		indent = label // a comment goes on as one
	}
	line, length := label, visible(label)
	for i, word := range strings.Fields(text) {
		n := visible(word)
		if i > 0 && length+n+1 > w.width {
			w.line("%s", line)
			line, length = indent, visible(indent)
		} else if i > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	w.line("%s", line)
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// visible is how many columns a text takes; colours take none.
func visible(text string) int { return utf8.RuneCountInString(escapes.ReplaceAllString(text, "")) }

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
