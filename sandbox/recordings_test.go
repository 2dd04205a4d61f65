package sandbox_test

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// recordings are the parts of recordings that are kept here, with what may differ in each.
var recordings = map[string]string{
	"exchanges.jsonl": "differences.md", "exchanges-11.0.1.jsonl": "differences-11.0.1.md",
}

// TestAnswersAgreeWithTheRecordedStores replays parts of the recordings of real stores of 10.0.2 and 11.0.1. With
// WAYBILL_RECORDINGS set to a recordings file it replays that one instead, so that a whole recording can be measured;
// then WAYBILL_DIFFERENCES names its list here, when it is not that of 10.0.2.
func TestAnswersAgreeWithTheRecordedStores(t *testing.T) {
	t.Parallel()
	if path := os.Getenv("WAYBILL_RECORDINGS"); path != "" {
		list := os.Getenv("WAYBILL_DIFFERENCES")
		if list == "" {
			list = "differences.md"
		}
		agrees(t, path, list, true)
		return
	}
	for file, list := range recordings {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			agrees(t, filepath.Join("testdata", file), list, false)
		})
	}
}

func agrees(t *testing.T, path, list string, whole bool) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	report, err := sandbox.Replay(t.Context(), file, sandbox.ReplayOptions{Files: os.DirFS(filepath.Dir(path))})
	if err != nil {
		t.Fatal(err)
	}
	known := knownDifferences(t, list)
	for _, step := range report.Steps {
		if slices.Contains(known, step.ID) {
			continue
		}
		t.Errorf("%s differs: %s", step.ID, step.Request)
		for _, d := range step.Differences[:min(5, len(step.Differences))] {
			t.Errorf("  %s: want %s, got %s", d.Path, d.Want, d.Got)
		}
	}
	for _, id := range known {
		if !slices.Contains(report.Different, id) && (whole || recorded(t, path, id)) {
			t.Errorf("testdata/%s lists %s, which does not differ", list, id)
		}
	}
	t.Logf("%d of %d steps equal", report.Equal, report.Total)
}

// TestAnswersAgreeWithMeasuredNeighbours replays what was recorded later, with other questions: what the first
// recording does not show.
func TestAnswersAgreeWithMeasuredNeighbours(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join("testdata", "measured.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	report, err := sandbox.Replay(t.Context(), file, sandbox.ReplayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range report.Steps {
		for _, d := range step.Differences[:min(5, len(step.Differences))] {
			t.Errorf("%s %s: %s: want %s, got %s", step.ID, step.Request, d.Path, d.Want, d.Got)
		}
	}
	if report.Total < 50 {
		t.Errorf("only %d steps were played", report.Total)
	}
}

var listed = regexp.MustCompile("^\\| `([^`]+)` \\| \\S")

// knownDifferences are the ids that a list gives a reason for.
func knownDifferences(t *testing.T, list string) []string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", list))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var ids []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if m := listed.FindStringSubmatch(lines.Text()); m != nil {
			ids = append(ids, m[1])
		}
	}
	if len(ids) == 0 {
		t.Fatalf("testdata/%s lists nothing; is its table still a table?", list)
	}
	return ids
}

// recorded tells whether a recording has a step.
func recorded(t *testing.T, path, id string) bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), `{"id":"`+id+`"`)
}
