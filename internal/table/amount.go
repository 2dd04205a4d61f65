package table

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Decimal is the sign between the whole part and the fraction of an amount.
type Decimal string

// The decimal signs. The zero value accepts only amounts whose sign is certain from the amount itself.
const (
	Comma Decimal = "comma"
	Point Decimal = "point"
)

var (
	digitsAndSigns = regexp.MustCompile(`^-?[0-9., '’\x{a0}\x{202f}]*[0-9]$`)
	grouped        = regexp.MustCompile(`^[1-9][0-9]{0,2}([., '’\x{a0}\x{202f}][0-9]{3})+$`)
	spaced         = strings.NewReplacer(" ", "", "'", "", "’", "", "\u00a0", "", "\u202f", "")
)

// Amount writes an amount the way stores want it, with a decimal point and nothing between its digits: "1.234,56"
// becomes "1234.56". An amount that can be read in two ways is an error that names both readings. A text that is no
// amount is returned unchanged.
func Amount(cell string, decimal Decimal) (string, error) {
	text := strings.Replace(strings.TrimSpace(cell), "\u2212", "-", 1)
	if !digitsAndSigns.MatchString(text) {
		return cell, nil
	}
	sign, text := "", text
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	whole, fraction, err := parts(text, decimal)
	if err != nil {
		return "", fmt.Errorf("%q %w", cell, err)
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction, nil
}

// parts splits an amount without its sign into its whole part and its fraction.
func parts(text string, decimal Decimal) (whole, fraction string, err error) {
	points, commas := strings.Count(text, "."), strings.Count(text, ",")
	last := strings.LastIndexAny(text, ".,")
	if last < 0 {
		return ungroup(text)
	}
	sign, before, behind := text[last], text[:last], text[last+1:]
	named := map[byte]Decimal{',': Comma, '.': Point}[sign]
	switch {
	case points > 0 && commas > 0 && strings.IndexByte(before, sign) >= 0: // 1,234.567,8
		return "", "", errNoAmount
	case points+commas > 1 && !(points > 0 && commas > 0): // 1.234.567
		if decimal == named {
			return "", "", fmt.Errorf("has two decimal %ss", decimal)
		}
		return ungroup(text)
	case points+commas == 1 && len(behind) == 3 && grouped.MatchString(text) &&
		!strings.ContainsAny(before, " '’\u00a0\u202f"):
		// 1.234
		if decimal == "" {
			return "", "", fmt.Errorf("can be read as %s.%s or as %[1]s%[2]s: say which with --decimal point or "+
				"--decimal comma", before, behind)
		}
		if decimal != named {
			return ungroup(text)
		}
	case decimal != "" && decimal != named:
		return "", "", fmt.Errorf("is no amount with a decimal %s", decimal)
	}
	if before == "" {
		return "0", behind, nil
	}
	whole, _, err = ungroup(before)
	return whole, behind, err
}

// Shows returns the decimal sign that an amount shows for certain: the comma for "9,95", "1.250,00" and "1.234.567".
// The result is empty where the amount shows none, or can be read in two ways.
func Shows(cell string) Decimal {
	text := strings.TrimPrefix(strings.TrimSpace(cell), "-")
	if !digitsAndSigns.MatchString(text) {
		return ""
	}
	as := map[Decimal]bool{}
	for _, sign := range []Decimal{Comma, Point} {
		_, _, err := parts(text, sign)
		as[sign] = err == nil
	}
	switch {
	case !strings.ContainsAny(text, ".,"), as[Comma] == as[Point]:
		return ""
	case as[Comma]:
		return Comma
	}
	return Point
}

var errNoAmount = errors.New("is no amount: its digits are grouped in a way that nobody writes")

// ungroup removes the signs between the groups of a whole number.
func ungroup(text string) (whole, fraction string, err error) {
	plain := spaced.Replace(strings.NewReplacer(".", "", ",", "").Replace(text))
	if plain != text && !grouped.MatchString(text) {
		return "", "", errNoAmount
	}
	return plain, "", nil
}

// Whole removes a fraction of zeros from an amount. Spreadsheets add such a fraction to numbers of pieces.
func Whole(amount string) string {
	whole, fraction, _ := strings.Cut(amount, ".")
	if strings.Trim(fraction, "0") == "" {
		if short := strings.TrimLeft(whole, "0"); short != "" && short[0] != '-' {
			return short
		} else if short == "" && whole != "" {
			return "0"
		}
		return whole
	}
	return amount
}
