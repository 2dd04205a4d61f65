package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
)

func TestTheAddressOfADatabaseShowsNoPassword(t *testing.T) {
	t.Parallel()
	const address = "postgres://anna:s3cret@db.example:5432/waybill?sslmode=require&password=s3cret"
	cfg := load(t, config.Sources{Env: []string{"HOME=/h", "WAYBILL_DATABASE_URL=" + address}})
	if cfg.Database.URL.Reveal() != address {
		t.Errorf("who connects gets %q", cfg.Database.URL.Reveal())
	}
	asJSON, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "url", cfg.Database.URL)
	shown := fmt.Sprintf("%v %+v %#v %q %x %s", cfg, cfg, cfg.Database, cfg.Database.URL, cfg.Database.URL,
		cfg.Database.URL) +
		string(asJSON) + logged.String()
	if strings.Contains(shown, "s3cret") || strings.Contains(shown, "733363726574") {
		t.Errorf("the password is shown: %s", shown)
	}
	if !strings.Contains(shown, "anna@db.example:5432/waybill") {
		t.Errorf("the rest of the address is not shown: %s", shown)
	}
}

func TestAnAddressThatIsNoneIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	for _, from := range []config.Sources{
		{Env: []string{"HOME=/h", "WAYBILL_DATABASE_URL=mysql://u:s3cret@db/x"}},
		{Env: []string{"HOME=/h"}, Flags: map[string]string{"database.url": "u:s3cret@db/x"}},
		{Env: []string{"HOME=/h"}, File: file(t, "database: {url: 's3cret'}")},
	} {
		_, err := config.Load(from)
		if !problem.Is(err, problem.ConfigInvalid) || strings.Contains(fmt.Sprint(err, problem.From(err).Details),
			"s3cret") {
			t.Errorf("got %v", err)
		}
		if !strings.Contains(err.Error(), "postgres://") {
			t.Errorf("%v does not say how an address begins", err)
		}
	}
}
