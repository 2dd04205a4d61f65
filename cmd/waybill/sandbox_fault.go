package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/sandboxadmin"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/sandbox"
)

// defaultSandbox is where waybill sandbox --tls listens when no address is given.
const defaultSandbox = "https://127.0.0.1:8443"

// faultOptions are what all commands of waybill sandbox fault share.
type faultOptions struct {
	url    string
	caFile string
}

// ask makes a request to the administration of the store.
func (o *faultOptions) ask(ctx context.Context, a *app, method, path string, body []byte, into any) error {
	client := sandboxadmin.Client{URL: o.url, CAFile: o.caFile}
	if cfg, err := a.loadConfig(nil); err == nil {
		client.Data = cfg.Data
	}
	if client.URL == "" {
		var err error
		if client.URL, err = o.found(ctx, client.Data); err != nil {
			return err
		}
	}
	return client.Ask(ctx, method, path, body, into)
}

// found is the address of the sandbox that is meant when none is given: the usual one, unless one of this data
// directory listens elsewhere.
func (o *faultOptions) found(ctx context.Context, data string) (string, error) {
	running := sandboxadmin.Running(ctx, data)
	switch {
	case o.caFile != "", len(running) == 0, slices.Contains(running, defaultSandbox):
		return defaultSandbox, nil
	case len(running) == 1:
		return running[0], nil
	}
	return "", problem.New(problem.Usage, "several sandboxes run: %s", strings.Join(running, ", ")).
		Next("Say which one: --url %s", running[0])
}

func newSandboxFaultCommand(a *app) *cobra.Command {
	var opts faultOptions
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "Make a running sandbox store fail on purpose",
		Long: `Changes what happens to the requests of a running sandbox store: faults of your
own (a delay, a lost answer, another status, a cut body), or one of the known ways
in which stores break, by its name. The same can be seen and done with a browser
at the address of the store followed by /_sandbox/.`,
		Example: `  waybill sandbox fault list
  waybill sandbox fault break auth-header-stripped
  waybill sandbox fault clear`,
		Args: cobra.NoArgs,
	}
	flags := cmd.PersistentFlags()
	flags.StringVar(&opts.url, "url", "",
		"`address` of the store (default: of the sandbox that runs with --tls on this data directory, else "+
			defaultSandbox+")")
	flags.StringVar(&opts.caFile, "ca-file", "",
		"certificate authority of the store in this `file` (default: the one that waybill sandbox keeps while it runs)")
	cmd.AddCommand(
		newFaultListCommand(a, &opts), newFaultAddCommand(a, &opts), newFaultBreakCommand(a, &opts),
		newFaultMendCommand(a, &opts), newFaultClearCommand(a, &opts))
	return cmd
}

func newFaultListCommand(a *app, opts *faultOptions) *cobra.Command {
	var ways bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Show the faults in force, or every way to break a store",
		Example: `  waybill sandbox fault list
  waybill sandbox fault list --ways`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if ways {
				return listWays(a)
			}
			return listFaults(cmd.Context(), a, opts)
		},
	}
	cmd.Flags().BoolVar(&ways, "ways", false, "list the names that break takes; no store needs to run")
	return cmd
}

func listWays(a *app) error {
	ways := sandbox.Breakages()
	if a.global.json {
		return a.printJSON(ways)
	}
	var rows [][]string
	for _, way := range ways {
		rows = append(rows, []string{way.ID, way.What})
	}
	a.table([]terminal.Column{{Title: "way"}, {Title: "what is wrong then"}}, rows)
	return nil
}

func listFaults(ctx context.Context, a *app, opts *faultOptions) error {
	var faults []sandbox.ArmedFault
	var state sandbox.State
	if err := opts.ask(ctx, a, http.MethodGet, "faults", nil, &faults); err != nil {
		return err
	}
	if err := opts.ask(ctx, a, http.MethodGet, "state", nil, &state); err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(struct {
			Faults []sandbox.ArmedFault `json:"faults"`
			Broken []string             `json:"broken"`
		}{faults, state.Broken})
	}
	if len(faults) == 0 && len(state.Broken) == 0 {
		a.say("No fault is in force.")
		return nil
	}
	if len(state.Broken) > 0 {
		a.say("Broken: %s", strings.Join(state.Broken, ", "))
	}
	var rows [][]string
	for _, f := range faults {
		rows = append(rows, []string{f.ID, f.Name, strings.Join(f.Match.Methods, ","), f.Match.Path,
			strconv.Itoa(f.Happened), f.Does()})
	}
	if len(rows) > 0 {
		a.table([]terminal.Column{{Title: "id"}, {Title: "name"}, {Title: "methods"}, {Title: "path"},
			{Title: "happened"}, {Title: "what it does"}}, rows)
	}
	return nil
}

