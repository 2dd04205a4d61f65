package main

import (
	"testing"
	"time"
)

func TestBulkEditDoesNotRushPast(t *testing.T) {
	t.Parallel()
	var c crowd
	second := time.Unix(1_800_000_000, 0)
	shown := 0
	for range 300 {
		if show, missed := c.admit(second); show {
			shown++
		} else if missed != 0 {
			t.Fatal("counted before the second was over")
		}
	}
	if shown != shownPerSecond {
		t.Errorf("%d shown", shown)
	}
	if show, missed := c.admit(second.Add(time.Second)); !show || missed != 300-shownPerSecond {
		t.Errorf("the next second: shown %v, %d missed", show, missed)
	}
}
