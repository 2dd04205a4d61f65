package databasetest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
)

// AgainOnPostgres runs every test of the package once more, on PostgreSQL and in its short form, in a process of its
// own. It is skipped with -short, and where PostgreSQL is not installed unless WAYBILL_TEST_ALL is set. A package whose
// harness opens its database here calls it in one test:
//
//	func TestEverythingOnPostgreSQL(t *testing.T) { databasetest.AgainOnPostgres(t) }
func AgainOnPostgres(t *testing.T) {
	t.Helper()
	if os.Getenv(Chosen) != "" {
		t.Skip("this run has its database already")
	}
	if testing.Short() {
		t.Skip("-short runs on SQLite")
	}
	pgtest.Need(t)
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), program, "-test.short", "-test.v")
	again.Env = append(os.Environ(), Chosen+"=postgres")
	var said bytes.Buffer
	again.Stdout, again.Stderr = &said, &said
	err = again.Run()
	passed := strings.Count(said.String(), "\n--- PASS: ")
	if err != nil {
		t.Fatalf("on PostgreSQL: %v; %d tests passed\n%s", err, passed, failures(said.String()))
	}
	if passed == 0 {
		t.Errorf("on PostgreSQL no test ran:\n%s", said.String())
	}
	t.Logf("%d tests passed on PostgreSQL", passed)
}

// failures are the lines of a test run's output that are about failures.
func failures(said string) string {
	var kept strings.Builder
	for line := range strings.Lines(said) {
		trimmed := strings.TrimSpace(line)
		if !strings.HasPrefix(trimmed, "=== ") && !strings.HasPrefix(trimmed, "--- PASS") &&
			!strings.HasPrefix(trimmed, "--- SKIP") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
