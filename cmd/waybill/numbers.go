package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"
)

// count writes 1234567 as 1,234,567.
func count(n int) string { return humanize.Comma(int64(n)) }

// plural is "1 order" or "2 orders".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// duration writes 1m5s, 2.3s or 40ms: two figures are enough for people.
func duration(d time.Duration) string {
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

// padRight fills text up to a width in terminal cells.
func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// padLeft is a number set to the right of a width.
func padLeft(n int64, width int) string { return fmt.Sprintf("%*d", width, n) }
