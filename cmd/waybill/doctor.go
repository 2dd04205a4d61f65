package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
)

func newDoctorCommand(a *app) *cobra.Command {
	var opts doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor [STORE|URL]",
		Short: "Find the one cause why an integration does not work, with the fix to paste",
		Long: `Asks a store from outside, without changing anything on it, and names the one cause
why an integration does not work, the exact fix, and why it is sure. At most 60
requests; the secret travels only over verified TLS to the address that was given.

Without a key it tells what can be known without one. Exits with 0 when the store is
healthy, 10 when there are problems, 11 when there are only warnings, 12 when nothing
wrong was seen and not everything could be asked (no key, or no room for all of it),
1 when the doctor itself failed. With --check it tells of that cause alone.`,
		Example: `  # The key from the environment, so that it shows in no process list:
  export WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_…
  waybill doctor https://shop.example
  waybill doctor https://shop.example --for orders:read,orders:write,webhooks --permissions

  # A connected store by its name; wait until it is fixed:
  waybill doctor my-shop --watch

  # For a ticket, for CI, for somebody else to look at:
  waybill doctor my-shop --markdown > ticket.md
  waybill doctor my-shop --junit > doctor.xml
  waybill doctor my-shop --save evidence.json
  waybill doctor --replay evidence.json

  # What is behind a finding, and what else can be wrong:
  waybill doctor --explain auth-header-stripped
  waybill doctor --list`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = storeArg(args)
			return runDoctor(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.key, "key", "",
		"consumer `key` (ck_…); better in WAYBILL_KEY, where other users cannot see it")
	flags.StringVar(&opts.secret, "secret", "", "consumer `secret` (cs_…); better in WAYBILL_SECRET")
	flags.StringVar(&opts.scopes, "for", "",
		"`scopes` the integration needs (default "+strings.ReplaceAll(capability.JoinScopes(capability.DefaultScopes),
			" ", "")+")")
	flags.StringVar(&opts.deliveryURL, "delivery-url", "",
		"`URL` of the webhook receiver that should exist in the store")
	flags.StringVar(&opts.check, "check", "", "ask this check `ID` only")
	flags.StringVar(&opts.explain, "explain", "",
		"explain this cause `ID`: what one sees, how to tell, what to do; asks nothing")
	flags.StringVar(&opts.save, "save", "", "save the evidence to `FILE`, without secrets")
	flags.StringVar(&opts.replay, "replay", "", "diagnose the evidence in `FILE` instead of asking a store")
	flags.StringVar(&opts.userAgent, "user-agent", "", "ask under this `name`, as the integration would")
	flags.BoolVar(&opts.junit, "junit", false, "print JUnit XML")
	flags.BoolVar(&opts.markdown, "markdown", false, "print Markdown for a ticket")
	flags.BoolVar(&opts.watch, "watch", false, "ask again until no problem is left, and say so")
	flags.DurationVar(&opts.every, "every", 20*time.Second, "with --watch: `pause` between two rounds")
	flags.IntVar(&opts.requests, "requests", doctor.DefaultBudget().Requests,
		"ask the store at most `N` times; many scopes together need more")
	flags.BoolVar(&opts.list, "list", false, "list all checks and what cannot be seen from outside")
	flags.BoolVar(&opts.permissions, "permissions", false, "add the map of what this key may do, endpoint by method")
	flags.BoolVar(&opts.checklist, "checklist", false, "add the answers to the usual questions")
	flags.BoolVar(&opts.skipped, "skipped", false, "add the checks that were skipped, with the reason")
	flags.BoolVarP(&opts.verbose, "verbose", "v", false,
		"add what was seen, and what each finding is not to be confused with")
	flags.BoolVar(&opts.curl, "curl", false, "print the quick tests a person would run, reads only, and ask nothing")
	flags.BoolVar(&opts.adopt, "adopt", false, "let Waybill use the stop-gaps that were found for a connected store")
	must(cmd.RegisterFlagCompletionFunc("for", completeScopes))
	must(cmd.RegisterFlagCompletionFunc("check", completeChecks))
	must(cmd.RegisterFlagCompletionFunc("explain", completeCauses))
	cmd.MarkFlagsMutuallyExclusive("junit", "markdown", "list", "curl", "explain")
	cmd.MarkFlagsMutuallyExclusive("replay", "watch", "save", "curl")
	return cmd
}

// How often the doctor may be told to ask: fewer tell nothing, and more than there are questions are of no use.
const leastRequests, mostRequests = 20, 200

func runDoctor(ctx context.Context, a *app, opts *doctorOptions) error {
	if opts.list {
		return listChecks(a)
	}
	if opts.explain != "" {
		return explainCause(a, opts.explain)
	}
	if opts.check != "" {
		if _, ok := doctor.CheckByID(opts.check); !ok {
			return noSuchCause("check", opts.check)
		}
	}
	if opts.requests < leastRequests || opts.requests > mostRequests {
		return problem.New(problem.Usage, "--requests %d: the doctor asks %d to %d times", opts.requests, leastRequests,
			mostRequests).Next("Leave it out: %d are enough for most", doctor.DefaultBudget().Requests)
	}
	if err := opts.checkTexts(); err != nil {
		return err
	}
	if opts.replay != "" {
		return replayEvidence(a, opts)
	}
	p, err := newPatient(ctx, a, opts)
	if err != nil {
		return err
	}
	if opts.curl {
		text, err := doctor.Curl(p.target)
		if err != nil {
			return problem.Wrap(problem.InputInvalid, err, "%s", err.Error()).
				Next("Give the address of the shop, like https://shop.example")
		}
		a.say("%s", strings.TrimRight(text, "\n"))
		return nil
	}
	if opts.watch {
		return watchPatient(ctx, a, opts, p)
	}
	report, err := examine(ctx, a, opts, p)
	if err != nil {
		return err
	}
	if err := printReport(a, opts, report); err != nil {
		return err
	}
	for _, lesson := range p.learned {
		a.note("Learned while writing: %s.", lesson)
	}
	if opts.adopt {
		if err := p.adopt(ctx, a, report); err != nil {
			return err
		}
	}
	return verdict(report)
}

