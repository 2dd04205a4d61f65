package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAGeneratedClientTellsTheWholeStory makes a client of the document with oapi-codegen, compiles it and lets it
// connect a shop, receive an order, acknowledge it and write its tracking number back.
func TestAGeneratedClientTellsTheWholeStory(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("generating and compiling a client takes a while")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	generated := filepath.Join(dir, "client.gen.go")
	run := func(extra []string, args ...string) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir, cmd.Env = root, append(append(os.Environ(), "GOFLAGS=-trimpath"), extra...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	tool := exec.CommandContext(t.Context(), "go", "tool", "-modfile=tools/tools.mod", "-n", "oapi-codegen")
	tool.Dir = root
	if out, err := tool.CombinedOutput(); err != nil {
		if os.Getenv("WAYBILL_TEST_ALL") == "1" {
			t.Fatalf("oapi-codegen cannot be had: %v\n%s", err, out)
		}
		t.Skipf("oapi-codegen cannot be had: %v", err)
	}
	b := setup(t, nil)
	order := b.order(`{"status":"processing","customer_note":"for the generated client"}`)
	run(nil, "tool", "-modfile=tools/tools.mod", "oapi-codegen", "-generate", "types,client", "-package", "main", "-o",
		generated, "docs/openapi.json")
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(root, "internal", "httpapi", "testdata", "story", "client.gen.go"): generated}})
	b.ok(err)
	b.ok(os.WriteFile(overlay, text, 0o600))
	out := run([]string{"WAYBILL=" + b.url, "WAYBILL_TOKEN=" + b.root, "SHOP_URL=" + b.shop.URL,
		"SHOP_KEY=" + b.shop.Key, "SHOP_SECRET=" + b.shop.Secret, fmt.Sprintf("ORDER=%d", order)},
		"run", "-modfile=tools/tools.mod", "-overlay="+overlay, "./internal/httpapi/testdata/story")
	if !strings.Contains(out, `"value":"1Z-generated"`) || !strings.Contains(out, `"status":"completed"`) {
		t.Errorf("the record is %s", out)
	}
}