// faultFlags build a fault on the command line.
type faultFlags struct {
	fault       sandbox.Fault
	file        string
	delay, late time.Duration
	status      int
	body        string
	headers     map[string]string
	drop        string
	cut         int
}

func newFaultAddCommand(a *app, opts *faultOptions) *cobra.Command {
	var f faultFlags
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Let something happen to requests",
		Long: `Adds a fault. The flags --method, --path, --query, --skip, --times and
--probability choose the requests, all others say what happens to them. A fault that
the flags cannot say is read as JSON with --file.`,
		Example: `  waybill sandbox fault add --path /orders --delay 2s --probability 0.2
  waybill sandbox fault add --method POST --path '/orders$' --drop after --times 1
  waybill sandbox fault add --path /products --status 429 --header Retry-After=5
  echo '{"match":{"path":"/orders"},"cut":100}' | waybill sandbox fault add --file -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			body, err := f.build(a, cmd)
			if err != nil {
				return err
			}
			var added struct {
				ID string `json:"id"`
			}
			if err := opts.ask(cmd.Context(), a, http.MethodPost, "faults", body, &added); err != nil {
				return err
			}
			if a.global.json {
				return a.printJSON(added)
			}
			a.say("%s Fault %s is in force.", a.out.Good("✓"), added.ID)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", "", "read the fault as JSON from this `file`; - is standard input")
	flags.StringVar(&f.fault.Name, "name", "", "`name` to list and remove it by")
	flags.StringSliceVar(&f.fault.Match.Methods, "method", nil, "only requests of these `METHODS`")
	flags.StringVar(&f.fault.Match.Path, "path", "", "only requests whose path matches this regular `expression`")
	flags.StringVar(&f.fault.Match.Query, "query", "", "only requests whose query matches this regular `expression`")
	flags.IntVar(&f.fault.Match.Skip, "skip", 0, "let `N` matching requests pass first")
	flags.IntVar(&f.fault.Match.Times, "times", 0, "end after `N` times (default: never)")
	flags.Float64Var(&f.fault.Match.Probability, "probability", 0,
		"`share` of the matching requests, 0 to 1 (default: all)")
	flags.DurationVar(&f.delay, "delay", 0, "wait this `long` before the store sees the request")
	flags.IntVar(&f.status, "status", 0, "answer with this `status` in place of the store")
	flags.StringVar(&f.body, "body", "", "`text` of that answer")
	flags.StringToStringVar(&f.headers, "header", nil, "`Name=value` headers of that answer")
	flags.StringVar(&f.drop, "drop", "", "close the connection: `before` the store acts, or after")
	flags.DurationVar(&f.late, "late", 0, "with --drop after: act only this `long` after the client is gone")
	flags.IntVar(&f.cut, "cut", 0, "let only `N` bytes of the body arrive; negative: all but so many")
	flags.StringSliceVar(&f.fault.StripHeaders, "strip-header", nil, "take these `headers` out of the request")
	must(cmd.RegisterFlagCompletionFunc("drop", cobra.FixedCompletions([]string{"before", "after"},
		cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// build reads the fault from a file, or takes it from the flags.
func (f *faultFlags) build(a *app, cmd *cobra.Command) ([]byte, error) {
	if f.file != "" {
		body, err := readFault(a, f.file)
		if err != nil {
			return nil, problem.Wrap(problem.InputInvalid, err, "The fault cannot be read from %s: %s", f.file,
				problem.Reason(err))
		}
		return body, checkFault(f.file, body)
	}
	fault := f.fault
	fault.Delay, fault.Late, fault.Drop = sandbox.Duration(f.delay), sandbox.Duration(f.late), sandbox.Drop(f.drop)
	if f.status != 0 {
		fault.Answer = &sandbox.Answer{Status: f.status, Header: f.headers, Body: f.body}
	} else if f.body != "" || len(f.headers) > 0 {
		return nil, problem.New(problem.Usage, "--body and --header belong to an answer: give its --status too")
	}
	if cmd.Flags().Changed("cut") {
		fault.Cut = &f.cut
	}
	if fault.Does() == "" {
		return nil, problem.New(problem.Usage, "this fault would do nothing").
			Next("Say what happens to the requests: --delay, --status, --drop, --cut or --strip-header")
	}
	return json.Marshal(fault)
}

// checkFault says what is wrong with a fault that was read.
func checkFault(file string, body []byte) error {
	var fault sandbox.Fault
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&fault); err != nil {
		return problem.Wrap(problem.InputInvalid, err, "%s is no fault: %s", file, problem.Reason(err)).
			Next("An example: {\"match\":{\"path\":\"/orders\"},\"status\":503}")
	}
	if fault.Does() == "" {
		return problem.New(problem.InputInvalid, "the fault in %s would do nothing", file).
			Next("An example: {\"match\":{\"path\":\"/orders\"},\"status\":503}")
	}
	return nil
}

func readFault(a *app, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(a.stdin)
	}
	return os.ReadFile(path)
}

func newFaultBreakCommand(a *app, opts *faultOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "break WAY…",
		Short: "Break the store in known ways",
		Example: `  waybill sandbox fault break cf-challenge
  waybill sandbox fault break key-read-only cap-reports`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: completeWays,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opts.each(cmd.Context(), a, "break", args, "broken")
		},
	}
}

func newFaultMendCommand(a *app, opts *faultOptions) *cobra.Command {
	return &cobra.Command{
		Use:               "mend WAY…",
		Short:             "Undo break",
		Example:           `  waybill sandbox fault mend cf-challenge`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: completeWays,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opts.each(cmd.Context(), a, "mend", args, "mended")
		},
	}
}

func completeWays(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, way := range sandbox.Breakages() {
		ids = append(ids, way.ID+"\t"+way.What)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// knownWay refuses a way that no sandbox knows: mending it would be said to be done.
func knownWay(id string) error {
	var ids []string
	for _, way := range sandbox.Breakages() {
		ids = append(ids, way.ID)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	p := problem.New(problem.Usage, "no store breaks in a way called %q", id)
	if meant := spelling.Nearest(id, ids); meant != "" {
		return p.Next("Did you mean: %s", meant)
	}
	return p.Next("See the ways: waybill sandbox fault list --ways")
}

// each does one thing for every way and says what was done.
func (o *faultOptions) each(ctx context.Context, a *app, verb string, ways []string, done string) error {
	for _, way := range ways {
		if err := knownWay(way); err != nil {
			return err
		}
	}
	for _, way := range ways {
		if err := o.ask(ctx, a, http.MethodPost, verb+"/"+url.PathEscape(way), nil, nil); err != nil {
			return err
		}
	}
	if a.global.json {
		return a.printJSON(map[string][]string{done: ways})
	}
	a.say("%s The store is %s: %s.", a.out.Good("✓"), done, strings.Join(ways, ", "))
	return nil
}

func newFaultClearCommand(a *app, opts *faultOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "clear [ID-OR-NAME]",
		Short: "End all faults and mend everything, or end one fault",
		Example: `  waybill sandbox fault clear
  waybill sandbox fault clear 3`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "faults"
			if len(args) == 1 {
				path += "/" + url.PathEscape(args[0])
			}
			var result struct {
				Removed int      `json:"removed"`
				Mended  []string `json:"mended,omitempty"`
			}
			if err := opts.ask(cmd.Context(), a, http.MethodDelete, path, nil, &result); err != nil {
				return err
			}
			if a.global.json {
				return a.printJSON(result)
			}
			switch {
			case len(result.Mended) > 0:
				a.say("%s The store is mended: %s.", a.out.Good("✓"), strings.Join(result.Mended, ", "))
			case result.Removed == 0:
				a.say("Nothing was broken.")
			default:
				a.say("%s %s ended.", a.out.Good("✓"), terminal.Plural(result.Removed, "fault", "faults"))
			}
			return nil
		},
	}
}
