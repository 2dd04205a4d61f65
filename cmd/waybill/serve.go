package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
)

type serveOptions struct {
	role   string
	listen string
}

// The roles of a process. The API of all comes with a later version.
const (
	roleWorker = "worker"
	roleAll    = "all"
)

func newServeCommand(a *app) *cobra.Command {
	var opts serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Work for all stores until stopped: keep mirrors up to date and send what is to be written",
		Long: `Runs as a service of its own: it keeps the mirror of every connected store up to date
and sends what waits in the outbox, until it is stopped by SIGTERM or Ctrl-C. It then
ends what is under way and exits; a second signal ends it at once. Nothing is lost by
either, nor by kill -9.

Stores that are connected, paused, resumed or removed meanwhile are taken up without a
restart. Other commands may be used beside it: what they accept is sent by it, and
waybill sync and --wait follow what it does. Any number of these processes may work on
one PostgreSQL database; each store is worked on by one of them at a time.

It shows its health under /livez and /readyz and metrics for Prometheus under /metrics
(see serve.listen in the configuration).

--role all is the same as --role worker in this version: the HTTP API that it will
serve besides comes later.`,
		Example: `  waybill serve
  waybill serve --role worker --listen 127.0.0.1:9713
  curl http://127.0.0.1:9713/readyz`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runServe(cmd.Context(), a, &opts) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.role, "role", roleAll, "`worker` or all")
	flags.StringVar(&opts.listen, "listen", "", "`address:port` for health and metrics; off for none")
	must(cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(
		[]string{roleWorker, roleAll}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func runServe(ctx context.Context, a *app, opts *serveOptions) error {
	if opts.role != roleWorker && opts.role != roleAll {
		return problem.New(problem.Usage, "%q is no role", opts.role).Next("Use --role worker or --role all")
	}
	return a.withService(ctx, settings{"serve.listen": opts.listen}, func(s *service.Service) error {
		process := service.Process{Role: opts.role, Listen: s.Config().Serve.Listen, Version: buildInfo().Version}
		if process.Listen == "off" {
			process.Listen = ""
		}
		if err := s.Start(ctx, process); err != nil {
			return err
		}
		a.sayServing(opts.role, s.Listening())
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

// serving is the line that serve prints with --json when it has begun.
type serving struct {
	Role   string `json:"role"`
	Listen string `json:"listen,omitempty"`
}

func (a *app) sayServing(role, listen string) {
	if a.global.json {
		_ = a.printJSONLine(serving{role, listen}) // the reader has gone when this fails
		return
	}
	where := ""
	if listen != "" {
		where = fmt.Sprintf("; health and metrics on http://%s", listen)
	}
	a.say("%s Working for all stores%s; stop with Ctrl-C or SIGTERM", a.out.Good("✓"), where)
}
