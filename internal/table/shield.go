package table

import "regexp"

// A spreadsheet takes a cell for a formula that begins with one of = + - @, a tab or a line break, and runs it: a
// customer's name can then read the whole sheet. An apostrophe before it makes it text. So that every value comes back
// as it was, a value that looks shielded already gets one more.
var (
	runs     = regexp.MustCompile(`^'*[=+\-@\t\r\n]`)
	shielded = regexp.MustCompile(`^''*[=+\-@\t\r\n]`)
	number   = regexp.MustCompile(`^-?\d+([.,]\d+)?$`)
)

// Shield is a cell as it can be opened in a spreadsheet without being run. Numbers below zero stay what they are.
func Shield(cell string) string {
	if runs.MatchString(cell) && !number.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// Unshield takes the apostrophe of Shield away.
func Unshield(cell string) string {
	if shielded.MatchString(cell) {
		return cell[1:]
	}
	return cell
}
