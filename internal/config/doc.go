// Package config is every setting of Waybill in one documented struct.
//
// A value comes from the command line, else from the environment (WAYBILL_PACE_MODE for pace.mode), else from the
// configuration file (YAML), else from its default. An unknown setting, or a value that cannot be used, is an error
// that names the setting and its source. Nothing is silently ignored or replaced.
//
// Secrets are not settings: the master key and the keys of stores are read from the environment where they are needed,
// outside this package. The address of a database may hold a password, which [Address] does not show. A printed
// configuration therefore holds no secret.
//
// The struct's tags are the documentation: [Reference] makes docs/configuration.md from them.
//
//	cfg, err := config.Load(config.Sources{Env: os.Environ(), Flags: map[string]string{"pace.mode": "full"}})
package config
