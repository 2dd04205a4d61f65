package frame

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/problem"
)

// funcs are what templates can do with values. None makes trusted HTML of a text.
var funcs = template.FuncMap{
	"count":    Count,
	"count64":  func(n int64) string { return Count(int(n)) },
	"plural64": func(n int64, one, many string) string { return Count(int(n)) + " " + word(int(n), one, many) },
	"plural":   func(n int, one, many string) string { return Count(n) + " " + word(n, one, many) },
	"word":     word,
	"stamp":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"utc":      func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") },
	"zoned":    zoned,
	"lasts":    Lasts,
	"ms":       func(d time.Duration) string { return Count(int(d.Milliseconds())) + " ms" },
	"cut":      cut,
	"list":     func(all ...any) []any { return all },
	"at":       func(t time.Time, as string, in *time.Location) Moment { return Moment{At: t, As: as, In: in} },
	"join":     strings.Join,
	"pieces":   pieces,
	"said":     Sentence,
	"dict":     dict,
	"problem":  problem.From,
}

// dict makes a value of names and what they stand for, to hand several things to a template.
func dict(pairs ...any) map[string]any {
	all := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			all[name] = pairs[i+1]
		}
	}
	return all
}

// Moment is a time as it is shown: in the reader's zone, and in the shop's where the reader points at it. As is clock,
// ago or day. In may be nil.
type Moment struct {
	At time.Time
	As string
	In *time.Location
}

// zoned is a time in the zone of a shop; empty without one.
func zoned(m Moment) string {
	if m.In == nil {
		return ""
	}
	return m.At.In(m.In).Format("2 Jan 2006, 15:04:05 MST") + " in the shop's zone"
}

// Count is a number with its thousands apart.
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

func word(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Lasts is a time as people say it.
func Lasts(d time.Duration) string {
	unit := func(n int, one string) string { return strconv.Itoa(n) + " " + word(n, one, one+"s") }
	switch {
	case d < time.Second:
		return "less than a second"
	case d < time.Minute:
		return unit(int(d.Seconds()), "second")
	case d < time.Hour:
		return unit(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return unit(int(d.Hours()), "hour")
	}
	return unit(int(d.Hours())/24, "day")
}

// Sentence is a text with a capital in front and a full stop behind.
func Sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "!") {
		return text
	}
	return text + "."
}

// cut shortens a text to a number of characters.
func cut(longest int, text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// piece is a part of a sentence: a text, or a time.
type piece struct {
	Text string
	At   time.Time
}

var stamps = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)

// pieces finds the times in a sentence, so that they are shown in the reader's zone.
func pieces(text string) []piece {
	var all []piece
	for {
		at := stamps.FindStringIndex(text)
		if at == nil {
			return append(all, piece{Text: text})
		}
		when, err := time.Parse(time.RFC3339, text[at[0]:at[1]])
		if err != nil {
			return append(all, piece{Text: text})
		}
		all = append(all, piece{Text: text[:at[0]]}, piece{At: when})
		text = text[at[1]:]
	}
}
