// Package config is every setting of Waybill in one documented struct.
//
// A value comes from the command line, else from the environment (WAYBILL_PACE_MODE for pace.mode), else from the
// configuration file (YAML), else from its default. What the package guarantees: a setting that does not exist, or a
// value that cannot be used, is an error that names the setting and where it came from; nothing is silently ignored or
// replaced.
//
// Secrets are not settings: the master key and keys of stores are read from the environment where they are needed and
// never pass here. The address of a database may hold a password, and shows itself without ([Address]). So a printed
// configuration holds no secret.
//
// The struct's tags are the documentation: [Reference] makes docs/configuration.md from them.
//
//	cfg, err := config.Load(config.Sources{Env: os.Environ(), Flags: map[string]string{"pace.mode": "full"}})
package config
