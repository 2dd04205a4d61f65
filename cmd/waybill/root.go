package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/hint"
)

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "waybill",
		Short: "Exact local copies of WooCommerce stores, and the reason when a sync fails",
		Long: `Waybill keeps an exact local copy of your WooCommerce store, writes changes back
without duplicates, and finds out why when something fails.`,
		Example: `  # Nothing at hand? See it work with a store made for the occasion:
  waybill demo

  # Connect a store with keys from the environment, copy it, prove the copy:
  export WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_…
  waybill connect https://shop.example
  waybill sync --once
  waybill verify`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.Version = buildInfo().String()
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(hint.Flag)
	root.AddGroup(
		&cobra.Group{ID: groupStart, Title: "Connect and copy:"},
		&cobra.Group{ID: groupRead, Title: "Read the copy:"},
		&cobra.Group{ID: groupWrite, Title: "Write to the store:"},
		&cobra.Group{ID: groupServe, Title: "Let others in:"},
		&cobra.Group{ID: groupDiagnose, Title: "Find out why:"},
		&cobra.Group{ID: groupDevelop, Title: "Develop and try:"},
	)

	flags := root.PersistentFlags()
	flags.BoolVar(&a.global.json, "json", false, "print results and errors as JSON")
	flags.StringVar(&a.global.data, "data", "", "`directory` that holds the mirror (default $XDG_DATA_HOME/waybill)")
	flags.StringVar(&a.global.database, "database-url", "",
		"PostgreSQL `address` that holds everything instead; better in WAYBILL_DATABASE_URL, where nobody sees it")
	flags.StringVar(&a.global.config, "config", "",
		"configuration `file` (default $XDG_CONFIG_HOME/waybill/config.yaml)")
	flags.StringVar(&a.global.logLevel, "log-level", "", "log `level`: debug, info, warn, error (default error)")
	must(root.MarkPersistentFlagDirname("data"))
	must(root.MarkPersistentFlagFilename("config", "yaml", "yml"))
	must(root.RegisterFlagCompletionFunc("log-level", cobra.FixedCompletions(
		[]string{"debug", "info", "warn", "error"}, cobra.ShellCompDirectiveNoFileComp)))

	for _, cmd := range a.commands() {
		root.AddCommand(cmd)
	}
	hint.Commands(root)
	hint.Arguments(root)
	hint.Numbers(root)
	a.completeAll(root)
	return root
}
