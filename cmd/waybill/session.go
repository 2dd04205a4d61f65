package main

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage"
)

// settings are values that a command's flags give for the configuration.
type settings map[string]string

// loadConfig reads the configuration; set are values given by flags.
func (a *app) loadConfig(set settings) (config.Config, error) {
	a.sayUnknownVariables()
	flags := map[string]string{}
	for key, value := range set {
		if value != "" {
			flags[key] = value
		}
	}
	if a.global.data != "" {
		flags["data"] = a.global.data
	}
	if a.global.database != "" {
		flags["database.url"] = a.global.database
	}
	if a.global.logLevel != "" {
		flags["log.level"] = a.global.logLevel
	}
	return config.Load(config.Sources{File: a.global.config, Env: a.env, Flags: flags})
}

// sayUnknownVariables tells, once, of variables that look like settings and that nothing reads.
func (a *app) sayUnknownVariables() {
	if a.toldVariables {
		return
	}
	a.toldVariables = true
	for _, name := range config.Unknown(a.env) {
		meant := ""
		if near := spelling.Nearest(name, config.Variables()); near != "" {
			meant = "; did you mean " + near + "?"
		}
		a.note("%s Nothing reads %s%s", a.err.Warn("!"), name, meant)
	}
}

func (a *app) serviceOptions(set settings) (service.Options, error) {
	cfg, err := a.loadConfig(set)
	if err != nil {
		return service.Options{}, err
	}
	return service.Options{
		Config: cfg,
		Getenv: a.getenv,
		Logger: a.logger(cfg.Log),
	}, nil
}

// withStores runs work on stores that are connected. Where there is none, no data directory is made: it would be in the
// wrong place as often as not.
func (a *app) withStores(ctx context.Context, work func(*service.Service) error) error {
	opts, err := a.serviceOptions(nil)
	if err != nil {
		return err
	}
	opts.Connected = true
	return runService(ctx, opts, work)
}

// withService runs work with the data directory open for changes, made when missing.
func (a *app) withService(ctx context.Context, set settings, work func(*service.Service) error) error {
	opts, err := a.serviceOptions(set)
	if err != nil {
		return err
	}
	return runService(ctx, opts, work)
}

// forgetful runs work with a data directory made for it, which is gone afterwards. What happens on a store is looked
// for every second: whoever starts such work watches it. Receivers may be on this machine.
func (a *app) forgetful(ctx context.Context, authorities *x509.CertPool, work func(*service.Service) error) error {
	dir, err := os.MkdirTemp("", "waybill-")
	if err != nil {
		return problem.Wrap(problem.DataUnusable, err, "no temporary directory can be made: %v", err).
			Next("Make room, or name another place in the variable TMPDIR")
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left of a temporary directory harms nobody
	opts, err := a.serviceOptions(settings{"data": dir, "sync.poll_min": "1s", "sync.round": "2s",
		"subscriptions.private_networks": "127.0.0.0/8 ::1/128"})
	if err != nil {
		return err
	}
	// These take the place even of --data and --database-url.
	opts.Config.Data, opts.Config.Database.URL = dir, ""
	opts.Authorities = authorities
	return runService(ctx, opts, work)
}

func runService(ctx context.Context, opts service.Options, work func(*service.Service) error) error {
	s, err := service.Open(ctx, opts)
	if err != nil {
		return err
	}
	return errors.Join(work(s), s.Close())
}

// withReader runs work with the mirror open for reading, which another process may be writing at the same time.
func (a *app) withReader(ctx context.Context, work func(*service.Reader) error) error {
	opts, err := a.serviceOptions(nil)
	if err != nil {
		return err
	}
	r, err := service.OpenReader(ctx, opts)
	if err != nil {
		return err
	}
	return errors.Join(work(r), r.Close())
}

// copied refuses to answer from mirrors that were never copied, of which "none" would not be true. Of several stores,
// and of a first copy under way, it says what is not all there. Without stores it looks at all there are.
func (a *app) copied(ctx context.Context, r *service.Reader, of ...storage.Store) error {
	copies, err := r.Copies(ctx, of...)
	for _, st := range copies.Missing {
		if err == nil {
			a.note("%s Nothing of %s has been copied yet, so the answer is without it: waybill sync %s --once",
				a.err.Warn("!"), st.Name, st.Name)
		}
	}
	for _, st := range copies.Begun {
		a.note("%s %s is not wholly copied yet, so the answer is not whole either: waybill sync %s --once",
			a.err.Warn("!"), st.Name, st.Name)
	}
	return err
}

func (a *app) logger(cfg config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelWarn // config has checked it already
	}
	opts := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, opts))
	}
	return slog.New(slog.NewTextHandler(a.stderr, opts))
}

