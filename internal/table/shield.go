package table

import "regexp"

// A spreadsheet runs a cell as a formula if the cell begins with = + - @, a tab or a line break: a customer's name
// could then read the whole sheet. An apostrophe before the cell makes it text. A value that already looks shielded
// gets one more apostrophe, so that every value comes back unchanged.
var (
	runs     = regexp.MustCompile(`^'*[=+\-@\t\r\n]`)
	shielded = regexp.MustCompile(`^''*[=+\-@\t\r\n]`)
	number   = regexp.MustCompile(`^-?\d+([.,]\d+)?$`)
)

// Shield returns a cell in a form that a spreadsheet does not run. Negative numbers stay unchanged.
func Shield(cell string) string {
	if runs.MatchString(cell) && !number.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// Unshield removes the apostrophe that [Shield] adds.
func Unshield(cell string) string {
	if shielded.MatchString(cell) {
		return cell[1:]
	}
	return cell
}
