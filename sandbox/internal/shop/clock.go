package shop

import (
	"strconv"
	"sync"
	"time"
)

// Now is the store's time, cut to the second as MySQL's datetime columns do.
func (s *Store) Now() time.Time { return s.clock().UTC().Truncate(time.Second) }

// SetClock replaces the clock.
func (s *Store) SetClock(clock func() time.Time) { s.clock = clock }

// Zone is the store's time zone: the named zone, or else the fixed offset in
// hours that WordPress keeps in gmt_offset.
func (s *Store) Zone() *time.Location {
	if name := s.options.Get("timezone_string"); name != "" {
		if zone := namedZone(name); zone != nil {
			return zone
		}
	}
	hours, err := strconv.ParseFloat(s.options.Get("gmt_offset"), 64)
	if err != nil || hours == 0 {
		return time.UTC
	}
	return time.FixedZone("", int(hours*3600))
}

// zones keeps named time zones, which are files to be read: every date of an
// answer asks for one.
var zones sync.Map // name to *time.Location, nil for unknown names

func namedZone(name string) *time.Location {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = nil // WordPress falls back on gmt_offset
	}
	zones.Store(name, zone)
	return zone
}

// wireTime is the form of dates in answers: no zone, the reader has to know.
const wireTime = "2006-01-02T15:04:05"

// localTime shows t on the wall of the store.
func (s *Store) localTime(t time.Time) string { return t.In(s.Zone()).Format(wireTime) }

// gmtTime shows t in UTC.
func gmtTime(t time.Time) string { return t.UTC().Format(wireTime) }
