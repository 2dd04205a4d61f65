package terminal

import (
	"testing"
	"time"
)

func TestDurationsAndCountsReadWell(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		40 * time.Millisecond: "40ms", 2340 * time.Millisecond: "2.3s", 65*time.Second + 300*time.Millisecond: "1m5s",
		3*time.Hour + 4*time.Minute + 20*time.Second: "3h4m",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v = %q, want %q", d, got, want)
		}
	}
	if got := Plural(1, "order", "orders") + ", " + Plural(12345, "order", "orders"); got != "1 order, 12,345 orders" {
		t.Errorf("plural = %q", got)
	}
}

func TestMomentsShowTheirZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 9, 1, 31, 0, time.UTC)
	for want, zone := range map[string]*time.Location{
		"2026-11-30 09:01:31 UTC": time.UTC, "2026-11-30 14:31:31 +05:30": time.FixedZone("IST", 19800),
		"2026-11-30 04:01:31 -05:00": time.FixedZone("EST", -18000),
	} {
		if got := Moment(at.In(zone)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAgesAreToldInTheUnitPeopleThinkIn(t *testing.T) {
	t.Parallel()
	for want, age := range map[string]time.Duration{
		"just now": 300 * time.Millisecond, "12s ago": 12*time.Second + 900*time.Millisecond,
		"59m ago":    59 * time.Minute,
		"3h 12m ago": 3*time.Hour + 12*time.Minute, "3 days ago": 80 * time.Hour,
	} {
		if got := Ago(age); got != want {
			t.Errorf("%s: %q, want %q", age, got, want)
		}
	}
}
