package config

import (
	"slices"
	"strings"
)

// others are variables that Waybill reads and that are no settings: secrets, and where they are.
var others = []string{"CONFIG", "KEY", "SECRET", "MASTER_KEY", "MASTER_KEY_PREVIOUS", "BACKUP_PASSPHRASE",
	"HEARTBEAT_URL", "TOKEN"}

// Variables are the names in the environment that Waybill reads.
func Variables() []string {
	var names []string
	for _, name := range others {
		names = append(names, EnvPrefix+name)
	}
	for _, s := range Settings() {
		names = append(names, s.Env)
	}
	return names
}

// Unknown are the names in an environment that look like Waybill's and that nothing reads: a misspelt setting would
// have no effect, and nobody would notice. Variables with a store's key and secret may have any name (--key-from-env).
func Unknown(env []string) []string {
	known := Variables()
	var unknown []string
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		rest, ours := strings.CutPrefix(name, EnvPrefix)
		if !ours || value == "" || slices.Contains(known, name) || slices.Contains(unknown, name) ||
			strings.HasSuffix(rest, "_KEY") || strings.HasSuffix(rest, "_SECRET") ||
			strings.HasPrefix(rest, "EVENT_") || strings.HasPrefix(rest, "TEST_") {
			continue
		}
		unknown = append(unknown, name)
	}
	return unknown
}
