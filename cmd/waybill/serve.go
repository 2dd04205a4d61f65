package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/telemetry"
	"github.com/waybillhq/waybill/internal/vitals"
)

type serveOptions struct {
	role   string
	listen string
	// heartbeat is called after good rounds.
	heartbeat string
}

// The roles of a process.
const (
	roleWorker = "worker"
	roleAPI    = "api"
	roleAll    = "all"
)

func newServeCommand(a *app) *cobra.Command {
	var opts serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Work for all stores until stopped, and serve the dashboard and the HTTP API",
		Long: `Runs as a service of its own: it keeps the mirror of every connected store up to date
and sends what waits in the outbox, until it is stopped by SIGTERM or Ctrl-C. It then
ends what is under way and exits; a second signal ends it at once. Nothing is lost by
either, nor by kill -9.

Stores that are connected, paused, resumed or removed meanwhile are taken up without a
restart. Other commands may be used beside it: what they accept is sent by it, and
waybill sync and --wait follow what it does. Any number of these processes may work on
one PostgreSQL database; each store is worked on by one of them at a time.

It serves the HTTP API under /v1, with its description under /openapi.json and /docs,
its health under /livez and /readyz, and metrics for Prometheus under /metrics (see
serve.listen in the configuration). waybill tokens create makes a token for the API.
The dashboard is at /. While nobody can sign in there, serve prints a link by which its
first administrator comes in; see waybill users.

--role worker works for stores and serves no API; --role api serves the API alone.`,
		Example: `  waybill serve
  waybill serve --role worker --listen 127.0.0.1:9713
  waybill serve --role api --listen 10.0.0.5:8080
  curl http://127.0.0.1:9713/readyz`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runServe(cmd.Context(), a, &opts) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.role, "role", roleAll, "`all`, worker or api")
	flags.StringVar(&opts.heartbeat, "heartbeat", "", heartbeatUsage)
	flags.StringVar(&opts.listen, "listen", "", "`address:port` for the API, health and metrics; off for none")
	must(cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(
		[]string{roleAll, roleWorker, roleAPI}, cobra.ShellCompDirectiveNoFileComp)))
	cmd.AddCommand(newServeReadyCommand(a))
	return cmd
}

func runServe(ctx context.Context, a *app, opts *serveOptions) error {
	if !slices.Contains([]string{roleAll, roleWorker, roleAPI}, opts.role) {
		return problem.New(problem.Usage, "%q is no role", opts.role).
			Next("Use --role worker, --role api or --role all")
	}
	beat, err := a.heartbeat(opts.heartbeat)
	if err != nil {
		return err
	}
	defer beat.Wait()
	tracer, err := telemetry.New(ctx, a.getenv, buildInfo().Version)
	if err != nil {
		return err
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSpansWithin)
		defer cancel()
		_ = tracer.Stop(last) // spans are lost where the collector does not take them
	}()
	return a.withService(ctx, settings{"serve.listen": opts.listen}, func(s *service.Service) error {
		process := service.Process{Done: func(r follow.Round) { beat.Round(r.Store.Name, r.Err == nil) },
			Role: opts.role, Listen: s.Config().Serve.Listen, Version: buildInfo().Version,
			Tracer: tracer, Idle: opts.role == roleAPI, API: opts.role != roleWorker}
		if process.Listen == "off" {
			process.Listen = ""
		}
		if process.Listen == "" && process.Idle {
			return problem.New(problem.Usage, "--role api that listens nowhere does nothing").
				Next("Give an address with --listen")
		}
		if err := s.Start(ctx, process); err != nil {
			return err
		}
		first := ""
		if process.API {
			if first, err = s.FirstLink(ctx); err != nil {
				return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
			}
		}
		a.sayServing(opts.role, s.Listening(), first)
		<-ctx.Done()
		a.note("Stopping: ending what is under way.")
		// A request that is under way to a store is waited for: its answer is worth more than a quick end. Who cannot
		// wait sends a second signal.
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err := s.Stop(stopCtx)
		if errors.Is(err, context.DeadlineExceeded) {
			a.note("A store did not answer in time; what was under way is looked up at the next start.")
			return nil
		}
		return err
	})
}

// stopWithin is how long requests under way are waited for: as long as the connection of a write is kept at most.
const stopWithin = 5 * time.Minute

// lastSpansWithin is how long a collector of OpenTelemetry may take for the last spans.
const lastSpansWithin = 5 * time.Second

// serving is the line that serve prints with --json when it has begun.
type serving struct {
	Role   string `json:"role"`
	Listen string `json:"listen,omitempty"`
	// First is the link for the first administrator; absent where there is a user.
	First string `json:"first_administrator,omitempty"`
}

func (a *app) sayServing(role, listen, first string) {
	if a.global.json {
		_ = a.printJSONLine(serving{role, listen, first}) // the reader has gone when this fails
		return
	}
	doing, where := "Working for all stores", ""
	switch {
	case role == roleAPI:
		doing, where = "Serving", fmt.Sprintf(" the dashboard and the HTTP API on http://%s (/docs shows it)", listen)
	case listen != "" && role == roleAll:
		where = fmt.Sprintf("; dashboard, HTTP API, health and metrics on http://%s (/docs shows it)", listen)
	case listen != "":
		where = fmt.Sprintf("; health and metrics on http://%s", listen)
	}
	a.say("%s %s%s; stop with Ctrl-C or SIGTERM", a.out.Good("✓"), doing, where)
	if first != "" {
		a.say("  Nobody can sign in to the dashboard yet. Come in as its administrator by this link, which is good "+
			"once:\n  %s",
			a.out.Strong(first))
	}
}

func newServeReadyCommand(a *app) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "ready",
		Short: "Ask a running waybill serve whether it is ready, for what watches it",
		Long: `Asks the waybill serve of this machine, at serve.listen, whether it works and reaches its
database. Exit status 0 says yes. It needs no other program, so that an image that holds
nothing but waybill can look after itself.`,
		Example: `  waybill serve ready
  waybill serve ready --listen 127.0.0.1:9714 && echo yes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig(settings{"serve.listen": address})
			if err != nil {
				return err
			}
			if cfg.Serve.Listen == "off" {
				return problem.New(problem.Usage, "a waybill serve that listens nowhere cannot be asked").
					Next("Set serve.listen, or give --listen")
			}
			if err := vitals.Ask(cmd.Context(), cfg.Serve.Listen); err != nil {
				return problem.Wrap(problem.ServeNotReady, err, "waybill serve at %s is not ready: %s",
					cfg.Serve.Listen, problem.Reason(err))
			}
			if a.global.json {
				return a.printJSON(readyView{Listen: cfg.Serve.Listen, Ready: true})
			}
			a.say("%s waybill serve at %s is ready", a.out.Good("✓"), cfg.Serve.Listen)
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "listen", "", "`address:port` where it listens, other than serve.listen")
	return cmd
}

// readyView is what waybill serve ready prints with --json.
type readyView struct {
	Listen string `json:"listen"`
	Ready  bool   `json:"ready"`
}
