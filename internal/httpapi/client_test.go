package httpapi_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestAGeneratedClientRunsTheWholeStory generates a client from the document as it is served, compiles it and runs the
// story of an order with it. Nothing of what is generated is kept. It takes half a minute of computing and fetches the
// generator, so it runs where WAYBILL_TEST_CLIENT is set.
func TestAGeneratedClientRunsTheWholeStory(t *testing.T) {
	t.Parallel()
	if os.Getenv("WAYBILL_TEST_CLIENT") == "" {
		t.Skip("a client is generated and compiled where WAYBILL_TEST_CLIENT is set")
	}
	b := setup(t, nil)
	dir := t.TempDir()
	program, err := os.ReadFile(filepath.Join("testdata", "client", "main.go.txt"))
	b.ok(err)
	document := b.call("", http.MethodGet, "/openapi.json", "").text
	b.ok(os.WriteFile(filepath.Join(dir, "openapi.json"), []byte(document), 0o600))
	b.ok(os.WriteFile(filepath.Join(dir, "main.go"), program, 0o600))
	b.ok(os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module story\n\ngo 1.25\n"), 0o600))
	b.ok(os.Mkdir(filepath.Join(dir, "api"), 0o700))
	run := func(args ...string) {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run("run", "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2", "-generate", "types,client",
		"-package", "api", "-o", filepath.Join("api", "api.go"), "openapi.json")
	run("mod", "tidy")
	run("build", "-o", "story", ".")

	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "story"))
	cmd.Env = append(os.Environ(), "WAYBILL="+b.url, "WAYBILL_TOKEN="+b.root, "SHOP_URL="+b.shop.URL,
		"SHOP_KEY="+b.shop.Key, "SHOP_SECRET="+b.shop.Secret)
	var failed strings.Builder
	cmd.Stderr = &failed
	out, err := cmd.StdoutPipe()
	b.ok(err)
	b.ok(cmd.Start())
	id, lines := int64(0), bufio.NewScanner(out)
	for lines.Scan() {
		switch line := lines.Text(); line {
		case "connected":
			id = b.order(`{"status":"processing"}`)
		default:
			if line != "shipped "+strconv.FormatInt(id, 10) {
				t.Errorf("it says %q", line)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the program: %v\n%s", err, failed.String())
	}
	var order struct{ Record json.RawMessage }
	b.want(200, http.MethodGet, "/v1/stores/shop/orders/"+strconv.FormatInt(id, 10)+"?by=id", "").into(t, &order)
	if id == 0 || !strings.Contains(string(order.Record), "1Z-generated") {
		t.Errorf("the order %d is %s", id, order.Record)
	}
}
