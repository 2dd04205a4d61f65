package config

import (
	"time"

	"github.com/waybillhq/waybill/internal/pace"
)

// Config is every setting. The tags hold the default and the documentation.
type Config struct {
	Data string `koanf:"data" doc:"Directory that holds the mirror and the master key file. Made with mode 0700 when missing. Default: $XDG_DATA_HOME/waybill, else ~/.local/share/waybill."`

	Log  Log  `koanf:"log"`
	HTTP HTTP `koanf:"http"`
	Pace Pace `koanf:"pace"`
	Sync Sync `koanf:"sync"`
}

// Log is how Waybill reports what it does. Logs go to standard error and hold
// no secrets.
type Log struct {
	Level  string `koanf:"level" default:"warn" oneof:"debug info warn error" doc:"What is logged: debug (every request), info, warn or error."`
	Format string `koanf:"format" default:"text" oneof:"text json" doc:"Form of a log line: text or json."`
}

// HTTP is how stores are talked to.
type HTTP struct {
	Timeout   time.Duration `koanf:"timeout" default:"60s" min:"1s" doc:"Longest time one answer may take. Slow shops need tens of seconds for a page of orders."`
	UserAgent string        `koanf:"user_agent" doc:"User-Agent of all requests. Default: Waybill's own, with its version and address. Some hosts block names they do not know."`
}

// Pace bounds the requests to each store.
type Pace struct {
	Mode      string  `koanf:"mode" default:"polite" oneof:"polite full" doc:"polite: the store's visitors must not feel it. full: find the number of connections that reads fastest."`
	Reads     int     `koanf:"reads" default:"0" min:"0" doc:"Most requests that read at once; 0 leaves it to the mode (polite 8, full 16). A ceiling: the pace finds the right number below it."`
	Writes    int     `koanf:"writes" default:"0" min:"0" doc:"Most requests that write at once; 0 leaves it to the mode (polite 2, full 4)."`
	PerSecond float64 `koanf:"per_second" default:"0" min:"0" doc:"Most requests a second; 0 sets no limit."`
}

// Ceiling is the configured bound in the terms of package pace.
func (p Pace) Ceiling() pace.Ceiling {
	return pace.Ceiling{Reads: p.Reads, Writes: p.Writes, PerSecond: p.PerSecond}
}

// Sync is how a mirror follows its store.
type Sync struct {
	StoresAtOnce int `koanf:"stores_at_once" default:"8" min:"1" doc:"Stores that are read side by side. Each has a pace of its own."`
}
