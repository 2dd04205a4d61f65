package main

import (
	"context"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

// sandboxOptions are the flags of waybill sandbox.
type sandboxOptions struct {
	addr, storage, version, zone, caFile string
	tls                                  bool
	seed                                 uint64
}

func newSandboxCommand(a *app) *cobra.Command {
	var opts sandboxOptions
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a WooCommerce store in memory that answers like a real one",
		Long: `Sandbox serves a WooCommerce store kept in memory: its REST API with the
statuses, codes, fields, headers, totals and permissions of a real store. It
prints the address and an administrator's key, and runs until interrupted.

As on a real store, keys are taken only over TLS; over plain HTTP requests must be
signed with OAuth 1.0a. With --tls the certificate authority is written to a
file: give it to clients, for example as SSL_CERT_FILE.`,
		Example: `  waybill sandbox --tls --json
  waybill sandbox --addr 127.0.0.1:8443 --tls --storage posts --version 9.9.0
  SSL_CERT_FILE=sandbox-ca.pem waybill connect https://127.0.0.1:8443`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSandbox(cmd.Context(), a, opts) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	flags.BoolVar(&opts.tls, "tls", false, "serve TLS with a certificate of its own")
	flags.StringVar(&opts.caFile, "ca-file", "sandbox-ca.pem", "`file` to write the certificate authority to")
	flags.Uint64Var(&opts.seed, "seed", 0, "`number` that makes what is generated repeatable in another way")
	flags.StringVar(&opts.storage, "storage", "", "where orders live: `mode` hpos, hpos-sync or posts (default hpos)")
	flags.StringVar(&opts.version, "version", "", "WooCommerce `version` to behave as (default 10.0.2)")
	flags.StringVar(&opts.zone, "time-zone", "", "the store's time zone by `name` (default UTC)")
	cmd.AddCommand(newSandboxReplayCommand(a))
	return cmd
}

// sandboxReport is what waybill sandbox prints when it is ready.
type sandboxReport struct {
	URL    string `json:"url"`
	Key    string `json:"key"`
	Secret string `json:"secret"`
	CAFile string `json:"ca_file,omitempty"`
}

func runSandbox(ctx context.Context, a *app, opts sandboxOptions) error {
	options := []sandbox.Option{sandbox.WithSeed(opts.seed), sandbox.WithTimeZone(opts.zone)}
	if opts.storage != "" {
		storage, err := capability.ParseStorage(opts.storage)
		if err != nil {
			return problem.Wrap(problem.Usage, err, "--storage %s is not known", opts.storage).
				Next("Use hpos, hpos-sync or posts.")
		}
		options = append(options, sandbox.WithStorage(storage))
	}
	if opts.version != "" {
		if _, err := capability.ParseVersion(opts.version); err != nil {
			return problem.Wrap(problem.Usage, err, "--version %s is no version number", opts.version).
				Next("Write it as 10.0.2.")
		}
		options = append(options, sandbox.WithVersion(opts.version))
	}
	if !opts.tls {
		options = append(options, sandbox.WithPlainHTTP())
	}
	server, err := sandbox.Serve(opts.addr, options...)
	if err != nil {
		if _, isNetwork := err.(net.Error); isNetwork {
			return problem.Wrap(problem.Usage, err, "The sandbox cannot listen on %s: %v", opts.addr, err).
				Next("Choose another --addr; port 0 takes a free one.")
		}
		return err
	}
	defer server.Close()
	report := sandboxReport{URL: server.URL, Key: server.Key, Secret: server.Secret}
	if opts.tls {
		if err := os.WriteFile(opts.caFile, server.CertificatePEM(), 0o644); err != nil { //nolint:gosec // a public certificate
			return problem.Wrap(problem.Usage, err, "The certificate authority cannot be written to %s", opts.caFile).
				Next("Choose another file with --ca-file.")
		}
		if report.CAFile, err = filepath.Abs(opts.caFile); err != nil {
			return err
		}
	}
	if a.global.json {
		if err := a.printJSON(report); err != nil {
			return err
		}
	} else {
		a.say("URL      %s\nKey      %s\nSecret   %s", report.URL, report.Key, report.Secret)
		if report.CAFile != "" {
			a.say("CA file  %s", report.CAFile)
		} else {
			a.note("Without --tls the store takes keys only as OAuth 1.0a signatures, as a real one does.")
		}
	}
	<-ctx.Done()
	return nil
}
