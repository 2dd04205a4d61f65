package state

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
)

// The state lies in databases: an update must find what the version before it left there.
func TestTheStateOfACollectionKeepsItsFormat(t *testing.T) {
	t.Parallel()
	const kept = `{"fill":{"started_at":"2026-01-01T00:00:00Z","total":3,"done":1,"windows":[{"place":{"last_id":4},"distinct":1}]},
		"live":true,"began":"2026-01-01T00:00:00Z","lines_checked":true,
		"poll":{"newest":"2026-01-01T00:00:00Z","settled":true,"since":"2026-01-01T00:00:00Z","walk":{"after":"2026-01-01T00:00:00Z",
		"newest":"2026-01-01T00:00:00Z","final":true,"place":{"offset":9}}},
		"bin":{"newest":"2026-01-01T00:00:00Z","settled":true},"census":{"at":"2026-01-01T00:00:00Z","skew":1},
		"sweep":{"started_at":"2026-01-01T00:00:00Z","place":{},"differences":1,"distinct":1},
		"sweep_recent":{"started_at":"2026-01-01T00:00:00Z","place":{},"differences":1,"distinct":1},
		"trash":{"started_at":"2026-01-01T00:00:00Z","place":{},"differences":1,"distinct":1},
		"swept_at":"2026-01-01T00:00:00Z","swept_before":"2026-01-01T00:00:00Z","recent_at":"2026-01-01T00:00:00Z",
		"recent_before":"2026-01-01T00:00:00Z","sweep_took":5,"fruitless":2,"missing":true,"denied_until":"2026-01-01T00:00:00Z",
		"denied":"no","silent":true,"per_page":50}`
	var st Collection
	if err := json.Unmarshal([]byte(kept), &st); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	var before, after map[string]any
	if err := errors.Join(json.Unmarshal([]byte(kept), &before), json.Unmarshal(again, &after)); err != nil {
		t.Fatal(err)
	}
	if a, b := slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)); !slices.Equal(a, b) {
		t.Errorf("kept %v, written again as %v", a, b)
	}
	if !st.Live || !st.Poll.Complete || st.Fill.Windows[0].Place.LastID != 4 || !st.Silent || st.Trash == nil {
		t.Errorf("read as %+v", st)
	}
}
