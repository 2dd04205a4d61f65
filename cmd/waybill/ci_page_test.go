package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestThePageForCIWorks is the developer's walk: docs/ci.md from top to bottom. Its files are written as they stand
// there, its lines of shell run one after the other. Each test must see that the shop was broken, and have mended it.
func TestThePageForCIWorks(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var script strings.Builder
	script.WriteString("set -e\n")
	files, runs := 0, 0
	for _, block := range regexp.MustCompile("(?s)(?:`([a-z_.]+)`[^`\n]*:\n\n)?```([a-z]+)\n(.*?)```").
		FindAllStringSubmatch(string(text), -1) {
		name, language, body := block[1], block[2], block[3]
		if language != "sh" {
			if name == "" {
				t.Fatalf("a block in %s is in no file", language)
			}
			files++
			if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		body = strings.ReplaceAll(body, "127.0.0.1:8443", "127.0.0.1:0")
		program := regexp.MustCompile(`(?m)^(?:[A-Z_]+=\S+ )?(go|python3|node|php) `).FindStringSubmatch(body)
		if program != nil {
			runs++
			if _, err := exec.LookPath(program[1]); err != nil {
				if os.Getenv("WAYBILL_TEST_ALL") == "1" {
					t.Fatal(err)
				}
				t.Logf("%s is not tried: %v", program[1], err)
				continue
			}
		}
		script.WriteString(body)
		if program != nil && program[1] == "python3" {
			script.WriteString(brokenInPython)
		}
	}
	if files != 4 || runs != 4 {
		t.Fatalf("the page has %d programs and runs %d", files, runs)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "trap 'kill $SHOP 2>/dev/null || true' EXIT\n"+script.String())
	cmd.Dir, cmd.WaitDelay = dir, 10*time.Second
	cmd.Env = append(os.Environ(), "GO111MODULE=off", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// brokenInPython asks with the page's call() while the shop is broken in the ways that the page recommends.
const brokenInPython = `python3 - <<'END'
from test_orders import call

for way in ["stray-output", "maintenance-core", "rate-limit", "php-fatal", "auth-header-stripped"]:
    call("POST", "/_sandbox/break/" + way)
    answers = [call("GET", "/wp-json/wc/v3/orders") for _ in range(40)]
    call("POST", "/_sandbox/mend/" + way)
    assert any(status != 200 or isinstance(answer, str) for status, answer in answers), (way, answers[0])
END
`
