package argument

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// StoreZone is the time zone a store's dates are meant in.
func StoreZone(st storage.Store) *time.Location {
	if zone, err := time.LoadLocation(st.Facts.TimeZone); err == nil && st.Facts.TimeZone != "" {
		return zone
	}
	return time.FixedZone("", int(math.Round(st.Facts.GMTOffset*3600)))
}

// ZoneName is the store's time zone for people: by its name, else by its distance from UTC.
func ZoneName(st storage.Store) string {
	if zone := StoreZone(st); zone.String() != "" {
		return zone.String()
	}
	minutes := int(math.Round(st.Facts.GMTOffset * 60))
	if minutes == 0 {
		return "UTC"
	}
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60)
}

// Time reads a time as a person writes it: with a zone, without one in the store's own, a day, or a span before now.
// Empty is the zero time.
func Time(text string, zone *time.Location, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04",
		"2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, nil
		}
	}
	if span, err := time.ParseDuration(text); err == nil && span > 0 {
		return now.Add(-span), nil
	}
	return time.Time{}, errors.New("a time looks like 2026-11-23, 2026-11-23T10:00:00Z, or 36h for 36 hours ago")
}
