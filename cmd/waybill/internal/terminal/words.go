package terminal

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"
)

// Count writes 1234567 as 1,234,567.
func Count(n int) string { return humanize.Comma(int64(n)) }

// Plural is "1 order" or "2 orders".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Duration writes 1m5s, 2.3s or 40ms: two figures are enough for people.
func Duration(d time.Duration) string {
	switch {
	case d >= time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Millisecond).String()
}

// Moment is a time as people read it, to the second, with the distance of its zone from UTC: who reads it may sit in
// another zone than the shop, the machine or a colleague.
func Moment(t time.Time) string { return t.Format(time.DateTime) + " " + Offset(t) }

// Offset is the distance of a time's zone from UTC, such as +01:00; UTC itself by its name.
func Offset(t time.Time) string {
	if _, seconds := t.Zone(); seconds == 0 {
		return "UTC"
	}
	return t.Format("-07:00")
}

// Ago is how long ago something was, to the unit that people think in.
func Ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%ds ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh %dm ago", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days ago", int(d.Hours())/24)
}

// Join puts the parts that are not empty together.
func Join(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// PadRight fills text up to a width in terminal cells.
func PadRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// PadLeft is a number set to the right of a width.
func PadLeft(n int64, width int) string { return fmt.Sprintf("%*d", width, n) }
