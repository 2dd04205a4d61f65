package faults

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

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

func newFaultAddCommand(a *program.App, opts *faultOptions) *cobra.Command {
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
			if a.JSON() {
				return a.PrintJSON(added)
			}
			a.Say("%s Fault %s is in force.", a.Out().Good("✓"), added.ID)
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
	program.Must(cmd.RegisterFlagCompletionFunc("drop", cobra.FixedCompletions([]string{"before", "after"},
		cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// build reads the fault from a file, or takes it from the flags.
func (f *faultFlags) build(a *program.App, cmd *cobra.Command) ([]byte, error) {
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

func readFault(a *program.App, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(a.In)
	}
	return os.ReadFile(path)
}
