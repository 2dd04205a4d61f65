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

// TestAnswersAgreeWithTheRecordedStore replays a part of the recordings of a
// real store. With WAYBILL_RECORDINGS set to a recordings file it replays that
// one instead, so that the whole recording can be measured.
func TestAnswersAgreeWithTheRecordedStore(t *testing.T) {
	t.Parallel()
	path, whole := os.Getenv("WAYBILL_RECORDINGS"), true
	if path == "" {
		path, whole = filepath.Join("testdata", "exchanges.jsonl"), false
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	report, err := sandbox.Replay(t.Context(), file, sandbox.ReplayOptions{Files: os.DirFS(filepath.Dir(path))})
	if err != nil {
		t.Fatal(err)
	}
	known := knownDifferences(t)
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
		if !slices.Contains(report.Different, id) && (whole || recorded(t, id)) {
			t.Errorf("testdata/differences.md lists %s, which does not differ", id)
		}
	}
	t.Logf("%d of %d steps equal", report.Equal, report.Total)
}

// TestAnswersAgreeWithMeasuredNeighbours replays what was recorded later, with
// other questions: what the first recording does not show.
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

// knownDifferences are the ids that differences.md gives a reason for.
func knownDifferences(t *testing.T) []string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "differences.md"))
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
		t.Fatal("testdata/differences.md lists nothing; is its table still a table?")
	}
	return ids
}

// recorded tells whether the small recording has a step.
func recorded(t *testing.T, id string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "exchanges.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), `{"id":"`+id+`"`)
}
