package terminal

import "charm.land/lipgloss/v2"

// The styles use the sixteen colours of the terminal's own theme, so that they can be read on a light and on a dark
// background.
var (
	styleGood   = lipgloss.NewStyle().Foreground(lipgloss.Green)
	styleBad    = lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true)
	styleWarn   = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	styleFaint  = lipgloss.NewStyle().Faint(true)
	styleStrong = lipgloss.NewStyle().Bold(true)
	styleAccent = lipgloss.NewStyle().Foreground(lipgloss.Cyan)
)

// Good is for what went well.
func (t Terminal) Good(s string) string { return t.paint(styleGood, s) }

// Bad is for what failed or is lost.
func (t Terminal) Bad(s string) string { return t.paint(styleBad, s) }

// Warn is for what somebody should look at.
func (t Terminal) Warn(s string) string { return t.paint(styleWarn, s) }

// Faint is for what need not be read.
func (t Terminal) Faint(s string) string { return t.paint(styleFaint, s) }

// Strong is for names and headings.
func (t Terminal) Strong(s string) string { return t.paint(styleStrong, s) }

// Accent is for commands to type.
func (t Terminal) Accent(s string) string { return t.paint(styleAccent, s) }

func (t Terminal) paint(style lipgloss.Style, s string) string {
	if !t.Colour || s == "" {
		return s
	}
	return style.Render(s)
}
