package core

import (
	"regexp"
	"strings"
	"time"
)

var zonedDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[-+]\d{2}:\d{2})$`)

// ParseMoment is wc_string_to_datetime. A date with time and zone is that moment. Any other date is read by the store's
// clock, and a zone in it is ignored.
func (s *Store) ParseMoment(text string) (time.Time, bool) {
	if zonedDate.MatchString(text) {
		at, err := time.Parse(time.RFC3339, text)
		return at.UTC(), err == nil
	}
	wall, ok := s.ParseWall(text)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, s.Zone()).
			UTC(),
		true
}

// ParseWall reads a date as PHP's strtotime does in UTC, as far as clients send dates: "2024-02-01", with a time after
// "T" or a blank, with fractions of a second, with a zone. A single letter is a military time zone of today
// (recordings: cpn-expires-bad).
func (s *Store) ParseWall(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02", "2006/01/02", "20060102",
		"2 January 2006", "January 2, 2006", time.RFC1123Z, time.RFC1123,
	} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	if overflow, ok := parseOverflowing(text); ok {
		return overflow, true
	}
	if len(text) == 1 {
		if offset, ok := militaryZone(text[0]); ok {
			return s.Now().Add(-offset), true
		}
	}
	switch strings.ToLower(text) {
	case "now":
		return s.Now(), true
	case "today":
		return s.Now().Truncate(24 * time.Hour), true
	case "tomorrow":
		return s.Now().Truncate(24*time.Hour).AddDate(0, 0, 1), true
	}
	return time.Time{}, false
}

var dateParts = regexp.MustCompile(
	`^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[-+]\d{2}:?\d{2})?)?$`)

// parseOverflowing reads dates such as February 30th, which PHP counts on into the next month.
func parseOverflowing(text string) (time.Time, bool) {
	parts := dateParts.FindStringSubmatch(text)
	if parts == nil {
		return time.Time{}, false
	}
	field := func(i int) int {
		n := 0
		for _, c := range parts[i] {
			n = n*10 + int(c-'0')
		}
		return n
	}
	if field(2) < 1 || field(2) > 12 || field(3) > 31 || field(4) > 24 || field(5) > 59 || field(6) > 60 {
		return time.Time{}, false
	}
	at := time.Date(field(1), time.Month(field(2)), field(3), field(4), field(5), field(6), 0, time.UTC)
	if zone := parts[7]; zone != "" && zone != "Z" {
		if offset, err := time.Parse("-0700", strings.ReplaceAll(zone, ":", "")); err == nil {
			_, seconds := offset.Zone()
			at = at.Add(-time.Duration(seconds) * time.Second)
		}
	}
	return at, true
}

// militaryZone is the offset of a one-letter time zone.
func militaryZone(letter byte) (time.Duration, bool) {
	letter |= 0x20
	switch {
	case letter == 'z':
		return 0, true
	case 'a' <= letter && letter <= 'i':
		return time.Duration(letter-'a'+1) * time.Hour, true
	case 'k' <= letter && letter <= 'm':
		return time.Duration(letter-'k'+10) * time.Hour, true
	case 'n' <= letter && letter <= 'y':
		return -time.Duration(letter-'n'+1) * time.Hour, true
	}
	return 0, false
}
