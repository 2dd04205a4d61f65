package woo

import (
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

const storeTime = "2006-01-02T15:04:05"

// LocalTime is a date and time on the store's own clock, such as date_created: without the store's zone it is not a
// moment, and during the hour that a zone repeats it names two. It keeps the store's text; null, "" and a field that was
// not sent stay apart. Use the *_gmt twin of a field to know when something happened.
type LocalTime struct{ scalar }

// NewLocalTime writes t as the clock in t's own zone shows it.
func NewLocalTime(t time.Time) LocalTime {
	return LocalTime{scalar{jsonvalue.Quote(t.Format(storeTime))}}
}

// In gives the moment in the store's zone, and false when there is no date.
func (l LocalTime) In(store *time.Location) (time.Time, bool) {
	return parseStoreTime(l.String(), store)
}

// GMTTime is a date and time in UTC, such as date_created_gmt. It keeps the store's text.
type GMTTime struct{ scalar }

// NewGMTTime writes t in UTC.
func NewGMTTime(t time.Time) GMTTime {
	return GMTTime{scalar{jsonvalue.Quote(t.UTC().Format(storeTime))}}
}

// Time gives the moment, and false when there is no date.
func (g GMTTime) Time() (time.Time, bool) { return parseStoreTime(g.String(), time.UTC) }

// parseStoreTime reads the store's format; some extensions add a zone or use a blank, and a zone that is spelled out wins.
func parseStoreTime(text string, zone *time.Location) (time.Time, bool) {
	text = strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	if t, err := time.ParseInLocation(storeTime, text, zone); err == nil {
		return t, true
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.In(zone), true
	}
	return time.Time{}, false
}