// checkTexts refuses values of flags that would be passed over.
func (o *doctorOptions) checkTexts() error {
	if o.every <= 0 {
		return problem.New(problem.Usage, "--every %s is no pause", o.every).Next("Give a time such as 20s")
	}
	if o.scopes != "" && strings.Trim(o.scopes, ", ") == "" {
		return problem.New(problem.Usage, "--for %q names no scope", o.scopes).
			Next("Name scopes, as in --for orders:read,orders:write, or leave it out")
	}
	at := strings.TrimSpace(o.deliveryURL)
	if at == "" {
		return nil
	}
	if u, err := url.Parse(at); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return problem.New(problem.Usage, "--delivery-url is no address that a webhook could be delivered to").
			Next("Give it whole, such as https://erp.example/hook")
	}
	return nil
}

// examine asks the store once and keeps the evidence where that was asked for.
func examine(ctx context.Context, a *app, opts *doctorOptions, p patient) (*doctor.Report, error) {
	display, progress := a.display().Examination(p.target.URL)
	budget := doctor.DefaultBudget()
	budget.Requests = opts.requests
	evidence, err := doctor.Collect(ctx, p.target,
		append(slices.Clone(p.options), doctor.WithBudget(budget), doctor.WithCheck(opts.check), progress)...)
	display.Done()
	if err != nil {
		return nil, problem.Wrap(problem.InputInvalid, err, "%s", err.Error()).
			Next("Give the address of the shop, like https://shop.example")
	}
	if ctx.Err() != nil {
		return nil, problem.New(problem.Interrupted, "stopped before the examination was done")
	}
	if opts.save != "" {
		if err := saveEvidence(opts.save, evidence); err != nil {
			return nil, err
		}
	}
	return diagnose(opts, evidence)
}

func diagnose(opts *doctorOptions, evidence *doctor.Evidence) (*doctor.Report, error) {
	if opts.check != "" {
		return doctor.Examine(evidence, opts.check)
	}
	return doctor.Diagnose(evidence), nil
}

// verdict is the exit status of a report.
func verdict(report *doctor.Report) error {
	if code := report.ExitCode(); code != 0 {
		return exit(code)
	}
	if len(report.Crashes) > 0 {
		return problem.New(problem.Internal, "the check %s failed itself: %s", report.Crashes[0].ID,
			report.Crashes[0].Error)
	}
	return nil
}

func saveEvidence(name string, evidence *doctor.Evidence) error {
	// Evidence holds no secret, but it describes somebody's shop.
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return problem.Wrap(problem.InputInvalid, err, "the evidence could not be saved: %v", err).
			Next("Name a file in a directory that exists and is yours")
	}
	return errors.Join(evidence.Write(file), file.Close())
}

func replayEvidence(a *app, opts *doctorOptions) error {
	in := a.stdin
	if opts.replay != "-" {
		file, err := os.Open(opts.replay)
		if err != nil {
			return problem.Wrap(problem.InputInvalid, err, "the evidence could not be opened: %v", err).
				Next("Name a file that waybill doctor --save made")
		}
		defer file.Close()
		in = file
	}
	evidence, err := doctor.ReadEvidence(in)
	if err != nil {
		return problem.Wrap(problem.InputInvalid, err, "%s", err.Error()).
			Next("Name a file that waybill doctor --save made")
	}
	report, err := diagnose(opts, evidence)
	if err != nil {
		return err
	}
	if err := printReport(a, opts, report); err != nil {
		return err
	}
	return verdict(report)
}

func printReport(a *app, opts *doctorOptions, report *doctor.Report) error {
	switch {
	case a.global.json:
		return report.WriteJSON(a.stdout)
	case opts.junit:
		return report.WriteJUnit(a.stdout)
	case opts.markdown:
		return report.WriteMarkdown(a.stdout)
	}
	return report.WriteText(terminal.SafeWriter(a.stdout, a.out), doctor.TextOptions{
		Paint: doctor.Paint{Good: a.out.Good, Bad: a.out.Bad, Warn: a.out.Warn, Faint: a.out.Faint,
			Strong: a.out.Strong},
		Width:       a.out.Width,
		Permissions: opts.permissions, Checklist: opts.checklist, Skipped: opts.skipped, Verbose: opts.verbose,
	})
}

// watchPatient asks again until no problem is left. It prints a report whenever the first cause changes.
func watchPatient(ctx context.Context, a *app, opts *doctorOptions, p patient) error {
	last := "?"
	for round := 1; ; round++ {
		report, err := examine(ctx, a, opts, p)
		if err != nil {
			return err
		}
		cause := ""
		if root := report.Root(); root != nil {
			cause = root.ID
		}
		if cause != last {
			if err := printReport(a, opts, report); err != nil {
				return err
			}
			last = cause
		}
		if report.Status != doctor.Problems {
			if !a.global.json {
				a.note("%s", a.err.Good("✓ Fixed: no problem is left."))
			}
			return verdict(report)
		}
		if round == 1 && !a.global.json {
			a.note("%s", a.err.Faint("Asking again every "+opts.every.String()+" until it is fixed. Ctrl-C ends it."))
		}
		select {
		case <-ctx.Done():
			return verdict(report)
		case <-time.After(max(opts.every, time.Second)):
		}
	}
}
