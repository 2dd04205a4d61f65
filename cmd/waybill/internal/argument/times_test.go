package argument

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	berlin := StoreZone(storage.Store{Facts: storage.StoreFacts{TimeZone: "Europe/Berlin", GMTOffset: 1}})
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-11-23":                "2026-11-22T23:00:00Z", // midnight in the store's zone
		"2026-07-01":                "2026-06-30T22:00:00Z", // daylight saving time
		"2026-11-23 10:30":          "2026-11-23T09:30:00Z",
		"2026-11-23T10:30:05":       "2026-11-23T09:30:05Z",
		"2026-11-23T10:30:05Z":      "2026-11-23T10:30:05Z",
		"2026-11-23T10:30:05-05:00": "2026-11-23T15:30:05Z",
		"36h":                       "2026-11-22T00:00:00Z",
	} {
		got, err := Time(text, berlin, now)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q = %v, %v; want %s", text, got.UTC(), err, want)
		}
	}
	if got, err := Time("", berlin, now); err != nil || !got.IsZero() {
		t.Errorf("nothing = %v, %v", got, err)
	}
	for _, text := range []string{"yesterday", "-5h", "23.11.2026", "2026-13-01"} {
		if _, err := Time(text, berlin, now); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestStoreWithoutANamedZoneHasItsOffset(t *testing.T) {
	t.Parallel()
	zone := StoreZone(storage.Store{Facts: storage.StoreFacts{GMTOffset: 5.5}})
	if _, offset := time.Now().In(zone).Zone(); offset != 19800 {
		t.Errorf("offset = %d s", offset)
	}
}

func TestZonesAreNamedForPeople(t *testing.T) {
	t.Parallel()
	for want, facts := range map[string]storage.StoreFacts{
		"Europe/Berlin": {TimeZone: "Europe/Berlin", GMTOffset: 1}, "UTC": {}, "UTC+05:30": {GMTOffset: 5.5},
		"UTC-03:00": {GMTOffset: -3},
	} {
		if got := ZoneName(storage.Store{Facts: facts}); got != want {
			t.Errorf("%+v: %q, want %q", facts, got, want)
		}
	}
}
