package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type verifyOptions struct {
	store     string
	pace      string
	show      int
	resources []string
}

func newVerifyCommand(a *app) *cobra.Command {
	var opts verifyOptions
	cmd := &cobra.Command{
		Use:   "verify [STORE]",
		Short: "Prove that a mirror equals its store, record by record",
		Long: `Reads the whole store again and compares every record with the copy, value by value. It
changes neither. It exits with 0 when they are equal and with 10 when they differ, and
shows the first differences. What you name with --resource and cannot be compared ends
with 10 as well, and the reason is shown.

Order notes and fulfilments cost one request for each order that has some.

You may run it beside a sync. Without one, what changes on the store meanwhile shows as
a difference.`,
		Example: `  waybill verify
  waybill verify my-shop --resource orders,refunds
  waybill verify my-shop --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = storeArg(args)
			return runVerify(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.pace, "pace", "", "`polite` or full")
	flags.IntVar(&opts.show, "show", 20, "describe at most `N` differences; all are counted")
	flags.StringSliceVar(&opts.resources, "resource", nil, "compare only these `resources`")
	return cmd
}

func runVerify(ctx context.Context, a *app, opts *verifyOptions) error {
	resources, err := argument.Resources(opts.resources)
	if err != nil {
		return err
	}
	return a.beside(ctx, settings{"pace.mode": opts.pace}, func(s *service.Asker) error {
		stores, err := s.Selected(ctx, opts.store)
		if err != nil {
			return err
		}
		result := wire.VerifyReport{Equal: true, Stores: []wire.Verified{}}
		for _, st := range stores {
			shown := a.display().Mirror(nameAmong(st, stores))
			report, err := s.Verify(ctx, st, mirror.VerifyOptions{Show: opts.show, Resources: resources}, shown.Watch)
			shown.Done()
			if err != nil {
				return err
			}
			result.Equal = result.Equal && report.Equal()
			result.Stores = append(result.Stores, wire.VerifiedOf(st, report))
			if !a.global.json {
				printVerified(a, st, report)
			}
		}
		if a.global.json {
			if err := a.printJSON(result); err != nil {
				return err
			}
		}
		if !result.Equal {
			return exit(problem.ExitDifferent)
		}
		return nil
	})
}

func printVerified(a *app, st storage.Store, r mirror.Report) {
	var rows [][]string
	var skipped []mirror.ResourceReport
	for _, one := range r.Resources {
		if one.Skipped != "" {
			skipped = append(skipped, one)
			continue
		}
		rows = append(rows, []string{
			string(one.Resource), terminal.Count(one.Store), terminal.Count(one.Equal), terminal.Count(one.Different),
			terminal.Count(one.OnlyStore), terminal.Count(one.OnlyMirror),
		})
	}
	wrong := func(value, laidOut string) string {
		if value == "0" {
			return a.out.Faint(laidOut)
		}
		return a.out.Bad(laidOut)
	}
	a.table([]terminal.Column{
		{Title: "RESOURCE"}, {Title: "ON THE STORE", Right: true}, {Title: "EQUAL", Right: true},
		{Title: "DIFFERENT", Right: true, Paint: wrong}, {Title: "ONLY STORE", Right: true, Paint: wrong},
		{Title: "ONLY MIRROR", Right: true, Paint: wrong},
	}, rows)
	var refused []string
	for _, one := range skipped {
		if strings.HasPrefix(one.Skipped, "the key may not read them") {
			refused = append(refused, string(one.Resource))
			continue
		}
		a.say("%s not compared: %s", one.Resource, terminal.OneLine(one.Skipped))
	}
	if len(refused) > 0 {
		a.say("Not compared, because the key may not read them: %s", strings.Join(refused, ", "))
	}
	for _, one := range r.Resources {
		if one.Hidden > 0 {
			a.say("%s: %s compared under their ids, because no list of the store shows them (nothing registers their "+
				"status)", one.Resource, terminal.Count(one.Hidden))
		}
		switch {
		case one.UnseenWhy != "":
			a.say("%s: the store counts %s, its lists show %s: %s", one.Resource,
				a.out.Bad(terminal.Count(one.Store+one.Unseen)), terminal.Count(one.Store), one.UnseenWhy)
		case one.Unseen > 0 && one.Resource == storage.Variations:
			a.say("%s: the store counts %s more than were found below the products that were asked", one.Resource,
				a.out.Bad(terminal.Count(one.Unseen)))
		case one.Unseen > 0:
			a.say("%s: the store counts %s more than it lists or answers for: nothing registers their status, or "+
				"they are unsaved drafts of order pages", one.Resource, a.out.Bad(terminal.Count(one.Unseen)))
		}
	}
	for _, d := range r.Differences {
		printDifference(a, d)
	}
	for _, note := range r.Notes {
		a.say("%s", a.out.Faint("note: "+terminal.OneLine(note)))
	}
	spent := a.out.Faint("(" + terminal.Plural(int(r.Requests), "request", "requests") + ", " +
		terminal.Duration(r.Elapsed) + ")")
	if r.Equal() && r.Records() == 0 {
		a.say("%s Neither %s nor its mirror has any of what was compared %s", a.out.Good("✓"), a.out.Strong(st.Name), spent)
		return
	}
	if r.Equal() {
		a.say("%s The mirror of %s equals the store: %s compared%s %s", a.out.Good("✓"), a.out.Strong(st.Name),
			terminal.Plural(r.Records(), "record", "records"), leftOut(skipped), spent)
		return
	}
	if r.Agrees() && len(r.NotCompared) > 0 {
		names := make([]string, len(r.NotCompared))
		for i, resource := range r.NotCompared {
			names[i] = string(resource)
		}
		a.say("%s Nothing is proved of what was not compared: %s %s", a.out.Bad("✗"), strings.Join(names, ", "), spent)
		return
	}
	if r.Agrees() {
		a.say("%s Everything that %s shows equals the mirror, but it holds records that it does not show %s",
			a.out.Bad("✗"), a.out.Strong(st.Name), spent)
		if slices.ContainsFunc(r.Resources, func(one mirror.ResourceReport) bool {
			return one.Unseen > 0 && one.UnseenWhy == "" && one.Resource == storage.Orders
		}) {
			a.note("  %s Switch the plugin on again that registers their status, or give them another status",
				a.err.Faint("->"))
		}
		return
	}
	a.say("%s The mirror of %s differs from the store %s", a.out.Bad("✗"), a.out.Strong(st.Name), spent)
	a.note("  %s Bring it up to date and verify again: %s", a.err.Faint("->"),
		a.err.Accent("waybill sync "+st.Name+" --once"))
	a.note("  %s If that changes nothing, it is an edit that changes no date: %s", a.err.Faint("->"),
		a.err.Accent("waybill sync "+st.Name+" --once --thorough"))
}

// leftOut names the kinds of records that the verdict does not speak of.
func leftOut(skipped []mirror.ResourceReport) string {
	if len(skipped) == 0 {
		return ""
	}
	names := make([]string, len(skipped))
	for i, one := range skipped {
		names[i] = string(one.Resource)
	}
	return ", all but " + strings.Join(names, " and ")
}

func printDifference(a *app, d mirror.RecordDifference) {
	what := map[string]string{
		mirror.FoundDifferent: "differs", mirror.FoundOnlyStore: "is missing in the mirror",
		mirror.FoundOnlyMirror: "is gone from the store",
	}[d.Found]
	a.say("  %s %s", a.out.Strong(d.String()), what)
	for _, field := range d.Fields {
		a.say("    %s: store %s, mirror %s", field.Path, clip(field.A), clip(field.B))
	}
}

// clip keeps one value of a difference readable.
func clip(value string) string {
	const most = 60
	runes := []rune(terminal.OneLine(value))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}
