package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/woo"
)

//go:embed official.mjs
var officialScript []byte

// byOfficial lets the official JavaScript client create the same orders. It is installed from the lock file in clients,
// into a directory that goes away again; certificate is what the store is trusted by, empty for the system's.
func byOfficial(
	ctx context.Context, target string, key woo.Credentials, clients, certificate string, n int,
) (time.Duration, error) {
	dir, err := os.MkdirTemp("", "push")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"package.json", "package-lock.json"} {
		raw, err := os.ReadFile(filepath.Join(clients, name))
		if err != nil {
			return 0, fmt.Errorf("run it at the top of the repository, or name -clients: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			return 0, err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "official.mjs"), officialScript, 0o600); err != nil {
		return 0, err
	}
	bodies := make([]map[string]any, n)
	for i := range bodies {
		bodies[i] = order(i)
	}
	text, err := json.Marshal(bodies)
	if err != nil {
		return 0, err
	}
	run := func(program string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		cmd.Env = append(os.Environ(), "NODE_NO_WARNINGS=1", "STORE_URL="+target, "STORE_KEY="+key.Key,
			"STORE_SECRET="+key.Secret, "BODIES="+string(text))
		if certificate != "" {
			cmd.Env = append(cmd.Env, "NODE_EXTRA_CA_CERTS="+certificate)
		}
		out, err := cmd.Output()
		return strings.TrimSpace(string(out)), err
	}
	if _, err := run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"); err != nil {
		return 0, fmt.Errorf("install the official client: %w", err)
	}
	out, err := run("node", "official.mjs")
	if err != nil {
		return 0, fmt.Errorf("the official client: %w", err)
	}
	seconds, err := strconv.ParseFloat(out, 64)
	return time.Duration(seconds * float64(time.Second)), err
}
