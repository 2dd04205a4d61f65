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
