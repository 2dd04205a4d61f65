package faults

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/sandboxadmin"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/sandbox"
)

// faultOptions are what all commands of waybill sandbox fault share.
type faultOptions struct {
	url    string
	caFile string
}

// ask makes a request to the administration of the store.
func (o *faultOptions) ask(ctx context.Context, a *program.App, method, path string, body []byte, into any) error {
	client, err := sandboxadmin.Find(ctx, o.url, o.caFile, a.Data())
	if err != nil {
		return err
	}
	return client.Ask(ctx, method, path, body, into)
}

// Command is waybill sandbox fault.
func Command(a *program.App) *cobra.Command {
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
		sandboxadmin.AddressUsage)
	flags.StringVar(&opts.caFile, "ca-file", "",
		"certificate authority of the store in this `file` (default: the one that waybill sandbox keeps while it runs)")
	cmd.AddCommand(
		newFaultListCommand(a, &opts), newFaultAddCommand(a, &opts), newFaultBreakCommand(a, &opts),
		newFaultMendCommand(a, &opts), newFaultClearCommand(a, &opts))
	return cmd
}

func newFaultListCommand(a *program.App, opts *faultOptions) *cobra.Command {
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

func listWays(a *program.App) error {
	ways := sandbox.Breakages()
	if a.JSON() {
		return a.PrintJSON(ways)
	}
	var rows [][]string
	for _, way := range ways {
		rows = append(rows, []string{way.ID, way.What})
	}
	a.Table([]terminal.Column{{Title: "way"}, {Title: "what is wrong then"}}, rows)
	return nil
}

func listFaults(ctx context.Context, a *program.App, opts *faultOptions) error {
	var faults []sandbox.ArmedFault
	var state sandbox.State
	if err := opts.ask(ctx, a, http.MethodGet, "faults", nil, &faults); err != nil {
		return err
	}
	if err := opts.ask(ctx, a, http.MethodGet, "state", nil, &state); err != nil {
		return err
	}
	if a.JSON() {
		return a.PrintJSON(struct {
			Faults []sandbox.ArmedFault `json:"faults"`
			Broken []string             `json:"broken"`
		}{faults, state.Broken})
	}
	if len(faults) == 0 && len(state.Broken) == 0 {
		a.Say("No fault is in force.")
		return nil
	}
	if len(state.Broken) > 0 {
		a.Say("Broken: %s", strings.Join(state.Broken, ", "))
	}
	var rows [][]string
	for _, f := range faults {
		rows = append(rows, []string{f.ID, f.Name, strings.Join(f.Match.Methods, ","), f.Match.Path,
			strconv.Itoa(f.Happened), f.Does()})
	}
	if len(rows) > 0 {
		a.Table([]terminal.Column{{Title: "id"}, {Title: "name"}, {Title: "methods"}, {Title: "path"},
			{Title: "happened"}, {Title: "what it does"}}, rows)
	}
	return nil
}

func newFaultClearCommand(a *program.App, opts *faultOptions) *cobra.Command {
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
			if a.JSON() {
				return a.PrintJSON(result)
			}
			switch {
			case len(result.Mended) > 0:
				a.Say("%s The store is mended: %s.", a.Out().Good("✓"), strings.Join(result.Mended, ", "))
			case result.Removed == 0:
				a.Say("Nothing was broken.")
			default:
				a.Say("%s %s ended.", a.Out().Good("✓"), terminal.Plural(result.Removed, "fault", "faults"))
			}
			return nil
		},
	}
}
