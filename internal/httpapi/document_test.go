package httpapi_test

import (
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/httpapi"
)

//go:generate go test -run TestTheDocumentIsCurrent -update .

var update = flag.Bool("update", false, "write docs/openapi.json anew")

func TestTheDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	api, err := httpapi.New(httpapi.Parts{}, httpapi.Options{Serve: config.Serve{BodyLimit: 1 << 22},
		Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "docs", "openapi.json")
	want := string(api.OpenAPI()) + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/openapi.json is stale; run: go generate ./internal/httpapi")
	}
	var document struct {
		Paths map[string]map[string]struct{ Parameters []struct{ Name, In string } }
	}
	if err := json.Unmarshal([]byte(want), &document); err != nil {
		t.Fatal(err)
	}
	for path, operations := range document.Paths {
		for method, op := range operations {
			for _, variable := range regexp.MustCompile(`\{(\w+)}`).FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool {
					return p.In == "path" && p.Name == variable[1]
				}) {
					t.Errorf("%s %s does not read {%s}", method, path, variable[1])
				}
			}
		}
	}
	for _, foreign := range []string{"ErrorModel", "$schema", "http://", "https://waybill"} {
		if strings.Contains(want, foreign) {
			t.Errorf("the document holds %q", foreign)
		}
	}
}
