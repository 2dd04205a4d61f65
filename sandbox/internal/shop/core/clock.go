package core

import (
	"strconv"
	"sync"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Now is the store's time, cut to the second as MySQL's datetime columns do.
func (s *Store) Now() time.Time { return s.clock().UTC().Truncate(time.Second) }

// SetClock replaces the clock.
func (s *Store) SetClock(clock func() time.Time) { s.clock = clock }

// Zone is the store's time zone: the named zone, or else the fixed offset in hours that WordPress keeps in gmt_offset.
func (s *Store) Zone() *time.Location {
	if name := s.Options.Get("timezone_string"); name != "" {
		if zone := namedZone(name); zone != nil {
			return zone
		}
	}
	hours, err := strconv.ParseFloat(s.Options.Get("gmt_offset"), 64)
	if err != nil || hours == 0 {
		return time.UTC
	}
	return time.FixedZone("", int(hours*3600))
}

// zones caches named time zones, which are files. Every date of an answer asks for one.
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

// WireTime is the form of dates in answers. It names no zone; the field's name tells the reader.
const WireTime = "2006-01-02T15:04:05"

// LocalTime shows t by the store's clock.
func (s *Store) LocalTime(t time.Time) string { return t.In(s.Zone()).Format(WireTime) }

// GMTTime shows t in UTC.
func GMTTime(t time.Time) string { return t.UTC().Format(WireTime) }

// LocalDate shows a moment by the store's clock, null for the zero time.
func (s *Store) LocalDate(at time.Time) rest.Value {
	if at.IsZero() {
		return nil
	}
	return s.LocalTime(at)
}

// GMTDate shows a moment in UTC, null for the zero time.
func GMTDate(at time.Time) rest.Value {
	if at.IsZero() {
		return nil
	}
	return GMTTime(at)
}

// UnformattedDate is what json_encode makes of a DateTime that nobody formatted.
func (s *Store) UnformattedDate(at time.Time) rest.Value {
	if at.IsZero() {
		return nil
	}
	const layout = "2006-01-02 15:04:05.000000"
	if name := s.Options.Get("timezone_string"); name != "" {
		return rest.NewObject("date", at.In(s.Zone()).Format(layout), "timezone_type", int64(3), "timezone", name)
	}
	return rest.NewObject("date", at.UTC().Format(layout), "timezone_type", int64(1), "timezone", "+00:00")
}

// JSONTimes adds a date to an answer by the store's clock and in UTC. The zero time is null.
func (s *Store) JSONTimes(o *rest.Object, name string, t time.Time) {
	if t.IsZero() {
		o.Set(name, nil)
		o.Set(name+"_gmt", nil)
		return
	}
	o.Set(name, s.LocalTime(t))
	o.Set(name+"_gmt", GMTTime(t))
}
