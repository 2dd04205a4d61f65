package sandbox_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

//go:generate go test -run TestTheTableOfBreakagesIsCurrent -update .

var update = flag.Bool("update", false, "write the generated table of breakages anew")

func TestTheTableOfBreakagesIsCurrent(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../docs/sandbox.md", "<!-- breakages: written by go generate ./sandbox -->\n",
		"<!-- end -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", path)
	}
	table := "| way | what is wrong then |\n|---|---|\n"
	for _, b := range sandbox.Breakages() {
		what := b.What
		if b.Until != "" {
			what += " (before WooCommerce " + b.Until + ")"
		}
		if b.Since != "" {
			what += " (from WooCommerce " + b.Since + " on)"
		}
		table += fmt.Sprintf("| `%s` | %s |\n", b.ID, what)
	}
	want := before + begin + table + end + after
	switch {
	case want == string(raw):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is stale: run go generate ./sandbox", path)
	}
}
