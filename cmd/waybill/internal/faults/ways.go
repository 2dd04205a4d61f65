package faults

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/sandbox"
)

func newFaultBreakCommand(a *program.App, opts *faultOptions) *cobra.Command {
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

func newFaultMendCommand(a *program.App, opts *faultOptions) *cobra.Command {
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
func (o *faultOptions) each(ctx context.Context, a *program.App, verb string, ways []string, done string) error {
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
	if a.JSON() {
		return a.PrintJSON(map[string][]string{done: ways})
	}
	a.Say("%s The store is %s: %s.", a.Out().Good("✓"), done, strings.Join(ways, ", "))
	return nil
}
