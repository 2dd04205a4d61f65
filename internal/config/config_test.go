package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
)

var update = flag.Bool("update", false, "write the generated reference anew")

func load(t *testing.T, from config.Sources) config.Config {
	t.Helper()
	cfg, err := config.Load(from)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEverythingHasADefault(t *testing.T) {
	t.Parallel()
	cfg := load(t, config.Sources{Env: []string{"HOME=/home/anna"}})
	if cfg.Data != "/home/anna/.local/share/waybill" {
		t.Errorf("data = %q", cfg.Data)
	}
	if cfg.HTTP.Timeout != time.Minute || cfg.Pace.Mode != "polite" || cfg.Log.Level != "error" ||
		cfg.Sync.StoresAtOnce < 1 {
		t.Errorf("%+v", cfg)
	}
}

func TestStrongerSourcesWin(t *testing.T) {
	t.Parallel()
	from := config.Sources{
		File:  file(t, "pace:\n  mode: full\n  reads: 3\n  per_second: 1.5\nhttp:\n  timeout: 90s\n"),
		Env:   []string{"HOME=/h", "WAYBILL_PACE_READS=5", "WAYBILL_HTTP_TIMEOUT=2m", "WAYBILL_PACE_WRITES="},
		Flags: map[string]string{"http.timeout": "3m"},
	}
	cfg := load(t, from)
	if cfg.Pace.Mode != "full" || cfg.Pace.PerSecond != 1.5 {
		t.Errorf("file: %+v", cfg.Pace)
	}
	if cfg.Pace.Reads != 5 {
		t.Errorf("environment over file: %d", cfg.Pace.Reads)
	}
	if cfg.HTTP.Timeout != 3*time.Minute {
		t.Errorf("flag over environment: %v", cfg.HTTP.Timeout)
	}
	if got := cfg.Pace.Ceiling(); got.Reads != 5 || got.PerSecond != 1.5 {
		t.Errorf("ceiling: %+v", got)
	}
}

func TestUsualPlacesFollowXDG(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	if err := os.MkdirAll(filepath.Join(base, "waybill"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, "waybill", "config.yaml"), []byte("pace: {mode: full}"),
		0o600); err != nil {
		t.Fatal(err)
	}
	cfg := load(t, config.Sources{Env: []string{"HOME=/h", "XDG_CONFIG_HOME=" + base, "XDG_DATA_HOME=/data"}})
	if cfg.Pace.Mode != "full" || cfg.Data != "/data/waybill" {
		t.Errorf("%+v", cfg)
	}
	cfg = load(t, config.Sources{Env: []string{"HOME=/h", "XDG_DATA_HOME=relative"}})
	if cfg.Data != "/h/.local/share/waybill" {
		t.Errorf("a relative XDG_DATA_HOME was used: %q", cfg.Data)
	}
}

func TestMistakesNameTheSettingAndItsSource(t *testing.T) {
	t.Parallel()
	home := "HOME=/h"
	for name, c := range map[string]struct {
		from config.Sources
		want []string
	}{
		"unknown setting": {config.Sources{Env: []string{home}, File: file(t, "pase:\n  mode: full\n")},
			[]string{"pase.mode", "config.yaml", "pace.mode"}},
		"unknown value": {config.Sources{Env: []string{home, "WAYBILL_PACE_MODE=fast"}},
			[]string{"WAYBILL_PACE_MODE", "fast", "polite or full"}},
		"no duration": {config.Sources{Env: []string{home}, File: file(t, "http: {timeout: 60}")},
			[]string{"http.timeout", "30s"}},
		"below the least": {config.Sources{Env: []string{home},
			Flags: map[string]string{"sync.stores_at_once": "0"}}, []string{"stores_at_once", "at least 1"}},
		"negative": {config.Sources{Env: []string{home, "WAYBILL_PACE_READS=-1"}}, []string{"at least 0"}},
		"no number": {config.Sources{Env: []string{home, "WAYBILL_PACE_PER_SECOND=many"}},
			[]string{"number"}},
		"not YAML": {config.Sources{Env: []string{home}, File: file(t, "pace: [")}, []string{"YAML"}},
		"a list": {config.Sources{Env: []string{home}, File: file(t, "pace: {mode: [full]}")},
			[]string{"pace.mode", "list"}},
		"named file missing": {config.Sources{Env: []string{home}, File: "/nowhere/config.yaml"},
			[]string{"/nowhere/config.yaml"}},
		"named by variable": {config.Sources{Env: []string{home, "WAYBILL_CONFIG=/nowhere/c.yaml"}},
			[]string{"/nowhere/c.yaml"}},
		"no home for data": {config.Sources{}, []string{"--data"}},
		"unknown flag's name": {config.Sources{Env: []string{home}, Flags: map[string]string{"nope": "1"}},
			[]string{"nope", "command line"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(c.from)
			if !problem.Is(err, problem.ConfigInvalid) {
				t.Fatalf("err = %v", err)
			}
			p := problem.From(err)
			for _, want := range c.want {
				if !strings.Contains(p.Message+" "+p.Hint, want) {
					t.Errorf("%q does not mention %q", p.Message, want)
				}
			}
		})
	}
}

func TestEverySettingIsDocumentedAndItsDefaultIsValid(t *testing.T) {
	t.Parallel()
	for _, s := range config.Settings() {
		if s.Doc == "" || s.Key == "" || strings.HasSuffix(s.Key, ".") {
			t.Errorf("%+v is not documented", s)
		}
		if s.Default == "" {
			continue
		}
		if _, err := config.Load(config.Sources{Env: []string{"HOME=/h"},
			Flags: map[string]string{s.Key: s.Default}}); err != nil {
			t.Errorf("the default of %s: %v", s.Key, err)
		}
	}
}

func TestReferenceIsCurrent(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "docs", "configuration.md")
	want := config.Reference()
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
		t.Error("docs/configuration.md is stale; run: go generate ./internal/config")
	}
}
