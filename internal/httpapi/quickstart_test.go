package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTheQuickStartWorks runs each program of docs/api.md as it stands there: for an order of its own, whose tracking
// number must be on the store then.
func TestTheQuickStartWorks(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```(sh|go|python|php)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		programs[block[1]] += block[2]
	}
	b := setup(t, nil)
	dir := t.TempDir()
	var untouched int64
	for _, c := range []struct{ language, file, mark, interpreter string }{
		{"sh", "start.sh", "1Z-curl", "sh"}, // the first, because it connects the shop
		{"go", "start.go", "1Z-go", "go run"},
		{"python", "start.py", "1Z-python", "python3"},
		{"php", "start.php", "1Z-php", "php"},
	} {
		if programs[c.language] == "" {
			t.Fatalf("docs/api.md has no program in %s", c.language)
		}
		command := strings.Fields(c.interpreter)
		if _, err := exec.LookPath(command[0]); err != nil {
			if os.Getenv("WAYBILL_TEST_ALL") == "1" {
				t.Fatal(err)
			}
			t.Logf("%s is not tried: %v", c.language, err)
			continue
		}
		if c.language == "sh" {
			untouched = b.order(`{"status":"processing","customer_note":"from before the reader was made"}`)
		}
		order := b.order(`{"status":"processing","customer_note":"` + c.language + `"}`)
		if c.language != "sh" {
			b.want(200, http.MethodPost, "/v1/stores/acme-shop/sync", "", "Prefer", "wait=40")
		}
		file := filepath.Join(dir, c.file)
		program := programs[c.language]
		if c.language == "sh" {
			b.onStore(http.MethodPost, "products", `{"name":"Mug","sku":"MUG-1","regular_price":"10.00"}`)
			program = "set -e\n" + program
		}
		b.ok(os.WriteFile(file, []byte(program), 0o600))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, command[0], append(command[1:], file)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "WAYBILL="+b.url, "WAYBILL_TOKEN="+b.root, "SHOP_URL="+b.shop.URL,
			"SHOP_KEY="+b.shop.Key, "SHOP_SECRET="+b.shop.Secret, fmt.Sprintf("ORDER=%d", order), "SKU=MUG-1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", c.language, err, out)
		}
		got := b.want(200, http.MethodGet, fmt.Sprintf("/v1/stores/acme-shop/orders/%d?by=id", order), "").text
		if !strings.Contains(got, c.mark) || !strings.Contains(got, `"status":"completed"`) {
			t.Errorf("%s said\n%s\nand left %s", c.language, out, got)
		}
		if c.language == "sh" {
			all := b.want(200, http.MethodGet, "/v1/stores/acme-shop/records/orders", "").text
			if strings.Count(all, `"email":"ann@example.com"`) != 1 || !strings.Contains(all, `"sku":"MUG-1"`) {
				t.Errorf("the order was not created: %s\nthe program said\n%s", all, out)
			}
		}
	}
	got := b.want(200, http.MethodGet, fmt.Sprintf("/v1/stores/acme-shop/orders/%d?by=id", untouched), "").text
	if !strings.Contains(got, `"status":"processing"`) {
		t.Errorf("an order that was there before the programs ran was written to: %s", got)
	}
}
