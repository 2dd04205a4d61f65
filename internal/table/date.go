package table

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Dates says how dates are written that could be read in two ways.
type Dates string

// The orders of day and month. The zero value accepts only dates whose order is certain from the date itself.
const (
	DayFirst   Dates = "dmy"
	MonthFirst Dates = "mdy"
	// Excel1904 is for workbooks whose serial numbers count from 1904, as those of Excel on Macs once did.
	Excel1904 Dates = "excel-1904"
)

const clockTime = `(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?:\s*([AaPp])\.?[Mm]\.?)?)?`

var (
	dayOrMonth = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})([./-])(\d{4}|\d{2})` + clockTime + `$`)
	yearFirst  = regexp.MustCompile(`^(\d{4})([./-])(\d{1,2})([./-])(\d{1,2})` + clockTime + `(Z|[+-]\d{2}:?\d{2})?$`)
	serial     = regexp.MustCompile(`^\d{5}([.,]\d+)?$`)
	compact    = regexp.MustCompile(`^(19|20)\d{6}$`)
)

// Date writes a date the way stores want it: 2026-12-31T10:00:00, or 2026-12-31 for a date without a time. It reads
// what spreadsheets write: 31.12.2026, 12/31/2026 3:05 PM, 2026/12/31, and the serial number 46387.5. A date that can
// be read in two ways is an error that names both readings. A text that is no date is returned unchanged.
func Date(cell string, order Dates) (string, error) {
	text := strings.TrimSpace(strings.ReplaceAll(cell, "\u202f", " "))
	if m := yearFirst.FindStringSubmatch(text); m != nil && m[2] == m[4] {
		return date(cell, m[1], m[3], m[5], m[6:10], m[10])
	}
	if m := dayOrMonth.FindStringSubmatch(text); m != nil && m[2] == m[4] {
		return twoOrders(cell, m, order)
	}
	if compact.MatchString(text) {
		if at, err := time.Parse("20060102", text); err == nil {
			return at.Format(time.DateOnly), nil
		}
	}
	if serial.MatchString(text) {
		return ofSerial(text, order)
	}
	return cell, nil
}

// twoOrders reads a date that begins with its day or its month.
func twoOrders(cell string, m []string, order Dates) (string, error) {
	if len(m[5]) == 2 {
		return "", fmt.Errorf("%q has a year of two digits: write all four", cell)
	}
	if order == Excel1904 { // says nothing of the order of day and month
		order = ""
	}
	first, _ := strconv.Atoi(m[1])
	second, _ := strconv.Atoi(m[3])
	switch {
	case order == DayFirst, order == "" && (m[2] == "." && second <= 12 || first > 12), first == second && first <= 12:
		return date(cell, m[5], m[3], m[1], m[6:10], "")
	case order == MonthFirst, second > 12:
		return date(cell, m[5], m[1], m[3], m[6:10], "")
	case m[2] == ".":
		return date(cell, m[5], m[3], m[1], m[6:10], "")
	}
	return "", fmt.Errorf("%q can be read as %s-%02d-%02d or as %s-%02d-%02d: say which with --dates mdy or "+
		"--dates dmy", cell, m[5], first, second, m[5], second, first)
}

// date puts a date together. clock holds hour, minute, second and A or P; all are empty for a date without a time.
func date(cell, year, month, day string, clock []string, zone string) (string, error) {
	hour, _ := strconv.Atoi(clock[0])
	switch strings.ToUpper(clock[3]) {
	case "P":
		hour = hour%12 + 12
	case "A":
		hour %= 12
	}
	second := clock[2]
	if second == "" {
		second = "00"
	}
	text := year + "-" + twoDigits(month) + "-" + twoDigits(day)
	if clock[0] != "" {
		text += fmt.Sprintf("T%02d:%s:%s", hour, clock[1], second)
	}
	layout := "2006-01-02T15:04:05"
	if _, err := time.Parse(layout[:len(text)], text); err != nil {
		return "", fmt.Errorf("%q is no day of the calendar, or no time of the day", cell)
	}
	if zone != "" && clock[0] == "" {
		return cell, nil
	}
	if len(zone) == len("+0100") {
		zone = zone[:3] + ":" + zone[3:]
	}
	return text + zone, nil
}

func twoDigits(n string) string {
	if len(n) == 1 {
		return "0" + n
	}
	return n
}

// serialNumber reads a number with a decimal point or a decimal comma.
func serialNumber(text string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return n, err == nil
}

// ofSerial reads the serial number of a day as spreadsheets count days. Spreadsheets count a 29 February 1900 that did
// not exist, so the count begins two days early.
func ofSerial(text string, order Dates) (string, error) {
	days, ok := serialNumber(text)
	if !ok {
		return text, nil
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if order == Excel1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day, part := math.Modf(days)
	at := first.AddDate(0, 0, int(day)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	if part == 0 {
		return at.Format(time.DateOnly), nil
	}
	return at.Format("2006-01-02T15:04:05"), nil
}
