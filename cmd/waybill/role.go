package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/problem"
)

// roleOptions are the flags of waybill role.
type roleOptions struct {
	scopes, storage, version string
	multisite, statuses      bool
	format, name, title      string
	output                   string
	compare, against         string
	// explain: --compare was given, if only with an empty value, as by a script whose variable is not set.
	explain bool
}

func newRoleCommand(a *app) *cobra.Command {
	var opts roleOptions
	cmd := &cobra.Command{
		Use:   "role",
		Short: "Write the smallest WordPress role for an integration, or explain a list of capabilities",
		Long: `Role writes down the smallest set of capabilities that an integration needs on a
store, ready to paste or to install, with the reason for each. It asks no store.

The role serves every version of WooCommerce since 9.9 and every order storage.
Before 11.0 changing orders may ask for capabilities of the blog's posts. With
--wc and --storage, where they are known, the role is smaller; it says itself for
which versions it is.

With --compare it explains a list instead: what it lacks for what is wanted, what
it opens, and what it carries for nothing. It exits with 10 when something is
lacking. The list is a file, - for standard input, a list separated by commas, a
stock role such as shop_manager, or one of the published lists L5, L10, LROLE.`,
		Example: `  # A plugin to upload under Plugins > Add New > Upload Plugin, and to activate:
  waybill role --for orders:read,orders:write --format plugin-zip --output waybill-role.zip

  # The same as one file, for wp-content/plugins:
  waybill role --for orders:read,orders:write --format plugin > waybill-integration-role.php

  # Smaller, for a store whose version and order storage are known:
  waybill role --for orders:read,orders:write --wc 11.0.1 --storage hpos --format wp-cli

  # What does a list from a help page really open?
  waybill role --for orders:read,orders:write --compare L5
  wp cap list erp | waybill role --compare -

  # What was taken away from a customised Shop Manager?
  wp cap list shop_manager | waybill role --compare - --against shop_manager`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.global.json {
				if cmd.Flags().Changed("format") && opts.format != string(capability.FormatJSON) {
					return problem.New(problem.Usage, "--json and --format %s cannot be used together", opts.format)
				}
				opts.format = string(capability.FormatJSON)
			}
			opts.explain = cmd.Flags().Changed("compare")
			return runRole(a, opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.scopes, "for", "",
		"`scopes` it must serve (default "+strings.ReplaceAll(capability.JoinScopes(capability.DefaultScopes), " ",
			"")+")")
	flags.StringVar(&opts.storage, "storage", "any",
		"order storage of the store: `mode` hpos, hpos-sync, posts, hpos-migrated or any")
	flags.StringVar(&opts.version, "wc", capability.AnyVersion.String(),
		"`version` of WooCommerce on the store, or all: every version since 9.9, also after an update")
	flags.BoolVar(&opts.statuses, "plugin-statuses", false,
		"a plugin registers order statuses as public or private: serve orders in them too")
	flags.BoolVar(&opts.multisite, "multisite", false, "the store is a site of a multisite network")
	flags.StringVar(&opts.format, "format", string(capability.FormatPHP),
		"`format`: php, plugin, plugin-zip, wp-cli, list or json")
	flags.StringVarP(&opts.output, "output", "o", "", "write to this `file` (default: standard output)")
	flags.StringVar(&opts.name, "name", "", "`slug` of the role (default "+capability.DefaultRoleName+")")
	flags.StringVar(&opts.title, "title", "",
		"`name` of the role in wp-admin (default \""+capability.DefaultRoleTitle+"\")")
	flags.StringVar(&opts.compare, "compare", "", "explain this `list` of capabilities instead of writing a role")
	flags.StringVar(&opts.against, "against", "", "with --compare: also tell the difference from this stock `role`")
	must(cmd.RegisterFlagCompletionFunc("for", completeScopes))
	must(cmd.RegisterFlagCompletionFunc("storage", fixedWords(capability.Storages)))
	must(cmd.RegisterFlagCompletionFunc("format", fixedWords(capability.Formats)))
	return cmd
}

func runRole(a *app, opts roleOptions) error {
	scopes, err := parseScopes(opts.scopes)
	if err != nil {
		return err
	}
	site := capability.Site{Multisite: opts.multisite, PluginStatuses: opts.statuses}
	if site.Storage, err = capability.ParseStorage(opts.storage); err != nil {
		return usage(err)
	}
	if site.Version, err = capability.ParseVersion(opts.version); err != nil {
		return usage(err)
	}
	format, err := capability.ParseFormat(opts.format)
	if err != nil {
		return usage(err)
	}
	if opts.explain {
		return compareRole(a, opts, site, scopes, format == capability.FormatJSON)
	}
	if opts.against != "" {
		return problem.New(problem.Usage, "--against needs a list to compare").Next("Name it with --compare.")
	}
	recipe, err := capability.NewRecipe(site.Minimal(scopes), opts.name, opts.title)
	if err != nil {
		return usage(err)
	}
	if format == capability.FormatPluginZip && opts.output == "" && a.out.Interactive {
		return problem.New(problem.Usage, "an archive cannot be shown in a terminal").
			Next("Write it to a file: --output waybill-role.zip")
	}
	replaced := ""
	err = a.writeTo(opts.output, func(w io.Writer, instead string) error {
		replaced = instead
		return recipe.Write(w, format)
	})
	if err != nil || opts.output == "" {
		return err
	}
	a.note("%s Wrote %s%s", a.err.Good("✓"), opts.output, replaced)
	if format == capability.FormatPluginZip {
		a.note("  %s Upload it in WordPress: Plugins > Add New > Upload Plugin, and activate it", a.err.Faint("->"))
	}
	return nil
}

func compareRole(a *app, opts roleOptions, site capability.Site, scopes []capability.Scope, asJSON bool) error {
	role, err := a.readCapabilities(opts.compare)
	if err != nil {
		return err
	}
	var difference *capability.Difference
	if opts.against != "" {
		stock, ok := capability.StockRole(opts.against, site.Version)
		if !ok {
			return problem.New(problem.Usage, "%q is no stock role", opts.against).
				Next("The stock roles are administrator, shop_manager, editor, author, contributor, customer, " +
					"subscriber.")
		}
		// A customised role keeps its name, and the name itself opens things.
		role.Name = stock.Name
		d := site.Diff(stock, role)
		difference = &d
	}
	explanation := site.Explain(role, scopes)
	if asJSON {
		report := explanation.Report()
		if difference != nil {
			d := difference.Report()
			report.Difference = &d
		}
		if err := a.printJSON(report); err != nil {
			return err
		}
	} else {
		if err := explanation.WriteText(a.stdout); err != nil {
			return err
		}
		if difference != nil {
			if err := difference.WriteText(a.stdout); err != nil {
				return err
			}
		}
	}
	if len(explanation.Refused) > 0 {
		return exit(problem.ExitDifferent)
	}
	return nil
}

// maxListBytes bounds what is read as a list of capabilities.
const maxListBytes = 1 << 20

// readCapabilities reads a list from standard input, from a file if there is one of that name, or from the value
// itself.
func (a *app) readCapabilities(value string) (capability.Role, error) {
	text := value
	if value == "-" {
		data, err := io.ReadAll(io.LimitReader(a.stdin, maxListBytes))
		if err != nil {
			return capability.Role{}, problem.Wrap(problem.InputInvalid, err,
				"cannot read the list from standard input: %v", err)
		}
		text = string(data)
	} else if info, err := os.Stat(value); err == nil && !info.IsDir() {
		file, err := os.Open(value)
		if err != nil {
			return capability.Role{}, problem.Wrap(problem.InputInvalid, err, "cannot open the list: %v", err)
		}
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, maxListBytes))
		if err != nil {
			return capability.Role{}, problem.Wrap(problem.InputInvalid, err, "cannot read the list: %v", err)
		}
		text = string(data)
	}
	role, err := capability.ParseCapabilities(text)
	if err != nil {
		return capability.Role{}, problem.Wrap(problem.InputInvalid, err, "%s", reason(err)).
			Next("Give a file, - for standard input, a list separated by commas, or one of L5, L10, LROLE, " +
				"shop_manager.")
	}
	return role, nil
}

// completeScopes completes the last scope of a list separated by commas.
func completeScopes(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndex(typed, ",")+1]
	words := make([]string, 0, len(capability.Scopes))
	for _, scope := range capability.Scopes {
		words = append(words, before+string(scope))
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func fixedWords[T ~string](values []T) cobra.CompletionFunc {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = fmt.Sprint(value)
	}
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}
