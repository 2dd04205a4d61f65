package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/cmd/waybill/internal/faults"
	"github.com/waybillhq/waybill/cmd/waybill/internal/memory"
	"github.com/waybillhq/waybill/cmd/waybill/internal/sandboxadmin"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

type sandboxOptions struct {
	addr     string
	tls      bool
	hosts    []string
	caFile   string
	orders   int
	seed     uint64
	live     float64
	name     string
	storage  string
	version  string
	timeZone string
	locale   string
	features []string
	sites    []string
	quiet    bool
}

func newSandboxCommand(a *app) *cobra.Command {
	var opts sandboxOptions
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a WooCommerce store in memory, for development and tests",
		Long: `Serves a store that answers the REST API (wc/v3) as a real one does, until
interrupted. It prints the store's address, an administrator's key and secret, and
with --tls the certificate authority to trust. Nothing is kept when it ends.

WooCommerce takes keys as they are over TLS only: without --tls requests must be
signed with OAuth 1.0a, as on a real store.`,
		Example: `  waybill sandbox --tls --orders 500
  waybill sandbox --tls --orders 2000 --live 2 --seed 7
  waybill sandbox --tls --addr 127.0.0.1:0 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSandbox(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.addr, "addr", "127.0.0.1:8443", "`address` to listen on; port 0 takes a free one")
	flags.BoolVar(&opts.tls, "tls", false, "serve HTTPS with a certificate made for the occasion")
	flags.StringSliceVar(&opts.hosts, "host", nil,
		"further host `name` that the certificate is good for, such as a container's")
	flags.StringVar(&opts.caFile, "ca-file", "",
		"write the certificate authority to this `file` (default: into the data directory, until the end)")
	flags.IntVar(&opts.orders, "orders", 0, "begin with `N` orders and what belongs to them")
	flags.Uint64Var(&opts.seed, "seed", 1, "`number` that repeats the same store")
	flags.Float64Var(&opts.live, "live", 0, "let `RATE` things a second happen: orders, edits, deletions")
	flags.StringVar(&opts.name, "name", "", "`name` of the shop")
	flags.StringVar(&opts.storage, "storage", "hpos", "where orders are kept: `hpos`, hpos-sync or posts")
	flags.StringVar(&opts.version, "wc", "",
		"WooCommerce `version` to behave as, from 8.4.0 on (default "+sandbox.NewestVersion+")")
	flags.StringVar(&opts.timeZone, "time-zone", "", "the store's time zone by its `name`, such as Europe/Berlin")
	flags.StringVar(&opts.locale, "locale", "",
		"`language` of the store: de_DE, fr_FR, or xx_XX, which marks every translated text")
	flags.StringSliceVar(&opts.features, "feature", nil, "switch on a `feature` of WooCommerce, such as fulfillments")
	flags.StringSliceVar(&opts.sites, "site", nil,
		"make a multisite network with a further `site`: a path such as /berlin, or a host name")
	flags.BoolVarP(&opts.quiet, "quiet", "q", false, "do not tell what happens with --live")
	must(cmd.RegisterFlagCompletionFunc("storage", cobra.FixedCompletions(storageNames(),
		cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("feature", cobra.FixedCompletions(sandbox.Features(),
		cobra.ShellCompDirectiveNoFileComp)))
	cmd.AddCommand(newSandboxReplayCommand(a), faults.Command(a.forRooms()))
	return cmd
}

func storageNames() []string {
	var names []string
	for _, s := range []capability.Storage{capability.HPOS, capability.HPOSSync, capability.Posts} {
		names = append(names, string(s))
	}
	return names
}

func (o *sandboxOptions) store() ([]sandbox.Option, error) {
	storage, err := capability.ParseStorage(o.storage)
	if err != nil {
		return nil, problem.Wrap(problem.Usage, err, "--storage is %q; it can be %s", o.storage,
			strings.Join(storageNames(), ", "))
	}
	if o.live < 0 {
		return nil, problem.New(problem.Usage, "--live cannot be negative")
	}
	options := []sandbox.Option{
		sandbox.WithSeed(o.seed), sandbox.WithStorage(storage), sandbox.WithOrders(o.orders),
		// Who runs a store on his machine has the receivers of its webhooks there, too.
		sandbox.WithReceivers(), sandbox.WithHosts(o.hosts...),
	}
	if o.name != "" {
		options = append(options, sandbox.WithName(o.name))
	}
	if o.version != "" {
		version, err := capability.ParseVersion(o.version)
		if err != nil {
			return nil, problem.Wrap(problem.Usage, err, "--wc is %q, which is no version of WooCommerce", o.version)
		}
		if !version.AtLeast(capability.Version{Major: 8, Minor: 4}) {
			return nil, problem.New(problem.Usage, "--wc is %s, and the sandbox knows WooCommerce from 8.4.0 on",
				o.version).
				Next("Take 8.4.0, or leave it out for %s", sandbox.NewestVersion)
		}
		options = append(options, sandbox.WithVersion(o.version))
	}
	if o.timeZone != "" {
		if _, err := time.LoadLocation(o.timeZone); err != nil {
			return nil, problem.Wrap(problem.Usage, err, "--time-zone is %q, which is no time zone", o.timeZone)
		}
		options = append(options, sandbox.WithTimeZone(o.timeZone))
	}
	if o.locale != "" {
		if !slices.Contains(sandbox.Locales(), o.locale) {
			return nil, problem.New(problem.Usage, "--locale is %q; it can be %s", o.locale,
				strings.Join(sandbox.Locales(), ", "))
		}
		options = append(options, sandbox.WithLocale(o.locale))
	}
	for _, name := range o.features {
		if !slices.Contains(sandbox.Features(), name) {
			return nil, problem.New(problem.Usage, "--feature is %q; it can be %s", name,
				strings.Join(sandbox.Features(), ", "))
		}
	}
	options = append(options, sandbox.WithFeatures(o.features...))
	if len(o.sites) > 0 {
		sites, err := o.network()
		if err != nil {
			return nil, err
		}
		options = append(options, sandbox.WithSites(sites...))
	}
	if !o.tls {
		options = append(options, sandbox.WithPlainHTTP())
	}
	return options, nil
}

// network are the further sites of a network. A site in a sub-directory begins with a slash.
func (o *sandboxOptions) network() ([]sandbox.Site, error) {
	var sites []sandbox.Site
	for i, address := range o.sites {
		name, isPath := strings.CutPrefix(address, "/")
		if name == "" || strings.ContainsAny(name, "/ ") || slices.Contains(o.sites[:i], address) {
			return nil, problem.New(problem.Usage, "--site is %q; it can be /NAME or a host name, each once", address)
		}
		if isPath {
			sites = append(sites, sandbox.Site{Path: address})
		} else {
			sites = append(sites, sandbox.Site{Domain: address})
		}
	}
	return sites, nil
}

func runSandbox(ctx context.Context, a *app, opts *sandboxOptions) error {
	options, err := opts.store()
	if err != nil {
		return err
	}
	if opts.orders >= 1000 {
		a.note("Making %s …", terminal.Plural(opts.orders, "order", "orders"))
	}
	memory.Limit(opts.orders)
	server, err := sandbox.Serve(opts.addr, options...)
	if err != nil {
		return problem.Wrap(problem.Usage, err, "the store cannot listen on %s: %s", opts.addr, problem.Reason(err)).
			Next("Choose another address with --addr, such as 127.0.0.1:8443; port 0 takes a free one")
	}
	defer server.Close()
	caFile, remove, err := writeAuthority(a, server, opts.caFile)
	if err != nil {
		return err
	}
	defer remove()
	if err := printSandbox(a, server, opts.called(server.URL), caFile); err != nil {
		return err
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		happened := 0
		server.Live(ctx, opts.live, func(what string, err error) {
			if happened++; happened%memory.CheckedEvery == 0 {
				memory.Limit(server.State().Counts["orders"])
			}
			switch {
			case err != nil:
				a.note("%s %v", a.err.Bad("✗"), err)
			case !opts.quiet:
				a.note("%s  %s", a.err.Faint(time.Now().Format(time.TimeOnly)), what)
			}
		})
	})
	<-ctx.Done()
	wg.Wait()
	return nil
}

// sandboxView is what a program needs to use the sandbox.
type sandboxView struct {
	URL    string `json:"url"`
	Key    string `json:"key"`
	Secret string `json:"secret"`
	CAFile string `json:"ca_file,omitempty"`
	// Sites are the further sites of a network, each with keys of its own.
	Sites []sandboxSiteView `json:"sites,omitempty"`
}

type sandboxSiteView struct {
	URL    string `json:"url"`
	Key    string `json:"key"`
	Secret string `json:"secret"`
}

// called is the address by which others reach the store. Where the store listens everywhere, the one it listens on is
// none that can be asked.
func (o *sandboxOptions) called(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsUnspecified() {
		return address
	}
	host := "127.0.0.1"
	if len(o.hosts) > 0 {
		host = o.hosts[0]
	}
	u.Host = net.JoinHostPort(host, u.Port())
	return u.String()
}

func printSandbox(a *app, server *sandbox.Server, address, caFile string) error {
	view := sandboxView{URL: address, Key: server.Key, Secret: server.Secret, CAFile: caFile}
	for _, site := range server.Sites()[1:] {
		key, err := site.Credentials("adm")
		if err != nil {
			return err
		}
		view.Sites = append(view.Sites, sandboxSiteView{site.Home(), key.Key, key.Secret})
	}
	if a.global.json {
		return a.printJSONLine(view)
	}
	a.say("%s A store is running at %s", a.out.Good("✓"), a.out.Strong(view.URL))
	a.facts([2]string{"key", view.Key}, [2]string{"secret", view.Secret}, [2]string{"authority", view.CAFile})
	for _, site := range view.Sites {
		a.say("  and at %s", a.out.Strong(site.URL))
		a.facts([2]string{"key", site.Key}, [2]string{"secret", site.Secret})
	}
	// What is exported holds for the commands after connect too: they need the authority as much.
	environment := fmt.Sprintf("export WAYBILL_KEY=%s WAYBILL_SECRET=%s", view.Key, view.Secret)
	if caFile != "" {
		environment = "export SSL_CERT_FILE=" + caFile + "\n  " + environment
	}
	a.note("\nConnect it, in another terminal:\n  %s\n  %s\nMake it fail:\n  %s\nStop it with Ctrl-C.", environment,
		a.err.Accent("waybill connect "+view.URL+" --name sandbox"),
		a.err.Accent("waybill sandbox fault break auth-header-stripped"+faultAddress(view.URL)))
	if caFile == "" {
		a.note("Without TLS a store takes signed requests only (OAuth 1.0a), as Waybill's are: for curl -u add --tls.")
	}
	return nil
}

// faultAddress names a store to waybill sandbox fault where it is not the usual one.
func faultAddress(address string) string {
	if address == sandboxadmin.DefaultAddress {
		return ""
	}
	return " --url " + address
}

// writeAuthority keeps the certificate authority where other programs can read it. A file that nobody named is removed
// in the end.
func writeAuthority(a *app, server *sandbox.Server, path string) (string, func(), error) {
	keep := func() {}
	if server.CertificateAuthority == nil {
		return "", keep, nil
	}
	cfg, err := a.loadConfig(nil)
	if err != nil {
		return "", keep, err
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "https://"))
	if err != nil {
		return "", keep, err
	}
	// A copy in the data directory is found there by waybill sandbox fault, by the port, wherever else the file is
	// kept.
	own := sandboxadmin.AuthorityFile(cfg.Data, port)
	ownErr := os.MkdirAll(cfg.Data, 0o700)
	if ownErr == nil {
		ownErr = os.WriteFile(own, server.CertificatePEM(), 0o644)
	}
	remove := func() { _ = os.Remove(own) } // nothing depends on it any more
	if path == "" {
		path, err = own, ownErr
	} else {
		err = os.WriteFile(path, server.CertificatePEM(), 0o644)
	}
	if err != nil {
		remove()
		return "", keep, problem.Wrap(problem.DataUnusable, err, "the certificate authority cannot be written: %s",
			problem.Reason(err)).
			Next("Name a file in a directory that exists and that you may write to: --ca-file FILE")
	}
	return path, remove, nil
}
