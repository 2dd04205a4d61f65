package rest

import (
	"strconv"
	"strings"
	"time"
)

// DateTime is a date-time parameter as it was written: the clock time, and the offset if one was given.
type DateTime struct {
	// Wall is the clock time as if it were UTC.
	Wall time.Time
	// Offset to UTC in seconds; meaningful only when HasOffset.
	Offset    int
	HasOffset bool
}

// ParseDateTime reads the form that WordPress accepts. Like PHP's strtotime it carries overflows: February 31 is March
// 3, 24:00 is the next day. Months beyond 12, days beyond 31, hours beyond 24, and minutes or seconds beyond 59 are
// refused.
func ParseDateTime(s string) (DateTime, bool) {
	if !dateTime.MatchString(s) {
		return DateTime{}, false
	}
	s = strings.TrimSuffix(s, "\n")
	number := func(from, to int) int {
		n, _ := strconv.Atoi(s[from:to])
		return n
	}
	year, month, day := number(0, 4), number(5, 7), number(8, 10)
	hour, minute, second := number(11, 13), number(14, 16), number(17, 19)
	if month > 12 || day > 31 || hour > 24 || minute > 59 || second > 59 {
		return DateTime{}, false
	}
	parsed := DateTime{Wall: time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)}
	zone := s[19:]
	if strings.HasPrefix(zone, ".") {
		zone = strings.TrimLeft(zone[1:], "0123456789")
	}
	switch {
	case zone == "":
		return parsed, true
	case zone == "Z":
		parsed.HasOffset = true
		return parsed, true
	}
	hours, _ := strconv.Atoi(zone[1:3])
	minutes := 0
	if len(zone) == 6 {
		minutes, _ = strconv.Atoi(zone[4:6])
	}
	parsed.Offset = (hours*60 + minutes) * 60
	if zone[0] == '-' {
		parsed.Offset = -parsed.Offset
	}
	parsed.HasOffset = true
	return parsed, true
}

// In returns the moment. Without an offset the clock time is taken as that of zone.
func (d DateTime) In(zone *time.Location) time.Time {
	if d.HasOffset {
		return d.Wall.Add(-time.Duration(d.Offset) * time.Second)
	}
	w := d.Wall
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, zone).UTC()
}
