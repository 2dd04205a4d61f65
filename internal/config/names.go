package config

import (
	"slices"
	"strings"
)

// others are the variables that Waybill reads although they are no settings: secrets, and where secrets are.
var others = []string{"CONFIG", "KEY", "SECRET", "MASTER_KEY", "MASTER_KEY_PREVIOUS", "BACKUP_PASSPHRASE",
	"HEARTBEAT_URL", "TOKEN", "OPENID_SECRET"}

// Variables lists the names of all environment variables that Waybill reads.
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

// Unknown lists the set variables whose names begin with [EnvPrefix] and that Waybill does not read: a misspelt setting
// would have no effect. Variables with a store's key and secret may have any name (--key-from-env).
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