// storeArg is the store named by an optional first argument.
func storeArg(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// beside runs work with the mirror open for reading and with the stores' keys: for what asks a store but writes nothing
// here, and may therefore run while another process syncs.
func (a *app) beside(ctx context.Context, set settings, work func(*service.Asker) error) error {
	opts, err := a.serviceOptions(set)
	if err != nil {
		return err
	}
	s, err := service.OpenBeside(ctx, opts)
	if err != nil {
		return err
	}
	return errors.Join(work(s), s.Close())
}

// credentialFlags are the ways to give a consumer key and secret.
type credentialFlags struct {
	key, secret string
	fromEnv     string
}

func (c *credentialFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&c.key, "key", "", "consumer `key` (ck_…); better in WAYBILL_KEY, where other users cannot see it")
	flags.StringVar(&c.secret, "secret", "", "consumer `secret` (cs_…); better in WAYBILL_SECRET")
	flags.StringVar(&c.fromEnv, "key-from-env", "",
		"do not store the key: read it from `PREFIX`_KEY and PREFIX_SECRET at each start")
}

// find takes key and secret from the flags, else from the environment, else asks for them without echo.
func (c *credentialFlags) find(ctx context.Context, a *app) (key, secret string, err error) {
	if c.fromEnv != "" {
		key, secret = a.getenv(c.fromEnv+"_KEY"), a.getenv(c.fromEnv+"_SECRET")
		if key == "" || secret == "" {
			return "", "", problem.New(problem.CredentialsMissing, "%s_KEY and %s_SECRET are not both set", c.fromEnv,
				c.fromEnv).
				Next("Set both variables")
		}
		return withoutBlanks(a, key), secret, nil
	}
	key, secret = c.key, c.secret
	if key == "" {
		key = a.getenv("WAYBILL_KEY")
	}
	if secret == "" {
		secret = a.getenv("WAYBILL_SECRET")
	}
	if key == "" {
		if key, err = a.prompt().Secret(ctx, "Consumer key (ck_…)"); err != nil {
			return "", "", err
		}
	}
	if secret == "" {
		if secret, err = a.prompt().Secret(ctx, "Consumer secret (cs_…)"); err != nil {
			return "", "", err
		}
	}
	return withoutBlanks(a, key), secret, nil
}

// storeNames are what the connected stores are called, by their ids.
func storeNames(ctx context.Context, r *service.Reader) (map[int64]string, error) {
	stores, err := r.Stores(ctx)
	names := make(map[int64]string, len(stores))
	for _, st := range stores {
		names[st.ID] = st.Name
	}
	return names, err
}

// withoutBlanks takes blanks around a key away, as WordPress does, and says so: not every program that is given the
// same key does.
func withoutBlanks(a *app, key string) string {
	trimmed := strings.TrimSpace(key)
	if trimmed != key {
		a.note("%s The consumer key has a blank or a line end around it, which was taken away here. A program that "+
			"sends it "+
			"as it is may fail: mend it where it is kept.", a.err.Warn("!"))
	}
	return trimmed
}
